"""Does the work get done: a worker at it, nothing piling up, nothing given up unseen?"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Max, Min

from zhiyin.platform.event_log.models import Cursor, Event, ParkedEvent, PendingEvent
from zhiyin.platform.event_log.sequencing import SEQUENCER_LOCK
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.ops.findings import Finding, check, error, ok, warn
from zhiyin.platform.timers.models import Timer

_SOON = timedelta(seconds=10)
_LATE = timedelta(minutes=1)


@check("workers", zh="后台进程", en="Workers")
def check_workers(*, now: datetime) -> Iterator[Finding]:
    """Whether some worker holds the sequencer's lock; without one nothing moves on."""
    del now
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND classid = 0 AND objid = %s",
            [SEQUENCER_LOCK],
        )
        held = cursor.fetchone()[0]
    if held:
        yield ok("workers.running", zh="后台进程正在工作。", en="A worker is at work.")
        return
    yield error(
        "workers.none",
        zh="没有后台进程在工作：消息会被保存，但不会变成工单，也不会发出。",
        en="No worker is at work: messages are stored, but become no tickets and none is sent.",
        next_zh="运行 zhiyin worker（zhiyin up 会自动运行）；若刚停止，几秒后再检查。",
        next_en="Run zhiyin worker (zhiyin up does); if one just stopped, look again in a few seconds.",
    )


@check("lag", zh="积压", en="Lag")
def check_lag(*, now: datetime) -> Iterator[Finding]:
    """How late events, timers and outside effects are, and what needs a person."""
    problems = [*_late_events(now), *_late_timers(now), *_late_effects(now), *_parked(), *_given_up(now)]
    yield from problems
    if not problems:
        yield ok("lag.none", zh="没有积压。", en="Nothing is piling up.")


def _late_events(now: datetime) -> Iterator[Finding]:
    oldest = PendingEvent.objects.aggregate(oldest=Min("recorded_at"))["oldest"]
    head = Event.objects.aggregate(head=Max("position"))["head"] or 0
    slowest = Cursor.objects.order_by("position").first()
    waiting = _first_unserved(slowest, head)
    since = min((moment for moment in (oldest, waiting) if moment is not None), default=None)
    if since is None or now - since < _SOON:
        return
    make = error if now - since > _LATE else warn
    who = slowest.subscriber if slowest is not None and waiting is not None else "sequencer"
    yield make(
        "lag.events",
        zh=f"事件处理落后 {_told(now - since)}（{who}）。",
        en=f"Events are {_told(now - since)} behind ({who}).",
        next_zh="确认后台进程在运行；如持续落后，请再运行一个 zhiyin worker。",
        next_en="See that a worker runs; if it stays behind, run another zhiyin worker.",
    )


def _first_unserved(slowest: Cursor | None, head: int) -> datetime | None:
    if slowest is None or slowest.position >= head:
        return None
    missed = (
        Event.objects.filter(position__gt=slowest.position, type__in=slowest.types)
        .order_by("position")
        .first()
    )
    return None if missed is None else missed.recorded_at


def _late_timers(now: datetime) -> Iterator[Finding]:
    late = Timer.objects.filter(due_at__lt=now - _SOON).count()
    if late:
        yield warn(
            "lag.timers",
            zh=f"{late} 个定时器已过期未触发。",
            en=f"{late} timers are overdue.",
            next_zh="确认后台进程在运行。",
            next_en="See that a worker runs.",
        )


def _late_effects(now: datetime) -> Iterator[Finding]:
    late = Effect.objects.filter(state=Effect.State.WAITING, next_try_at__lt=now - _LATE).count()
    if late:
        yield warn(
            "lag.effects",
            zh=f"{late} 项对外发送（邮件、网络钩子等）已等待超过一分钟。",
            en=f"{late} outside effects (mail, web-hooks …) have waited more than a minute.",
            next_zh="确认后台进程在运行，并检查渠道设置。",
            next_en="See that a worker runs, and check the channels' settings.",
        )


def _parked() -> Iterator[Finding]:
    subjects = ParkedEvent.objects.values("subscriber", "subject").distinct().count()
    if subjects:
        yield warn(
            "lag.parked",
            zh=f"{subjects} 个对象的事件处理出错，已暂停并会自动重试。",
            en=f"Events of {subjects} subjects failed; they are held and retried.",
            next_zh="在“运行状况”页面查看错误并重试。",
            next_en="See the error on the health page and retry there.",
        )


def _given_up(now: datetime) -> Iterator[Finding]:
    lost = Effect.objects.filter(state=Effect.State.GIVEN_UP, settled_at__gt=now - timedelta(days=1)).count()
    if lost:
        yield warn(
            "lag.given_up",
            zh=f"过去一天有 {lost} 项对外发送最终失败。",
            en=f"{lost} outside effects were given up in the last day.",
            next_zh="在“运行状况”页面查看原因并重新发送。",
            next_en="See why on the health page, and send again from there.",
        )


def _told(late: timedelta) -> str:
    seconds = int(late.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"
