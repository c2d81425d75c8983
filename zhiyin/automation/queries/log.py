"""What rules did: by rule, by ticket, and in figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

from django.db.models import Avg, Count, Max, Q

from zhiyin.automation.cycles import Sketch, cycles_through
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Rule, Run
from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import Ticket

FIGURES_OVER = timedelta(days=7)


@dataclass(frozen=True)
class Figures:
    """Of the last seven days: how often it fitted, and what came of it."""

    matched: int = 0
    done: int = 0
    unchanged: int = 0
    failed: int = 0
    refused: int = 0
    average_ms: int = 0
    last_at: datetime | None = None


def figures_of(rule_ids: Sequence[int], *, now: datetime) -> dict[int, Figures]:
    """By rule; one query."""
    counted = {state: Count("pk", filter=Q(outcome=state)) for state in Run.Outcome.values}
    rows = (
        Run.objects.filter(rule__in=rule_ids, at__gt=now - FIGURES_OVER)
        .values("rule")
        .annotate(matched=Count("pk"), average=Avg("took_ms"), last_at=Max("at"), **counted)
    )
    return {
        row["rule"]: Figures(
            matched=row["matched"],
            average_ms=round(row["average"]),
            last_at=row["last_at"],
            **{state: cast("dict[str, int]", row)[state] for state in Run.Outcome.values},
        )
        for row in rows
    }


def rules_in_order() -> list[Rule]:
    return list(
        Rule.objects.filter(version__isnull=False).select_related("version__by").order_by("position", "pk")
    )


def runs_of_rule(
    *, rule_id: int, outcome: str | None, cursor: str | None, limit: int, by: Staff
) -> Page[Run]:
    """The runs of a rule on tickets the person may see, newest first. Raises Rule.DoesNotExist."""
    rule = Rule.objects.get(pk=rule_id)
    runs = Run.objects.filter(rule=rule, ticket__in=Ticket.objects.visible_to(by).values("pk"))
    if outcome:
        runs = runs.filter(outcome=outcome)
    return keyset_page(
        runs.select_related("rule", "version", "ticket"), order=("-id",), cursor=cursor, limit=limit
    )


def runs_on_ticket(*, ticket_id: int, by: Staff, limit: int = 100) -> list[Run]:
    """What rules did to a ticket, newest first. Raises Ticket.DoesNotExist."""
    ticket = Ticket.objects.visible_to(by).only("pk").get(pk=ticket_id)
    runs = Run.objects.filter(ticket=ticket).select_related("rule", "version", "ticket")
    return list(runs.order_by("-pk")[:limit])


def rules_timed_by(calendar_id: int) -> list[str]:
    """Names of the rules that count in these business hours, and so keep them from being removed."""
    counting = Rule.objects.filter(version__occasion__calendar_id=calendar_id)
    return sorted(counting.values_list("name", flat=True))


def cycles_of(rule: Rule) -> list[list[str]]:
    """Names of rules on each way from this rule back to itself, of rules in force and this one; one query."""
    others = Rule.objects.filter(Q(active=True) | Q(pk=rule.pk), version__isnull=False)
    sketches = [
        Sketch(one.pk, one.name, Occasion(**one.version.occasion), one.version.actions)
        for one in others.select_related("version").order_by("position", "pk")
        if one.version is not None
    ]
    return cycles_through(rule.pk, sketches)
