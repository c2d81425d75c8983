"""What a rule would take now, and what it would leave, by channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Max, Min, OuterRef, QuerySet, Subquery, Window
from django.db.models.functions import RowNumber

from zhiyin.channels.models import Channel, DeliveryAttachment, InboundAttachment
from zhiyin.people.models import Staff
from zhiyin.tickets.models import Message, Ticket
from zhiyin.trust.models import RetentionRule
from zhiyin.trust.queries.taking import any_hold, channels_of, over, still_open

SAMPLE = 5


@dataclass(frozen=True)
class OfChannel:
    """One channel's share."""

    channel: Channel
    tickets: int
    messages: int
    files: int
    oldest_at: datetime | None
    newest_at: datetime | None
    held: int
    still_open: int
    sample: list[Ticket]  # the ones over longest, as far as the person may see them


@dataclass(frozen=True)
class Span:
    """How many tickets of a channel, over between when and when."""

    tickets: int
    oldest_at: datetime | None
    newest_at: datetime | None


NOTHING = Span(0, None, None)


@dataclass(frozen=True)
class Preview:
    before: datetime
    channels: list[OfChannel]


def preview(*, rule: RetentionRule, by: Staff, now: datetime) -> Preview:
    """Counts and samples; a fixed number of queries. The rule need not be saved."""
    before, channels = rule.before(now), channels_of(rule)
    ids = [channel.pk for channel in channels]
    all_over = over(action=rule.action, channel_ids=ids, before=before)
    going = all_over.exclude(any_hold())
    spans = _spans(going)
    said = Message.objects.filter(ticket__in=going)
    messages = _counted(said, "ticket__channel")
    came = InboundAttachment.objects.filter(message__in=said.values("inbound"))
    went = DeliveryAttachment.objects.filter(delivery__in=said.values("delivery"))
    files = _files(came, inbound=OuterRef("message")), _files(went, delivery=OuterRef("delivery"))
    held = _counted(all_over.filter(any_hold()), "channel")
    left = _counted(still_open(channel_ids=ids, before=before), "channel")
    samples = _samples(going, by)
    return Preview(
        before,
        [
            OfChannel(
                channel=channel,
                tickets=(span := spans.get(channel.pk, NOTHING)).tickets,
                messages=messages.get(channel.pk, 0),
                files=sum(counted.get(channel.pk, 0) for counted in files),
                oldest_at=span.oldest_at,
                newest_at=span.newest_at,
                held=held.get(channel.pk, 0),
                still_open=left.get(channel.pk, 0),
                sample=samples.get(channel.pk, []),
            )
            for channel in channels
        ],
    )


def _spans(going: QuerySet[Ticket]) -> dict[int, Span]:
    rows = going.order_by().values_list("channel").annotate(Count("pk"), Min("solved_at"), Max("solved_at"))
    return {channel_id: Span(tickets, oldest, newest) for channel_id, tickets, oldest, newest in rows}


def _counted(rows: QuerySet[Any], by: str) -> dict[int, int]:
    return dict(rows.order_by().values_list(by).annotate(count=Count("pk")))


def _files(rows: QuerySet[Any], **of: OuterRef) -> dict[int, int]:
    """By the channel of the ticket their message is on."""
    channel = Message.objects.filter(**of).values("ticket__channel")[:1]
    return _counted(rows.annotate(on=Subquery(channel)), "on")


def _samples(going: QuerySet[Ticket], by: Staff) -> dict[int, list[Ticket]]:
    """The first of each channel, by when they were over; one query."""
    place = Window(RowNumber(), partition_by=F("channel"), order_by=[F("solved_at"), F("pk")])
    seen = Ticket.objects.visible_to(by).filter(pk__in=going.values("pk")).annotate(place=place)
    found: dict[int, list[Ticket]] = {}
    for ticket in seen.filter(place__lte=SAMPLE).select_related("customer").order_by("solved_at", "pk"):
        found.setdefault(ticket.channel_id, []).append(ticket)
    return found
