"""How the centre runs: one look at lag, parked events, the ledger, timers, processes and disk."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Min, Q
from django.utils import timezone

from zhiyin.platform.event_log.lanes import NEXT_RECORDED_AT, count_ahead
from zhiyin.platform.event_log.models import Event, ParkedEvent, PendingEvent
from zhiyin.platform.event_log.subscribing import replayable_subscribers
from zhiyin.platform.ledger.ledger import effect_kinds
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.ops.beating import ALIVE_WITHIN
from zhiyin.platform.ops.models import WorkerHeartbeat
from zhiyin.platform.timers.models import Timer

COUNTED_TO = 10_000  # a longer lag is told as this many: counting must not add to the load

_LAG = f"""
SELECT c.subscriber, c.position, {NEXT_RECORDED_AT}, {count_ahead(COUNTED_TO)}
FROM event_log_cursor c
ORDER BY c.subscriber
"""


@dataclass(frozen=True)
class SubscriberLag:
    """How far one subscriber is behind; `position` is that of its slowest lane."""

    name: str
    position: int
    lag_events: int
    lag_seconds: float
    parked: int
    replayable: bool


@dataclass(frozen=True)
class EffectStates:
    """The open effects of one kind."""

    kind: str
    waiting: int
    leased: int
    given_up: int
    oldest_due_seconds: float


@dataclass(frozen=True)
class Process:
    kind: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime
    alive: bool


@dataclass(frozen=True)
class Operations:
    """One look; seconds are seconds, sizes are bytes."""

    at: datetime
    head: int
    events_pending: int
    oldest_pending_seconds: float
    subscribers: list[SubscriberLag]
    effects: list[EffectStates]
    timers_set: int
    timers_overdue: int
    processes: list[Process]
    streams: int
    disk_free_bytes: int
    disk_total_bytes: int
    database_bytes: int


def look() -> Operations:
    """Look at how the centre runs, in a fixed number of quick queries."""
    now = timezone.now()
    pending = PendingEvent.objects.aggregate(count=Count("pk"), oldest=Min("recorded_at"))
    timers = Timer.objects.aggregate(count=Count("pk"), overdue=Count("pk", filter=Q(due_at__lt=now)))
    beats = list(WorkerHeartbeat.objects.order_by("kind", "host", "pid"))
    processes = [_process(beat, now) for beat in beats]
    disk = shutil.disk_usage(
        next(path for path in (settings.DATA_DIR, *settings.DATA_DIR.parents) if path.exists())
    )
    return Operations(
        at=now,
        head=Event.objects.aggregate(head=Max("position"))["head"] or 0,
        events_pending=pending["count"],
        oldest_pending_seconds=_age(pending["oldest"], now),
        subscribers=list(_subscribers(now)),
        effects=list(_effects(now)),
        timers_set=timers["count"],
        timers_overdue=timers["overdue"],
        processes=processes,
        streams=sum(beat.figures.get("streams", 0) for beat in beats if now - beat.beat_at < ALIVE_WITHIN),
        disk_free_bytes=disk.free,
        disk_total_bytes=disk.total,
        database_bytes=_rows("SELECT pg_database_size(current_database())")[0][0],
    )


def _subscribers(now: datetime) -> Iterator[SubscriberLag]:
    parked = dict(ParkedEvent.objects.values_list("subscriber").annotate(count=Count("pk")).order_by())
    lanes: dict[str, list[tuple[int, datetime | None, int]]] = defaultdict(list)
    for subscriber, position, oldest, events in _rows(_LAG):
        lanes[subscriber].append((position, oldest, events))
    for name, served in lanes.items():
        yield SubscriberLag(
            name=name,
            position=min(position for position, _, _ in served),
            lag_events=sum(events for _, _, events in served),
            lag_seconds=max(_age(oldest, now) for _, oldest, _ in served),
            parked=parked.get(name, 0),
            replayable=name in replayable_subscribers(),
        )


def _effects(now: datetime) -> Iterator[EffectStates]:
    state = Effect.State
    open_states = Effect.objects.filter(state__in=[state.WAITING, state.LEASED]).values("kind")
    open_ = _by_kind(
        open_states.annotate(
            waiting=Count("pk", filter=Q(state=state.WAITING)),
            leased=Count("pk", filter=Q(state=state.LEASED)),
            oldest=Min("next_try_at", filter=Q(next_try_at__lte=now)),
        ).order_by()
    )
    lost = _by_kind(
        Effect.objects.filter(state=state.GIVEN_UP).values("kind").annotate(count=Count("pk")).order_by()
    )
    for kind in sorted({*effect_kinds(), *open_, *lost}):
        counted = open_.get(kind, {})
        yield EffectStates(
            kind=kind,
            waiting=counted.get("waiting", 0),
            leased=counted.get("leased", 0),
            given_up=lost.get(kind, {}).get("count", 0),
            oldest_due_seconds=_age(counted.get("oldest"), now),
        )


def _by_kind(rows: Iterable[Any]) -> dict[str, dict[str, Any]]:
    return {row["kind"]: row for row in rows}


def _process(beat: WorkerHeartbeat, now: datetime) -> Process:
    alive = now - beat.beat_at < ALIVE_WITHIN
    return Process(beat.kind, beat.host, beat.pid, beat.started_at, beat.beat_at, alive)


def _age(moment: datetime | None, now: datetime) -> float:
    return max(0.0, (now - moment).total_seconds()) if moment else 0.0


def _rows(sql: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, [])
        return list(cursor.fetchall())


def parked_events(*, limit: int) -> list[ParkedEvent]:
    """The parked events that failed themselves, oldest first; those queued behind them are left out."""
    return list(
        ParkedEvent.objects.exclude(error="").select_related("event").order_by("parked_at", "pk")[:limit]
    )


def given_up_effects(*, limit: int) -> list[Effect]:
    """The effects nobody tries any more, newest first."""
    return list(Effect.objects.filter(state=Effect.State.GIVEN_UP).order_by("-settled_at", "-pk")[:limit])
