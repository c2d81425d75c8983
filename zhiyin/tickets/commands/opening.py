"""Staff write first: a ticket opened from our side."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.channels.models import Channel
from zhiyin.customers.commands import customer_for_identity
from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.filling import fill_fields, keep_files, require_fields, searchable
from zhiyin.tickets.commands.lifecycle import refuse_what_is_out_of_use
from zhiyin.tickets.events import TicketOpened
from zhiyin.tickets.indexing import index_ticket
from zhiyin.tickets.models import Message, Ticket


@dataclass(frozen=True, kw_only=True)
class NewTicket:
    customer_id: int | None
    customer_name: str
    customer_email: str
    channel_id: int | None
    subject: str
    text: str
    group_id: int | None
    priority: int
    idempotency_key: str
    type_id: int | None = None
    category_id: int | None = None
    tags: list[str] = field(default_factory=list)
    fields: dict[str, Any] = field(default_factory=dict)  # values of custom fields, by key
    despite_wording: bool = False


class NoMailboxToSendFrom(DomainError):
    code = "tickets.no_mailbox"
    status = 422
    messages = {
        "zh": "还没有可用的发件邮箱。请管理员在“设置 → 渠道”中添加邮箱后再写信。",
        "en": "There is no mailbox to send from yet. Ask an administrator to add one under Settings → Channels.",
    }


class WhoIsItFor(DomainError):
    code = "tickets.who_is_it_for"
    status = 422
    messages = {
        "zh": "请选择客户，或填写对方的邮箱。",
        "en": "Choose a customer, or give their e-mail address.",
    }


@transaction.atomic
def open_ticket(*, new: NewTicket, by: Staff, now: datetime) -> Ticket:
    """Open a ticket and send its first message. The same idempotency key gives the same ticket.

    Raises NoMailboxToSendFrom, WhoIsItFor, NoSuchChoice, FieldsDoNotFit, or FieldsMissing for what is always required.
    """
    known = (
        Message.objects.filter(idempotency_key=f"{by.pk}:{new.idempotency_key}")
        .select_related("ticket")
        .first()
    )
    if known is not None:
        return known.ticket
    mailboxes = Channel.objects.filter(kind="email", active=True).order_by("pk")
    channel = mailboxes.filter(pk=new.channel_id).first() if new.channel_id else mailboxes.first()
    if channel is None:
        raise NoMailboxToSendFrom
    customer = _customer(new, by, now)
    ticket = _filled_ticket(new, channel, customer, by, now)
    emit(
        TicketOpened(ticket_id=ticket.pk, customer_id=customer.pk, channel_id=channel.pk, by_id=by.pk, at=now)
    )
    write_reply(
        ticket_id=ticket.pk,
        reply=ReplyText(text=new.text, channel_id=channel.pk, to=new.customer_email.strip()),
        idempotency_key=new.idempotency_key,
        despite_wording=new.despite_wording,
        by=by,
        now=now,
    )
    if ticket.fields:
        words = searchable(ticket.fields, ticket.fields)
        index_ticket(Ticket.objects.get(pk=ticket.pk), customer=customer, text=words)
    return ticket


def _filled_ticket(new: NewTicket, channel: Channel, customer: Customer, by: Staff, now: datetime) -> Ticket:
    ticket = Ticket(
        subject=new.subject.strip(),
        channel=channel,
        customer=customer,
        priority=new.priority,
        type_id=new.type_id,
        category_id=new.category_id,
        tags=new.tags,
        group_id=new.group_id or next(iter(by.group_ids), channel.default_group_id),
        assignee=by,
        last_message_at=now,
        created_at=now,
        updated_at=now,
    )
    refuse_what_is_out_of_use(ticket, ("type_id", "category_id"))
    filled = fill_fields(ticket, new.fields, by=by)
    require_fields(ticket, closing=False)
    ticket.save(force_insert=True)
    keep_files(ticket, filled)
    return ticket


def _customer(new: NewTicket, by: Staff, now: datetime) -> Customer:
    if new.customer_id is not None:
        return Customer.objects.visible_to(by).get(pk=new.customer_id)
    if "@" not in new.customer_email:
        raise WhoIsItFor
    return customer_for_identity(kind="email", value=new.customer_email, name=new.customer_name, now=now)
