"""Setting, cancelling and firing timers."""

from __future__ import annotations

from collections.abc import Callable
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
    subject = _kinds[kind].subject_template.format(key=key)
    Timer.objects.bulk_create(
        [Timer(kind=kind, key=key, due_at=due_at, payload=payload or {}, subject=subject)],
        update_conflicts=True,
        unique_fields=["kind", "key"],
        update_fields=["due_at", "payload", "subject"],
    )


def cancel_timer(*, kind: str, key: str) -> bool:
    """Cancel the timer; False when none was set."""
    return Timer.objects.filter(kind=kind, key=key).delete()[0] > 0


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
