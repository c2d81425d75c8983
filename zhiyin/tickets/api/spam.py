"""Spam: marking, blocked senders, and what is held back of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.channels.commands.blocking import block_sender, unblock_sender
from zhiyin.channels.models import BlockedSender, InboundMessage
from zhiyin.channels.queries import held_messages
from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.receiving import let_message_in
from zhiyin.tickets.commands.spam import mark_as_spam, unmark_spam
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.shapes import TicketRow

BLOCK = needs("senders.block")
PREVIEWED = 300


class SpamBody(Schema):
    block_sender: bool = False


class BlockedShape(Schema):
    id: int
    kind: str
    value: str
    reason: str
    by: Named
    at: datetime


class BlockBody(Schema):
    kind: Literal["email", "email_domain", "phone", "visitor", "external"]
    value: str = Field(max_length=320)
    reason: str = Field("", max_length=500)


class HeldShape(Schema):
    id: int
    channel_name: str = Field(alias="channel.name")
    channel_kind: str = Field(alias="channel.kind")
    sender_kind: str
    sender_value: str
    sender_name: str
    subject: str
    text: str
    held_at: datetime

    @staticmethod
    def resolve_text(inbound: InboundMessage) -> str:
        return inbound.text[:PREVIEWED]


class HeldPage(Schema):
    items: list[HeldShape]
    next_cursor: str | None


class LetIn(Schema):
    ticket_id: int


@router.post("/tickets/{int:ticket_id}/spam", response=TicketRow, auth=needs("tickets.edit"))
def post_spam(request: Signed, ticket_id: int, body: SpamBody) -> Any:
    """Close the ticket as spam; with `block_sender`, hold back what its sender writes from now on."""
    mark_as_spam(ticket_id=ticket_id, block=body.block_sender, by=request.auth, now=timezone.now())
    return ticket_for_page(ticket_id=ticket_id, by=request.auth)


@router.delete("/tickets/{int:ticket_id}/spam", response=TicketRow, auth=needs("tickets.edit"))
def delete_spam(request: Signed, ticket_id: int) -> Any:
    """It was no spam: bring the ticket back as it was."""
    unmark_spam(ticket_id=ticket_id, by=request.auth, now=timezone.now())
    return ticket_for_page(ticket_id=ticket_id, by=request.auth)


@router.get("/senders/blocked", response=list[BlockedShape], auth=BLOCK)
def get_blocked(request: Signed) -> Any:
    """Blocked senders, newest first."""
    return BlockedSender.objects.select_related("by").order_by("-at", "-pk")


@router.post("/senders/blocked", response={201: BlockedShape}, auth=BLOCK)
def post_blocked(request: Signed, body: BlockBody) -> Any:
    """Hold back what an address or a mail domain writes from now on."""
    blocked = block_sender(
        kind=body.kind, value=body.value, reason=body.reason, by=request.auth, now=timezone.now()
    )
    return Status(201, blocked)


@router.delete("/senders/blocked/{int:blocked_id}", response={204: None}, auth=BLOCK)
def delete_blocked(request: Signed, blocked_id: int) -> Any:
    """Let this sender's messages in again."""
    unblock_sender(blocked_id=blocked_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/senders/held", response=HeldPage, auth=BLOCK)
def get_held(request: Signed, cursor: str | None = None, limit: int = 30) -> Any:
    """Messages of blocked senders that nobody has let in, newest first."""
    return held_messages(cursor=cursor, limit=limit)


@router.post("/senders/held/{int:inbound_id}/release", response=LetIn, auth=BLOCK)
def post_release(request: Signed, inbound_id: int) -> Any:
    """Let a held message in: it joins its ticket, or opens one."""
    message = let_message_in(inbound_id=inbound_id, by=request.auth, now=timezone.now())
    return {"ticket_id": message.ticket_id}
