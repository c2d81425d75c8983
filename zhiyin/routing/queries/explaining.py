"""Why this person, why this work."""

from __future__ import annotations

from django.db.models import QuerySet

from zhiyin.people.models import Staff
from zhiyin.routing.models import Decision, Offer
from zhiyin.tickets.models import Ticket


def decisions_on(*, ticket_id: int, by: Staff) -> QuerySet[Decision]:
    """Every decision on a ticket one may see, oldest first. Raises Ticket.DoesNotExist."""
    ticket = Ticket.objects.visible_to(by).get(pk=ticket_id)
    return (
        Decision.objects.filter(item__ticket=ticket)
        .select_related("staff", "by", "queue", "item__queue", "offer")
        .order_by("at", "pk")
    )


def open_offers_of(by: Staff) -> QuerySet[Offer]:
    """What is held out to somebody now, the first to run out first."""
    return (
        Offer.objects.filter(staff=by, state=Offer.State.OPEN)
        .select_related("decision", "item__queue", "item__ticket__customer", "item__ticket__channel")
        .order_by("expires_at")
    )


def names_of(decisions: list[Decision]) -> dict[int, str]:
    """The names of runners-up by id; one query."""
    ids = {one["staff_id"] for decision in decisions for one in decision.runners_up if "staff_id" in one}
    return dict(Staff.objects.filter(pk__in=ids).values_list("pk", "name"))
