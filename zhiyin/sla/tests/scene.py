"""A policy of two clocks, and a ticket under it, at moments one can name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.sla.commands.policies import PolicyForm, add_policy
from zhiyin.sla.definitions import MetricForm
from zhiyin.sla.models import Clock, Policy
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.models import Ticket

NINE = datetime(2026, 6, 1, 1, tzinfo=UTC)  # a Monday, nine in Shanghai


def after(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def metric(name: str = "first_reply", target: int = 60, **more: Any) -> MetricForm:
    """A metric with one target for every priority."""
    targets = {str(priority): target for priority in (1, 2, 3, 4)}
    return MetricForm(**{"metric": name, "targets": targets} | more)


def form(*metrics: MetricForm, **more: Any) -> PolicyForm:
    values: dict[str, Any] = {"name_en": "Promise", "conditions": {"all": []}, "metrics": list(metrics)}
    return PolicyForm(**values | more)


def policy(*metrics: MetricForm, by: Staff, includes_open: bool = False, **more: Any) -> Policy:
    return add_policy(
        form=form(*(metrics or [metric()]), **more), by=by, now=after(-10), includes_open=includes_open
    )


def pass_time(until: datetime) -> None:
    """Let everything happen that has been told, and every timer fire that is due by then."""
    let_events_happen(now=until)
    while fire_due_timers(now=until):
        let_events_happen(now=until)


def clock_of(ticket: Ticket, key: str = "customer.first_reply.1") -> Clock:
    return Clock.objects.get(ticket=ticket, key=key)
