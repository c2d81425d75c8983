"""A second complaint about what is being worked on already joins the first case instead of opening another."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.models import IncidentLink
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import lock_root
from zhiyin.tickets.queries.hints import hints_for

_TELLING = 4  # characters: a number of an order, or two pairs of Chinese together


@transaction.atomic
def join_case_of_incident(*, ticket_id: int, now: datetime) -> Ticket | None:
    """Merge a new ticket into the customer's open case of a running incident when both say the same.

    In the name of whoever linked that case, who may undo it. None where there is no such case.
    """
    ticket = lock_root(ticket_id)
    link = (
        IncidentLink.objects.filter(
            incident__resolved_at=None,
            ticket__customer_id=ticket.customer_id,
            ticket__status__in=Ticket.ACTIVE,
            ticket__merged_into=None,
        )
        .exclude(ticket=ticket)
        .select_related("by", "ticket")
        .order_by("-at", "-pk")
        .first()
    )
    if link is None or ticket.pk != ticket_id or not ticket.is_active:
        return None
    same = [hint for hint in hints_for(ticket, by=link.by) if hint.ticket.pk == link.ticket_id]
    if not same or not says_the_same(same[0].words):
        return None
    try:
        with transaction.atomic():
            return merge_tickets(into_id=link.ticket_id, merged_ids=[ticket.pk], by=link.by, now=now)
    except (
        DomainError,
        Ticket.DoesNotExist,
    ):  # linked otherwise, or out of that person's reach: people decide
        return None


def says_the_same(words: Sequence[str]) -> bool:
    """Whether what two tickets share is enough to take them for one: two words, or one long one."""
    return len(words) > 1 or any(len(word) >= _TELLING for word in words)
