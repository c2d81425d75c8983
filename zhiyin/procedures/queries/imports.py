"""Lists that became child tickets."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from zhiyin.procedures.models import ChildImport, ChildNotice, ImportRow
from zhiyin.tickets.models import Ticket, TicketLink


def imports_of(ticket: Ticket) -> QuerySet[ChildImport]:
    """A ticket's imports with their lines, the latest first; two queries."""
    lines = Prefetch("rows", ImportRow.objects.order_by("number"))
    return ChildImport.objects.filter(ticket=ticket).prefetch_related(lines).order_by("-pk")


def notices_of(ticket: Ticket) -> QuerySet[ChildNotice]:
    """What was told to the customers of a ticket's children, the latest first."""
    return ChildNotice.objects.filter(ticket=ticket).select_related("by").order_by("-pk")


def open_children(ticket: Ticket) -> QuerySet[Ticket]:
    """Children that are not done and stand for themselves."""
    links = TicketLink.objects.filter(kind=TicketLink.Kind.CHILD_OF, other=ticket)
    return Ticket.objects.filter(pk__in=links.values("ticket_id"), status__in=Ticket.ACTIVE, merged_into=None)
