"""Rules, runs and holds, as their page lists them."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, QuerySet

from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import Ticket
from zhiyin.trust.models import LegalHold, RetentionRule, RetentionRun

RUNS = 30


def rules_of(by: Staff) -> QuerySet[RetentionRule]:
    """All rules, by what they are for; each with its run under way, if any."""
    running = RetentionRun.objects.filter(rule=OuterRef("pk"), state=RetentionRun.State.RUNNING)
    rules = (
        RetentionRule.objects.visible_to(by).select_related("channel").annotate(is_running=Exists(running))
    )
    return rules.order_by("channel_kind", "channel__name", "action", "pk")


def latest_runs() -> QuerySet[RetentionRun]:
    return RetentionRun.objects.select_related("by").order_by("-started_at", "-pk")[:RUNS]


def list_holds(*, by: Staff, cursor: str | None, limit: int) -> Page[LegalHold]:
    """Tickets on hold that the person may see, newest hold first."""
    seen = Ticket.objects.visible_to(by).filter(pk=OuterRef("ticket_id"))
    holds = LegalHold.objects.filter(Exists(seen)).select_related("ticket", "by")
    return keyset_page(holds, order=("-at", "-ticket_id"), cursor=cursor, limit=limit)


def hold_of(*, ticket_id: int, by: Staff) -> LegalHold | None:
    """The hold on a ticket the person may see; None without one. Raises Ticket.DoesNotExist."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    return LegalHold.objects.filter(ticket=ticket).select_related("by").first()
