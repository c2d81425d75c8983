"""Why somebody was told, and why not."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.notifications.models import Decision, Mute, Notification, Sending
from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import Ticket

MINE = 50
TOLD = (Decision.Rule.TOLD, Decision.Rule.BUNDLED, Decision.Rule.MASS)


@dataclass(frozen=True)
class Why:
    """What led to one notification and what followed from it."""

    decisions: list[Decision]
    sendings: list[Sending]


@dataclass(frozen=True)
class ToldOfTicket:
    """Who was told of a ticket; of oneself also what was held back."""

    mine: list[Decision]
    is_muted: bool
    others: Page[Decision]


def why(*, notification_id: int, by: Staff) -> Why:
    """The decisions behind one of the person's notifications. Raises Notification.DoesNotExist."""
    row = Notification.objects.visible_to(by).get(pk=notification_id)
    decisions = Decision.objects.filter(notification=row, staff=by).order_by("-last_at", "-pk")[:MINE]
    sendings = Sending.objects.filter(notification=row, staff=by).order_by("-owed_at", "-pk")[:MINE]
    return Why(list(decisions), list(sendings))


def told_of_ticket(*, ticket_id: int, cursor: str | None, limit: int, by: Staff) -> ToldOfTicket:
    """Who was told of the ticket in the last weeks, and what was decided for oneself. Raises Ticket.DoesNotExist.

    What colleagues have muted or switched off is theirs to know: of them only what they were told is shown.
    """
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    decisions = Decision.objects.filter(ticket=ticket).select_related("staff")
    mine = decisions.filter(staff=by).order_by("-last_at", "-pk")[:MINE]
    others = decisions.filter(rule__in=TOLD).exclude(staff=by)
    return ToldOfTicket(
        mine=list(mine),
        is_muted=Mute.objects.filter(staff=by, ticket=ticket).exists(),
        others=keyset_page(others, order=("-last_at", "-id"), cursor=cursor, limit=limit),
    )
