"""The clocks of one ticket, with all that explains them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, IntegerField, Value, When

from zhiyin.people.models import Staff
from zhiyin.platform.calendars.timetable import SECOND, Measure, ticks_of
from zhiyin.sla.models import OPEN_STATES, Clock, Coverage
from zhiyin.sla.queries.hours import measures
from zhiyin.tickets.models import Ticket

MOST = 200


@dataclass(frozen=True)
class Explained:
    """A clock as it stands now."""

    clock: Clock
    elapsed_seconds: int
    is_counting: bool


@dataclass(frozen=True)
class Promises:
    clocks: list[Explained]
    coverages: list[Coverage]


def promises_of(*, ticket_id: int, by: Staff, now: datetime) -> Promises:
    """The clocks of a ticket the person may see, open ones first, and what it runs under. Raises Ticket.DoesNotExist."""
    ticket = Ticket.objects.visible_to(by).only("pk").get(pk=ticket_id)
    is_over = Case(When(state__in=OPEN_STATES, then=Value(0)), default=Value(1), output_field=IntegerField())
    clocks = list(
        Clock.objects.filter(ticket=ticket)
        .select_related("version__policy", "calendar")
        .annotate(is_over=is_over)
        .order_by("is_over", "due_at", "-activated_at", "pk")[:MOST]
    )
    hours = measures({clock.calendar_id for clock in clocks}, now=now)
    coverages = Coverage.objects.filter(ticket=ticket).select_related("version__policy").order_by("track")
    return Promises([_explained(clock, hours[clock.calendar_id], now) for clock in clocks], list(coverages))


def _explained(clock: Clock, hours: Measure, now: datetime) -> Explained:
    """With the working time that has passed since it was counted."""
    if clock.state != Clock.State.RUNNING or now <= clock.counted_at:
        return Explained(clock, clock.elapsed_seconds, False)
    at = ticks_of(now)
    since = max(ticks_of(clock.counted_at), ticks_of(clock.activated_at))
    passed = hours.between(since, at) // SECOND
    return Explained(clock, clock.elapsed_seconds + passed, hours.after(at, 1) == at + 1)
