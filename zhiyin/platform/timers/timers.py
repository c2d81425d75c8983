"""Setting, cancelling and firing timers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.platform.event_log.facts import Fact, fact
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.event_log.subscribing import on
from zhiyin.platform.timers.models import Timer

BATCH = 500
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
    subject = _kinds[kind].subject_template
    Timer.objects.bulk_create(
        [
            Timer(kind=kind, key=key, due_at=due, payload=payload or {}, subject=subject.format(key=key))
            for key, due in sorted(due_at.items())
        ],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["due_at", "payload", "subject"],
    )


def cancel_timer(*, kind: str, key: str) -> bool:
    """Cancel the timer; False when none was set."""
    return cancel_timers(kind=kind, keys=[key]) > 0


def cancel_timers(*, kind: str, keys: Collection[str]) -> int:
    """Cancel those that are set of these; returns how many."""
    return Timer.objects.filter(kind=kind, key__in=keys).delete()[0]


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
