"""What customers who wait are told: their place, how long it takes, and what they may do meanwhile."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max

from zhiyin.channels.models import CallBackWish
from zhiyin.channels.providers.chat.waiting import Wait
from zhiyin.platform.calendars.queries import hours_of
from zhiyin.routing.models import Queue, WorkItem
from zhiyin.routing.queries.expecting import Line, states_of
from zhiyin.routing.waiting import WaitEstimate, estimate_wait
from zhiyin.tickets.models import ThreadKey
from zhiyin.tickets.queries.aliases import roots_of

_PLACES = """
SELECT placed.id, placed.place FROM (
    SELECT id, row_number() OVER (PARTITION BY queue_id, kind ORDER BY key, id) AS place FROM routing_workitem
    WHERE state = 'waiting' AND queue_id = ANY(%(queues)s::bigint[]) AND kind = ANY(%(kinds)s::text[])
) placed WHERE placed.id = ANY(%(items)s::bigint[])
"""


_KEPT = {
    "zh": "现在休息中，你的位置已保留，恢复后依次答复。",
    "en": "We are closed now; your place is kept, and we answer in turn.",
}


@dataclass(frozen=True)
class Waiting:
    """Work that waits, with its place (1 is next) and how long it will take; None when nobody serves."""

    item: WorkItem
    place: int
    estimate: WaitEstimate | None
    opens_at: datetime | None  # of a queue that is shut
    is_shut: bool


def waits_of(thread_keys: Collection[str], *, now: datetime) -> dict[str, Wait]:
    """What the customers of these threads are told; those whom nobody waits for any more, or never did, are left out.
    Whether they want to be called is what they said last, though the queue may not have heard of it yet. Ten queries,
    however many they are."""
    threads = dict(ThreadKey.objects.filter(key__in=thread_keys).values_list("key", "ticket_id"))
    if not threads:
        return {}
    roots = roots_of(threads.values())
    found = {one.item.ticket_id: one for one in waiting_for(set(roots.values()), now=now)}
    wishes = CallBackWish.objects.filter(thread_key__in=threads).values_list("thread_key")
    wished = dict(wishes.annotate(at=Max("wished_at")))
    return {
        key: wait_from(found[root], wished_at=wished.get(key), now=now)
        for key, ticket_id in threads.items()
        if (root := roots.get(ticket_id)) in found
    }


def waiting_for(ticket_ids: Collection[int], *, now: datetime) -> list[Waiting]:
    """What of these tickets waits or is held out to somebody at this moment; seven queries."""
    states = (WorkItem.State.WAITING, WorkItem.State.OFFERED)
    items = list(
        WorkItem.objects.filter(ticket__in=ticket_ids, state__in=states)
        .select_related("queue__calendar")
        .prefetch_related("queue__calendar__days")
    )
    if not items:
        return []
    lines: set[Line] = {(item.queue_id, item.kind) for item in items}
    places, moving = _places(items, lines), states_of(sorted(lines), now=now)
    found = []
    for item in items:
        place = places.get(item.pk, 1)  # held out to somebody: next
        is_shut, opens_at = _shut(item.queue, now)
        estimate = estimate_wait(moving[item.queue_id, item.kind], place=place)
        found.append(Waiting(item, place, None if is_shut else estimate, opens_at, is_shut))
    return found


def wait_from(waiting: Waiting, *, wished_at: datetime | None, now: datetime) -> Wait:
    """As a customer is told it: whole minutes, rounded so that they are not promised too much; a wish to be called holds
    for the wait in which it was made."""
    queue, estimate = waiting.item.queue, waiting.estimate
    sure = estimate is not None and (estimate.is_sure or estimate.high <= 60)
    return Wait(
        place=waiting.place,
        seconds=_minutes(estimate.mean) if estimate is not None else None,
        low=None if estimate is None or sure else _minutes(estimate.low, up=False),
        high=None if estimate is None or sure else _minutes(estimate.high),
        is_closed=waiting.is_shut,
        opens_at=waiting.opens_at,
        closed=_closed_words(queue, waiting.opens_at),
        call_back="taken"
        if wished_at is not None and wished_at >= waiting.item.entered_at
        else "offered"
        if may_be_called(waiting, now=now)
        else "",
    )


def may_be_called(waiting: Waiting, *, now: datetime) -> bool:
    """Whether a call-back is offered: the queue does so, and it takes as long as it says, too long, or nobody knows."""
    queue, estimate = waiting.item.queue, waiting.estimate
    if not queue.offers_call_back or waiting.item.state != WorkItem.State.WAITING:
        return False
    if estimate is None:  # shut, or nobody serves
        return True
    waited = (now - waiting.item.entered_at).total_seconds()
    limits = [
        60 * one for one in (queue.call_back_minutes, queue.most_wait_minutes or None) if one is not None
    ]
    return max(waited, estimate.mean) >= min(limits)


def _places(items: Collection[WorkItem], lines: Collection[Line]) -> dict[int, int]:
    asked: dict[str, Any] = {
        "queues": sorted({queue for queue, _ in lines}),
        "kinds": sorted({kind for _, kind in lines}),
        "items": [item.pk for item in items],
    }
    with connection.cursor() as cursor:
        cursor.execute(_PLACES, asked)
        return dict(cursor.fetchall())


def _shut(queue: Queue, now: datetime) -> tuple[bool, datetime | None]:
    """Whether the queue's hours keep it from giving out work, and until when."""
    if queue.calendar is None:
        return False, None
    hours = hours_of(queue.calendar)
    is_shut = not hours.is_open(now)
    return is_shut, hours.next_opening(now) if is_shut else None


def _closed_words(queue: Queue, opens_at: datetime | None) -> dict[str, str]:
    """The queue's own words; else when it opens, by its own clock, and that the place is kept."""
    if queue.closed_zh or queue.closed_en or queue.calendar is None:
        return {"zh": queue.closed_zh, "en": queue.closed_en}
    if opens_at is None:
        return _KEPT
    at = opens_at.astimezone(ZoneInfo(queue.calendar.zone))
    return {
        "zh": f"{at.month} 月 {at.day} 日 {at:%H:%M} 恢复服务。{_KEPT['zh']}",
        "en": f"We are back on {at:%B} {at.day} at {at:%H:%M}. {_KEPT['en']}",
    }


def _minutes(seconds: float, *, up: bool = True) -> int:
    """Seconds of whole minutes, at least one."""
    whole = timedelta(seconds=seconds) / timedelta(minutes=1)
    return 60 * max(1, -int(-whole // 1) if up else int(whole))
