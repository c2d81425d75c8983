"""Setting, cancelling and firing timers."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from zhiyin.platform.event_log.facts import Fact, fact
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.event_log.subscribing import on
from zhiyin.platform.timers.models import Timer

BATCH = 500
# written out: they are part of nearly every transaction, and composing them would take longer than running them
_SET = """
INSERT INTO timers_timer (kind, key, subject, due_at, payload)
SELECT %s, given.key, given.subject, given.due_at, %s::jsonb
FROM unnest(%s::text[], %s::text[], %s::timestamptz[]) given(key, subject, due_at)
ON CONFLICT (kind, key) DO UPDATE
SET due_at = excluded.due_at, payload = excluded.payload, subject = excluded.subject
"""
_kinds: dict[str, type[TimerFired]] = {}


class TimerFired(Fact):
    """A timer came due. Each kind is a fact of its own: 'timer.<kind>'."""

    key: str
    payload_data: dict[str, Any]


def on_timer(kind: str, *, subject: str) -> Callable[[Callable[[Any], None]], Callable[[Any], None]]:
    """Run the function when a timer of this kind fires. `subject` ('ticket:{key}') orders it among other facts."""
    name = f"timer.{kind}"

    def register(function: Callable[[Any], None]) -> Callable[[Any], None]:
        _kinds[kind] = fact(name, subject=subject)(
            type(f"Timer_{kind.replace('.', '_')}", (TimerFired,), _FIELDS)
        )
        return on(_kinds[kind])(function)

    return register


_FIELDS: dict[str, Any] = {"__annotations__": {"key": str, "payload_data": dict[str, Any]}}


def set_timer(*, kind: str, key: str, due_at: datetime, payload: dict[str, Any] | None = None) -> None:
    """Set the timer, or move it when it is set already; one query. Raises KeyError for a kind nobody reacts to."""
    set_timers(kind=kind, due_at={key: due_at}, payload=payload)


def set_timers(*, kind: str, due_at: Mapping[str, datetime], payload: dict[str, Any] | None = None) -> None:
    """The same for many keys of a kind, with one query for all."""
    subject, keys = _kinds[kind].subject_template, sorted(due_at)
    if keys:
        subjects = [subject.format(key=key) for key in keys]
        with connection.cursor() as cursor:
            cursor.execute(
                _SET, [kind, json.dumps(payload or {}), keys, subjects, [due_at[key] for key in keys]]
            )


def cancel_timer(*, kind: str, key: str) -> bool:
    """Cancel the timer; False when none was set."""
    return cancel_timers(kind=kind, keys=[key]) > 0


def cancel_timers(*, kind: str, keys: Collection[str]) -> int:
    """Cancel those that are set of these; returns how many. One query, none without keys."""
    if not keys:
        return 0
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM timers_timer WHERE kind = %s AND key = ANY(%s)", [kind, [*keys]])
        return int(cursor.rowcount)


def bring_forward(*, kind: str, latest: datetime) -> int:
    """Let no timer of the kind be due after the moment; returns how many were. For kinds that are never set further
    ahead, where the clock was set back since."""
    return Timer.objects.filter(kind=kind, due_at__gt=latest).update(due_at=latest)


@transaction.atomic
def fire_due_timers(*, now: datetime) -> int:
    """Turn due timers into events; returns how many."""
    due = list(
        Timer.objects.select_for_update(skip_locked=True).filter(due_at__lte=now).order_by("due_at")[:BATCH]
    )
    if due:
        PendingEvent.objects.bulk_create(
            PendingEvent(
                type=f"timer.{timer.kind}",
                subject=timer.subject,
                payload={"key": timer.key, "payload_data": timer.payload},
                at=timer.due_at,
            )
            for timer in due
        )
        Timer.objects.filter(pk__in=[timer.pk for timer in due]).delete()
    return len(due)
