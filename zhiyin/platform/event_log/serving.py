"""Serving lanes: read the next events of one lane, react, move the cursor, all in one transaction."""

from __future__ import annotations

import logging
import traceback
from collections import Counter, defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import F

from zhiyin.platform.event_log.facts import Fact, fact_class
from zhiyin.platform.event_log.lanes import NEXT_POSITION
from zhiyin.platform.event_log.models import LANES, Cursor, Event, ParkedEvent
from zhiyin.platform.event_log.subscribing import Reaction, first_subscribers, reactions_of, subscribers

BATCH = 200
LONG_REST = 4
FIRST_RETRY = timedelta(seconds=2)
LONGEST_RETRY = timedelta(hours=1)
CONFLICT_TRIES = 3  # deadlocks and the like pass by themselves

log = logging.getLogger(__name__)

NEXT_LANE = f"""
SELECT c.id FROM event_log_cursor c
WHERE c.subscriber = ANY (%(all)s) AND {NEXT_POSITION} IS NOT NULL
  AND (%(rest)s = interval '0'
       OR c.served_at <= %(now)s - %(rest)s * CASE WHEN c.subscriber = ANY (%(hurried)s) THEN 1 ELSE {LONG_REST} END)
ORDER BY c.subscriber = ANY (%(first)s) DESC, c.served_at
LIMIT 1
FOR UPDATE OF c SKIP LOCKED
"""

_NEXT_PARKED = """
SELECT p.id FROM event_log_parkedevent p
WHERE p.subscriber = ANY (%s) AND p.next_try_at <= %s AND NOT EXISTS (
    SELECT 1 FROM event_log_parkedevent earlier
    WHERE earlier.subscriber = p.subscriber AND earlier.subject = p.subject AND earlier.event_id < p.event_id)
ORDER BY p.next_try_at
LIMIT 1
FOR UPDATE OF p SKIP LOCKED
"""


@transaction.atomic
def serve_next_lane(*, now: datetime, first: bool = False, rest: timedelta = timedelta(0)) -> int:
    """Serve the lane that has waited longest; returns the number of events handled, 0 when none is due.

    With `first`, one of those that must not wait goes before others, however long these have waited. A lane that was
    served just now and had no full batch rests that long, and LONG_REST times that where it may wait: in a rush more
    comes together meanwhile, and costs less.
    """
    hurried = first_subscribers()
    asked = {
        "all": subscribers(),
        "hurried": hurried,
        "first": hurried if first else [],
        "now": now,
        "rest": rest,
    }
    cursor_id = _first_id(NEXT_LANE, asked)
    if cursor_id is None:
        return 0
    lane = Cursor.objects.get(pk=cursor_id)  # locked above
    events = list(
        Event.objects.alias(lane=F("bucket") % LANES)
        .filter(position__gt=lane.position, lane=lane.lane, type__in=lane.types)
        .order_by("position")[:BATCH]
    )
    if events:
        _react_to_batch(lane.subscriber, events, now)
        has_more = len(events) == BATCH
        served_at = now - LONG_REST * rest if has_more else now
        Cursor.objects.filter(pk=lane.pk).update(position=events[-1].position, served_at=served_at)
    return len(events)


def _react_to_batch(subscriber: str, events: Sequence[Event], now: datetime) -> None:
    parked = set(
        ParkedEvent.objects.filter(
            subscriber=subscriber, subject__in={event.subject for event in events}
        ).values_list("subject", flat=True)
    )
    for event in events:
        if event.subject in parked:
            _park(subscriber, event, error="", attempts=0, next_try_at=now)
    free = [event for event in events if event.subject not in parked]
    try:
        with transaction.atomic():  # the usual case: all go well, one savepoint for all
            _react(subscriber, free)
        return
    except Exception:  # found again, with its own savepoint, below; logged for what fails only together
        log.info("batch of %s goes on event by event", subscriber, exc_info=True)
    for event in free:
        if event.subject in parked:
            _park(subscriber, event, error="", attempts=0, next_try_at=now)
        elif (error := _try_to_react(subscriber, event)) is not None:
            parked.add(event.subject)
            _park(subscriber, event, error=error, attempts=1, next_try_at=now + FIRST_RETRY)


def _try_to_react(subscriber: str, event: Event) -> str | None:
    """React in a savepoint of its own; returns the error's text where it failed."""
    for tries_left in reversed(range(CONFLICT_TRIES)):
        try:
            with transaction.atomic():
                _react(subscriber, [event])
            return None
        except OperationalError:
            if not tries_left or not connection.is_usable():
                raise  # the connection is gone: the whole batch is tried again
        except Exception:
            log.exception("reaction failed", extra={"subscriber": subscriber, "position": event.position})
            return traceback.format_exc(limit=-12)
    return None


def _react(subscriber: str, events: Sequence[Event]) -> None:
    """React to the events of each subject in their order; of several subjects those for which the same functions are
    registered go together."""
    for reactions, together in _runs(subscriber, events):
        facts = [_fact_of(event) for event in together]
        if all(reaction.takes_many for reaction in reactions):
            for reaction in reactions:
                reaction(facts)
        else:
            for fact in facts:
                for reaction in reactions:
                    reaction([fact])


def _runs(subscriber: str, events: Sequence[Event]) -> Iterator[tuple[Sequence[Reaction], list[Event]]]:
    """The events in runs of the same reactions, each in the order of the log; what most subjects wait for goes next."""
    reactions = {event.type: tuple(reactions_of(subscriber, event.type)) for event in events}
    waiting: dict[str, deque[Event]] = defaultdict(deque)
    for event in events:
        waiting[event.subject].append(event)
    while waiting:
        next_of = {subject: reactions[queue[0].type] for subject, queue in waiting.items()}
        ((chosen, _),) = Counter(next_of.values()).most_common(1)
        run: list[Event] = []
        for subject in [subject for subject, its in next_of.items() if its == chosen]:
            queue = waiting[subject]
            while queue and reactions[queue[0].type] == chosen:
                run.append(queue.popleft())
            if not queue:
                del waiting[subject]
        yield chosen, sorted(run, key=lambda event: event.position)


def _fact_of(event: Event) -> Fact:
    cls = fact_class(event.type)
    if cls is None:
        raise LookupError(f"no fact is called {event.type} any more")
    return cls.from_payload(event.payload, at=event.at, position=event.position)


def _park(subscriber: str, event: Event, *, error: str, attempts: int, next_try_at: datetime) -> None:
    ParkedEvent.objects.create(
        subscriber=subscriber,
        subject=event.subject,
        event=event,
        error=error,
        attempts=attempts,
        next_try_at=next_try_at,
    )


@transaction.atomic
def retry_next_parked(*, now: datetime) -> bool:
    """Try the first parked event of a subject again; False when none is due."""
    parked_id = _first_id(_NEXT_PARKED, [subscribers(), now])
    if parked_id is None:
        return False
    parked = ParkedEvent.objects.select_related("event").get(pk=parked_id)
    error = _try_to_react(parked.subscriber, parked.event)
    if error is None:
        parked.delete()
        return True
    parked.attempts += 1
    parked.error = error
    parked.next_try_at = now + min(FIRST_RETRY * 2 ** min(parked.attempts, 12), LONGEST_RETRY)
    parked.save(update_fields=["attempts", "error", "next_try_at"])
    return True


@transaction.atomic
def retry_parked_now(*, parked_id: int, now: datetime) -> None:
    """Make a parked event due at once (a person pressed retry)."""
    ParkedEvent.objects.filter(pk=parked_id).update(next_try_at=now)


def _first_id(sql: str, params: Sequence[Any] | Mapping[str, Any]) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        row = cursor.fetchone()
        return int(row[0]) if row else None
