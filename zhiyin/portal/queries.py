"""What a customer sees of their own: never notes, never anybody else's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from zhiyin.channels.models import Delivery
from zhiyin.customers.models import Identity
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.http.paging import Page, keyset_page
from zhiyin.tickets.models import Message, Rating, SpamMark, Ticket
from zhiyin.tickets.queries.timeline import AttachedFile, files_of

LISTED = 20
MESSAGES_SHOWN = 200


@dataclass(frozen=True)
class Said:
    """One message as its customer sees it."""

    is_mine: bool
    author: str
    at: datetime
    text: str
    files: list[AttachedFile]


@dataclass(frozen=True)
class Conversation:
    ticket: Ticket
    said: list[Said]
    has_earlier: bool
    rating: Rating | None


def customer_of(email: str) -> int:
    """The customer whom this address belongs to now. Raises Identity.DoesNotExist when it is nobody's any more."""
    return Identity.objects.get(kind=Identity.Kind.EMAIL, value=email).customer_id


def tickets_of(customer_id: int) -> QuerySet[Ticket]:
    """Their tickets, without those that were merged into others or are spam."""
    spam = SpamMark.objects.filter(ticket=OuterRef("pk"))
    return Ticket.objects.filter(~Exists(spam), customer_id=customer_id, merged_into=None)


def list_tickets_of(customer_id: int, *, is_open: bool, cursor: str | None) -> Page[Ticket]:
    """One page of the customer's open or finished tickets, newest message first."""
    tickets = tickets_of(customer_id)
    chosen = tickets.active() if is_open else tickets.exclude(status__in=Ticket.ACTIVE)  # type: ignore[attr-defined]
    return keyset_page(chosen, order=("-last_message_at", "-id"), cursor=cursor, limit=LISTED)


def read_conversation(customer_id: int, ticket_id: int) -> Conversation:
    """A ticket of theirs with what was said. Raises Ticket.DoesNotExist for any other."""
    ticket = tickets_of(customer_id).get(pk=ticket_id)
    spoken = (
        Message.objects.filter(ticket=ticket)
        .exclude(kind=Message.Kind.NOTE)
        .exclude(delivery__state=Delivery.State.CANCELLED)
        .select_related("staff", "customer", "inbound", "delivery")
        .order_by("-at", "-pk")
    )
    newest = list(spoken[: MESSAGES_SHOWN + 1])
    shown = newest[:MESSAGES_SHOWN][::-1]
    files = files_of(shown)
    return Conversation(
        ticket=ticket,
        said=[_said(message, customer_id, files.get(message.pk, [])) for message in shown],
        has_earlier=len(newest) > MESSAGES_SHOWN,
        rating=Rating.objects.filter(ticket=ticket).first(),
    )


def file_for(customer_id: int, key: str) -> StoredFile:
    """A file that was sent on one of the customer's tickets. Raises StoredFile.DoesNotExist for any other."""
    messages = Message.objects.filter(ticket__in=tickets_of(customer_id)).exclude(kind=Message.Kind.NOTE)
    received = messages.filter(inbound__attachments__file=OuterRef("pk"))
    sent = messages.filter(delivery__attachments__file=OuterRef("pk"))
    return StoredFile.objects.filter(Exists(received) | Exists(sent), key=key).get()


def _said(message: Message, customer_id: int, files: list[AttachedFile]) -> Said:
    if message.inbound is not None:
        author = message.inbound.sender_name or message.inbound.sender_value
        mine = message.customer_id == customer_id
        return Said(mine, author, message.at, message.inbound.text or message.inbound.subject, files)
    author = message.delivery.author_name if message.delivery else ""
    return Said(False, author, message.at, message.delivery.text if message.delivery else "", files)
