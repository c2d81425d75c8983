"""What may be answered by a machine now, and who has a conversation."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from zhiyin.assist.models import AnswerSettings, AutomaticAnswer, Holder, Reading
from zhiyin.channels.models import Channel, InboundMessage
from zhiyin.tickets.models import Message, Ticket

PATIENCE = timedelta(seconds=20)  # that people wait for a machine to decide
MOST_TEXTS = 5
LONGEST = 2_000
_SETTLED = ("answered", "drafted", "greeted", "asked", "left")


@dataclass(frozen=True, kw_only=True)
class Asking:
    """A message that a machine may answer, with what it must know of it."""

    message_id: int
    ticket_id: int
    channel_id: int
    channel_kind: str
    text: str
    locale: str
    region: str
    at: datetime
    is_signed_in: bool
    settings: AnswerSettings


def settings_in_force() -> dict[int, AnswerSettings]:
    """By channel, where a machine does anything; one query."""
    return {one.channel_id: one for one in AnswerSettings.objects.exclude(mode="off")}


def answerable_channels() -> QuerySet[Channel]:
    """Those on which a machine could answer, in the order they are shown in."""
    return Channel.objects.filter(active=True).exclude(kind="portal").order_by("kind", "name", "pk")


def is_answering_first(channel: Channel) -> bool:
    """Whether a machine answers customers of the channel before people do."""
    return AnswerSettings.objects.filter(channel=channel.pk, mode="answer").exists()


def askings(message_ids: Collection[int]) -> list[Asking]:
    """Those of these messages that a machine may answer: not where people have the ticket. Three queries, one where
    nothing is switched on."""
    in_force = settings_in_force()
    if not in_force or not message_ids:
        return []
    messages = (
        Message.objects.filter(
            pk__in=message_ids,
            kind="inbound",
            inbound__automatic=InboundMessage.Automatic.NO,
            inbound__channel__in=in_force,
            ticket__merged_into=None,
        )
        .select_related("ticket__customer", "ticket__channel", "inbound__channel")
        .order_by("pk")
    )
    found = [one for one in messages if one.inbound is not None]
    taken = with_people({one.ticket_id for one in found})
    return [
        Asking(
            message_id=one.pk,
            ticket_id=one.ticket_id,
            channel_id=one.inbound.channel_id,
            channel_kind=one.inbound.channel.kind,
            text=one.inbound.text[:LONGEST],
            locale=str(one.inbound.headers.get("locale", "")),
            region=one.ticket.region,
            at=one.at,
            is_signed_in=one.inbound.sender_kind == "external",
            settings=in_force[one.inbound.channel_id],
        )
        for one in found
        if one.inbound is not None and one.ticket_id not in taken
    ]


def with_people(ticket_ids: Collection[int]) -> set[int]:
    """Those that people have: assigned, answered by somebody, or left to people before. One query."""
    if not ticket_ids:
        return set()
    by_staff = Message.objects.filter(ticket=OuterRef("pk"), kind="outbound", staff__isnull=False)
    left = Holder.objects.filter(ticket=OuterRef("pk"), who=Holder.Who.PEOPLE)
    tickets = Ticket.objects.filter(pk__in=ticket_ids)
    return set(
        tickets.filter(Q(assignee__isnull=False) | Exists(by_staff) | Exists(left)).values_list(
            "pk", flat=True
        )
    )


def with_machine(ticket_ids: Collection[int], *, now: datetime) -> set[int]:
    """Those that nobody of the staff is to be offered: a machine decides on them, or has answered. Two queries at most.

    A machine that does not decide within PATIENCE is waited for no longer.
    """
    channels = [pk for pk, one in settings_in_force().items() if one.mode == "answer"]
    if not channels or not ticket_ids:
        return set()
    held = Holder.objects.filter(ticket=OuterRef("pk"))
    by_staff = Message.objects.filter(ticket=OuterRef("pk"), kind="outbound", staff__isnull=False)
    tickets = Ticket.objects.filter(pk__in=ticket_ids, channel__in=channels, assignee=None).exclude(
        Exists(by_staff)
    )
    is_new = ~Exists(held) & Q(last_message_from="customer", last_message_at__gt=now - PATIENCE)
    is_deciding = Exists(held.filter(who=Holder.Who.DECIDING, since__gt=now - PATIENCE))
    has_answered = Exists(held.filter(who=Holder.Who.MACHINE)) & (
        Q(last_message_from="staff") | Q(last_message_at__gt=now - PATIENCE)
    )
    return set(tickets.filter(is_new | is_deciding | has_answered).values_list("pk", flat=True))


def open_question(answer: AutomaticAnswer) -> str:
    """What the customer wrote up to this message since a machine last settled anything; one query and one more."""
    settled = AutomaticAnswer.objects.filter(
        ticket=answer.ticket_id, state__in=_SETTLED, message__lt=answer.message_id
    )
    last = settled.order_by("-message").values_list("message_id", flat=True).first() or 0
    said = Message.objects.filter(
        ticket=answer.ticket_id,
        kind="inbound",
        inbound__automatic=InboundMessage.Automatic.NO,
        pk__gt=last,
        pk__lte=answer.message_id,
    )
    texts = list(said.order_by("-pk").values_list("inbound__text", flat=True)[:MOST_TEXTS])
    return "\n".join(text.strip() for text in reversed(texts))[:LONGEST]


def circumstances(ticket_id: int, message_id: int) -> tuple[Reading | None, int, int]:
    """What was read of the ticket, the files of a message, and how often a machine has answered here; three queries."""
    reading = Reading.objects.filter(ticket=ticket_id).first()
    files = Message.objects.filter(pk=message_id).aggregate(count=Count("inbound__attachments"))["count"]
    answers = AutomaticAnswer.objects.filter(ticket=ticket_id, state="answered").count()
    return reading, files, answers


def has_newer(answer: AutomaticAnswer) -> bool:
    """Whether the customer has written on since."""
    later = Message.objects.filter(ticket=answer.ticket_id, kind="inbound", inbound__automatic="")
    return later.filter(pk__gt=answer.message_id).exists()
