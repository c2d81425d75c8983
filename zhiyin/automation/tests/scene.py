"""Rules and what sets them off, at moments one can name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from zhiyin.automation.commands.rules import RuleForm, add_rule
from zhiyin.automation.commands.sweeping import sweep_next
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Rule, Run
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.commands.lifecycle import edit_ticket
from zhiyin.tickets.models import Ticket

NINE = datetime(2026, 6, 1, 1, tzinfo=UTC)  # a Monday, nine in Shanghai


def after(minutes: float) -> datetime:
    return NINE + timedelta(minutes=minutes)


def form(name: str = "Rule", **more: Any) -> RuleForm:
    """A rule on every new ticket that tags it with its name, but for what is said otherwise."""
    occasion = more.pop("on", {"on": "created"})
    values: dict[str, Any] = {"actions": {"tags_add": [name]}} | more
    told = {"on": occasion} if isinstance(occasion, str) else occasion
    return RuleForm(name=name, occasion=Occasion(**told), **values)


def rule(name: str = "Rule", *, by: Staff, active: bool = True, **more: Any) -> Rule:
    return add_rule(form=form(name, **more), by=by, now=after(-10), active=active)


def condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"all": [{"field": field, "is": operator, "value": value}]}


def happen(ticket: Ticket) -> Ticket:
    """Let everything follow, and see the ticket as it is then."""
    let_events_happen()
    return Ticket.objects.get(pk=ticket.pk)


def edit(ticket: Ticket, by: Staff, **changes: Any) -> Ticket:
    edit_ticket(ticket_id=ticket.pk, changes=changes, by=by, now=after(5))
    return happen(ticket)


def sweep(now: datetime) -> int:
    """Let time rules have all their turns; how many runs there are then."""
    while sweep_next(now=now):
        pass
    return Run.objects.count()


def outcomes(ticket: Ticket) -> list[tuple[str, str]]:
    runs = Run.objects.filter(ticket=ticket).select_related("rule").order_by("pk")
    return [(run.rule.name, run.outcome) for run in runs]


def told(type_: str) -> list[dict[str, Any]]:
    return [event.payload for event in Event.objects.filter(type=type_).order_by("position")]
