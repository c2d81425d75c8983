"""The ticket page in one answer, with a fixed number of queries."""

from __future__ import annotations

from zhiyin.customers.shapes import CustomerCard
from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.platform.http.shapes import Shape
from zhiyin.tickets.api.router import router
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import Alias, aliases_of
from zhiyin.tickets.queries.forms import referred_by
from zhiyin.tickets.queries.page import (
    customer_of,
    participants_of,
    ticket_for_page,
    tickets_of_customer,
    ways_to_reply,
)
from zhiyin.tickets.queries.threading import Target, last_inbound
from zhiyin.tickets.queries.timeline import AttachedFile, last_said, read_timeline
from zhiyin.tickets.shapes import (
    AliasShape,
    ParticipantShape,
    ReferredShape,
    ReplyChannelShape,
    TicketDetail,
    TicketRow,
    TimelinePage,
    attachment_shape,
    timeline_page,
)

TIMELINE_LIMIT = 50


class TicketPage(Shape):
    ticket: TicketDetail
    timeline: TimelinePage
    customer: CustomerCard | None
    other_tickets: list[TicketRow]


@router.get("/tickets/{int:ticket_id}", response=TicketPage, auth=needs("tickets.read"))
def get_ticket_page(request: Signed, ticket_id: int) -> TicketPage:
    """Everything the desk shows of a ticket; of a merged one, the ticket it was merged into."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    aliases = aliases_of(ticket.pk)
    family = [ticket.pk, *(alias.id for alias in aliases)]
    timeline = read_timeline(ticket=ticket, cursor=None, limit=TIMELINE_LIMIT, family=family)
    last = last_said(timeline) or (last_inbound(ticket) if timeline.before_cursor else None)
    customer = customer_of(ticket)
    return TicketPage(
        ticket=_detail(ticket, aliases, ways_to_reply(customer, last), request.auth),
        timeline=timeline_page(timeline),
        customer=CustomerCard.from_orm(customer) if request.auth.may("customers.read") else None,
        other_tickets=[
            TicketRow.from_orm(other)
            for other in tickets_of_customer(
                customer_id=ticket.customer_id, by=request.auth, without=ticket.pk
            )
        ],
    )


def _detail(ticket: Ticket, aliases: list[Alias], ways: list[Target], by: Staff) -> TicketDetail:
    referred = referred_by(ticket, by=by)
    return TicketDetail(
        **TicketRow.from_orm(ticket).model_dump(),
        referred=ReferredShape(
            staff=[Named.from_orm(person) for person in referred.staff],
            customers=[Named.from_orm(customer) for customer in referred.customers],
            files=[attachment_shape(AttachedFile(file)) for file in referred.files],
        ),
        participants=[ParticipantShape.from_orm(participant) for participant in participants_of(ticket)],
        reply_channels=[
            ReplyChannelShape(
                channel_id=way.channel.pk, kind=way.channel.kind, name=way.channel.name, to=way.value
            )
            for way in ways
        ],
        aliases=[AliasShape(**vars(alias)) for alias in aliases],
    )
