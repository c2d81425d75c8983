"""Where an answer goes: back the way the customer last came, unless told otherwise."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

from zhiyin.channels.models import Channel, Delivery, InboundMessage
from zhiyin.customers.models import Identity
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import Ticket

MAX_REFERENCES = 20


@dataclass(frozen=True, kw_only=True)
class Target:
    channel: Channel
    kind: str
    value: str
    name: str = ""
    thread: str = ""


class References(TypedDict):
    in_reply_to: str
    references: list[str]


class NoWayBack(DomainError):
    code = "tickets.no_way_back"
    status = 422
    messages = {
        "zh": "这位客户没有可用的回复方式。请在客户资料中补充邮箱，或改用备注。",
        "en": "There is no way to reach this customer. Add an e-mail address to the customer, or write a note.",
    }


def reply_target(ticket: Ticket, *, channel_id: int | None = None, to: str = "") -> Target:
    """The channel and address for the next answer. Raises NoWayBack where there is none."""
    channel = Channel.objects.filter(pk=channel_id, active=True).first() if channel_id else None
    if channel is not None and channel.kind == "email":
        return Target(
            channel=channel, kind="email", value=to or _mail_address(ticket), name=ticket.customer.name
        )
    last = last_inbound(ticket)
    if last is None:
        return Target(
            channel=ticket.channel, kind="email", value=to or _mail_address(ticket), name=ticket.customer.name
        )
    value = to if to and last.channel.kind == "email" else answer_address(last)
    if not value:  # anonymised
        raise NoWayBack
    return Target(
        channel=last.channel,
        kind=last.sender_kind,
        value=value,
        name=last.sender_name,
        thread=str(last.headers.get("thread", "")),
    )


def requester_target(ticket: Ticket) -> Target:
    """Where the requester alone is reached: the way they last came themselves. Raises NoWayBack where there is none."""
    said = ticket.messages.filter(kind="inbound", inbound__automatic="", customer_id=ticket.customer_id)
    last = said.select_related("inbound__channel").order_by("-at", "-pk").first()
    if last is None or last.inbound is None:
        raise NoWayBack
    inbound = last.inbound
    return Target(
        channel=inbound.channel,
        kind=inbound.sender_kind,
        value=answer_address(inbound),
        name=inbound.sender_name,
        thread=str(inbound.headers.get("thread", "")),
    )


def answer_address(inbound: InboundMessage) -> str:
    """Where its writer wants the answer: Reply-To where a mail names one, else the sender."""
    wanted = inbound.headers.get("reply_to") or []
    return str(wanted[0]) if inbound.sender_kind == "email" and wanted else inbound.sender_value


def last_inbound(ticket: Ticket) -> InboundMessage | None:
    """What the customer's side last said, machines left out."""
    message = (
        ticket.messages.filter(kind="inbound", inbound__automatic="")
        .select_related("inbound__channel")
        .order_by("-at", "-pk")
        .first()
    )
    return message.inbound if message else None


def reply_references(ticket: Ticket) -> References:
    """In-Reply-To and References for the next answer, from the ids on this ticket's timeline."""
    recent = (
        ticket.messages.exclude(kind="note")
        .select_related("inbound", "delivery")
        .order_by("-at", "-pk")[:MAX_REFERENCES]
    )
    ids = [
        told
        for message in reversed(recent)
        if (told := _message_id(message.inbound) if message.inbound else _sent_id(message.delivery))
    ]
    inbound = last_inbound(ticket)
    return {"in_reply_to": _message_id(inbound) if inbound else "", "references": ids}


def _message_id(inbound: InboundMessage) -> str:
    return str(inbound.headers.get("message_id", ""))


def _sent_id(delivery: Delivery | None) -> str:
    return delivery.message_id if delivery else ""


def _mail_address(ticket: Ticket) -> str:
    known = (
        Identity.objects.filter(customer_id=ticket.customer_id, kind=Identity.Kind.EMAIL)
        .order_by("pk")
        .first()
    )
    if known is None:
        raise NoWayBack
    return known.value
