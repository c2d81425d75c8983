"""A second complaint about what is being worked on already joins the first case instead of opening another."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.models import IncidentLink
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.hints import hints_for

_TELLING = 4  # characters: a number of an order, or two pairs of Chinese together


@transaction.atomic
def join_case_of_incident(*, ticket_id: int, customer_id: int, now: datetime) -> Ticket | None:
    """Merge a new ticket into the customer's open case of a running incident when both say the same.

    In the name of whoever linked that case, who may undo it. None where there is no such case.
    """
    link = _case_of(customer_id, without=ticket_id)
    if link is None:
        return None
    ticket = Ticket.objects.select_related("customer").get(
        pk=ticket_id
    )  # merging locks both, in its own order
    if ticket.merged_into_id is not None or not ticket.is_active:
        return None
    same = [hint for hint in hints_for(ticket, by=link.by) if hint.ticket.pk == link.ticket_id]
    if not same or not says_the_same(same[0].words):
        return None
    try:
        with transaction.atomic():
            return merge_tickets(into_id=link.ticket_id, merged_ids=[ticket.pk], by=link.by, now=now)
    except (DomainError, Ticket.DoesNotExist):
        return None  # linked otherwise, or out of that person's reach: people decide


def join_cases_of_incidents(*, opened: Sequence[tuple[int, int, datetime]]) -> None:
    """The same for many: (ticket, customer, moment) each; customers without such a case cost nothing."""
    waiting = _cases_of({customer_id for _, customer_id, _ in opened})
    customers = set(waiting.values_list("ticket__customer_id", flat=True)) if opened else set()
    for ticket_id, customer_id, now in opened:
        if customer_id in customers:
            join_case_of_incident(ticket_id=ticket_id, customer_id=customer_id, now=now)


def _cases_of(customer_ids: Collection[int]) -> QuerySet[IncidentLink]:
    """These customers' cases that wait for a running incident."""
    return IncidentLink.objects.filter(
        incident__resolved_at=None,
        ticket__customer_id__in=customer_ids,
        ticket__status__in=Ticket.ACTIVE,
        ticket__merged_into=None,
    )


def _case_of(customer_id: int, *, without: int) -> IncidentLink | None:
    """The customer's case that waits for a running incident, the latest linked first."""
    links = _cases_of({customer_id})
    return links.exclude(ticket=without).select_related("by").order_by("-at", "-pk").first()


def says_the_same(words: Sequence[str]) -> bool:
    """Whether what two tickets share is enough to take them for one: two words, or one long one."""
    return len(words) > 1 or any(len(word) >= _TELLING for word in words)
