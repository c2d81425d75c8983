"""The ticket page in one answer, with a fixed number of queries."""

from __future__ import annotations

from ninja import Schema

from zhiyin.customers.shapes import CustomerCard
from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.router import router
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.page import participants_of, ticket_for_page, tickets_of_customer, ways_to_reply
from zhiyin.tickets.queries.timeline import read_timeline
from zhiyin.tickets.shapes import (
    ParticipantShape,
    ReplyChannelShape,
    TicketDetail,
    TicketRow,
    TimelinePage,
    timeline_page,
)

TIMELINE_LIMIT = 50


class TicketPage(Schema):
    ticket: TicketDetail
    timeline: TimelinePage
    customer: CustomerCard | None
    other_tickets: list[TicketRow]


@router.get("/tickets/{int:ticket_id}", response=TicketPage, auth=needs("tickets.read"))
def get_ticket_page(request: Signed, ticket_id: int) -> TicketPage:
    """Everything the desk shows of a ticket."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    return TicketPage(
        ticket=_detail(ticket),
        timeline=timeline_page(read_timeline(ticket=ticket, cursor=None, limit=TIMELINE_LIMIT)),
        customer=CustomerCard.from_orm(ticket.customer) if request.auth.may("customers.read") else None,
        other_tickets=[
            TicketRow.from_orm(other)
            for other in tickets_of_customer(
                customer_id=ticket.customer_id, by=request.auth, without=ticket.pk
            )
        ],
    )


def _detail(ticket: Ticket) -> TicketDetail:
    return TicketDetail(
        **TicketRow.from_orm(ticket).dict(),
        participants=[ParticipantShape.from_orm(participant) for participant in participants_of(ticket)],
        reply_channels=[
            ReplyChannelShape(
                channel_id=way.channel.pk, kind=way.channel.kind, name=way.channel.name, to=way.value
            )
            for way in ways_to_reply(ticket)
        ],
    )
