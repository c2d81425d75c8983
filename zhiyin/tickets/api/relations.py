"""What tickets have to do with each other: links, merging, splitting."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.linking import link_tickets, unlink_tickets
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.commands.splitting import split_ticket
from zhiyin.tickets.commands.unmerging import unmerge_ticket
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.relations import Linked, links_of
from zhiyin.tickets.shapes import ProgressShape, TicketRow


class LinkedTicket(Schema):
    id: int
    number: str
    subject: str
    status: str
    customer: Named
    assignee: Named | None
    progress: ProgressShape | None


class LinkShape(Schema):
    id: int
    relation: Literal[
        "parent", "child", "related", "duplicate_of", "duplicated_by", "split_from", "split_into"
    ] = Field(description="what the other ticket is to this one")
    ticket: LinkedTicket


class LinkBody(Schema):
    other_id: int
    relation: Literal["parent", "child", "related", "duplicate_of"]


class MergeBody(Schema):
    merged_ids: list[int] = Field(
        min_length=1, max_length=50, description="these become aliases of the ticket"
    )
    across_customers: bool = Field(False, description="confirms that they are of different customers")


class SplitBody(Schema):
    message_ids: list[int] = Field(min_length=1, max_length=500)
    subject: str = Field("", max_length=1000, description="of the first message, when left out")


@router.get("/tickets/{int:ticket_id}/links", response=list[LinkShape], auth=needs("tickets.read"))
def get_links(request: Signed, ticket_id: int) -> Any:
    """The tickets this one is linked with, as far as you may see them."""
    return _links(ticket_id, request.auth)


@router.post("/tickets/{int:ticket_id}/links", response=list[LinkShape], auth=needs("tickets.edit"))
def post_link(request: Signed, ticket_id: int, body: LinkBody) -> Any:
    """Link another ticket: `relation` says what it is to this one."""
    link_tickets(
        ticket_id=ticket_id,
        other_id=body.other_id,
        relation=body.relation,
        by=request.auth,
        now=timezone.now(),
    )
    return _links(ticket_id, request.auth)


@router.delete(
    "/tickets/{int:ticket_id}/links/{int:link_id}", response=list[LinkShape], auth=needs("tickets.edit")
)
def delete_link(request: Signed, ticket_id: int, link_id: int) -> Any:
    """Take a link away."""
    unlink_tickets(ticket_id=ticket_id, link_id=link_id, by=request.auth, now=timezone.now())
    return _links(ticket_id, request.auth)


@router.post("/tickets/{int:ticket_id}/merges", response=TicketRow, auth=needs("tickets.edit"))
def post_merge(request: Signed, ticket_id: int, body: MergeBody) -> Any:
    """Merge others into this ticket: they become aliases that lead here."""
    merge_tickets(
        into_id=ticket_id,
        merged_ids=body.merged_ids,
        across_customers=body.across_customers,
        by=request.auth,
        now=timezone.now(),
    )
    return ticket_for_page(ticket_id=ticket_id, by=request.auth)


@router.delete("/tickets/{int:ticket_id}/merge", response=TicketRow, auth=needs("tickets.edit"))
def delete_merge(request: Signed, ticket_id: int) -> Any:
    """Undo that this ticket was merged into another: it is one of its own again."""
    unmerge_ticket(ticket_id=ticket_id, by=request.auth, now=timezone.now())
    return ticket_for_page(ticket_id=ticket_id, by=request.auth)


@router.post("/tickets/{int:ticket_id}/splits", response={201: TicketRow}, auth=needs("tickets.edit"))
def post_split(request: Signed, ticket_id: int, body: SplitBody) -> Any:
    """Move messages to a new ticket of the same customer; answers to them come there."""
    made = split_ticket(
        ticket_id=ticket_id,
        message_ids=body.message_ids,
        subject=body.subject,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, ticket_for_page(ticket_id=made.pk, by=request.auth))


def _links(ticket_id: int, by: Staff) -> list[LinkShape]:
    return [_link(one) for one in links_of(ticket_for_page(ticket_id=ticket_id, by=by), by=by)]


def _link(linked: Linked) -> LinkShape:
    return LinkShape.model_validate(
        {"id": linked.link_id, "relation": linked.relation, "ticket": LinkedTicket.from_orm(linked.ticket)}
    )
