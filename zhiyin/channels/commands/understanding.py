"""Understanding: what stored raw messages say, many at once."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Func, IntegerField
from django.db.models.functions import Coalesce

from zhiyin.channels.commands.delivering import mark_bounced
from zhiyin.channels.commands.weighing import weigh
from zhiyin.channels.events import MessageReceived
from zhiyin.channels.models import Channel, InboundAttachment, InboundMessage, RawMessage
from zhiyin.channels.providers.protocol import ParsedAttachment, ParsedMessage
from zhiyin.channels.providers.registry import provider_of
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.files.files import store_file

SAME_WITHIN = timedelta(days=1)
PORTION_BYTES = 4 * 1024 * 1024
Arrival = tuple[int, datetime]  # a raw message's id, and when it is understood


def understand_raw_message(*, raw_id: int, now: datetime) -> InboundMessage:
    """Read a stored message by its channel's provider and tell that it was received."""
    return understand_raw_messages(arrivals=[(raw_id, now)])[0]


@transaction.atomic(savepoint=False)
def understand_raw_messages(*, arrivals: Sequence[Arrival]) -> list[InboundMessage]:
    """The same for many, each with the moment it is understood at; as many queries as for one, while they are small.

    Raises RawMessage.DoesNotExist when one of them is not there.
    """
    return [inbound for portion in _portions(arrivals) for inbound in _understand(portion)]


def _portions(arrivals: Sequence[Arrival]) -> Iterator[list[Arrival]]:
    """The same in turn, few enough at once to be held in memory with all that is in them."""
    size = Coalesce("file__size", Func("content", function="octet_length"), output_field=IntegerField())
    sizes = dict(RawMessage.objects.filter(pk__in=[raw_id for raw_id, _ in arrivals]).values_list("pk", size))
    portion: list[Arrival] = []
    held = 0
    for arrival in arrivals:
        held += sizes.get(arrival[0], 0)
        if portion and held > PORTION_BYTES:
            yield portion
            portion, held = [], sizes.get(arrival[0], 0)
        portion.append(arrival)
    if portion:
        yield portion


def _understand(arrivals: Sequence[Arrival]) -> list[InboundMessage]:
    raws = _raws([raw_id for raw_id, _ in arrivals])
    parsed = weigh([(provider_of(raw.channel.kind).parse(raw), raw.received_at) for raw in raws])
    inbounds = []
    for raw, one, (_, now) in zip(raws, parsed, arrivals, strict=True):
        bounced = mark_bounced(bounce=one.bounce, now=now) if one.bounce is not None else None
        inbounds.append(_inbound(raw, one))
        inbounds[-1].bounced = bounced
    _note_copies(inbounds, parsed)
    InboundMessage.objects.bulk_create(one for one in inbounds if one.copy_of is None)
    InboundMessage.objects.bulk_create(one for one in inbounds if one.copy_of is not None)
    InboundAttachment.objects.bulk_create(
        _attachment(inbound, part)
        for inbound, one in zip(inbounds, parsed, strict=True)
        for part in one.attachments
    )
    emit_all(_received(inbound) for inbound in inbounds)
    return inbounds


def _raws(raw_ids: Sequence[int]) -> list[RawMessage]:
    """In this order, each with its channel. What is large is read when it is asked for."""
    found = RawMessage.objects.select_related("file").in_bulk(raw_ids)
    channels = Channel.objects.in_bulk({raw.channel_id for raw in found.values()})
    for raw in found.values():
        raw.channel = channels[raw.channel_id]
    try:
        return [found[raw_id] for raw_id in raw_ids]
    except KeyError as missing:
        raise RawMessage.DoesNotExist(missing.args[0]) from missing


def _received(inbound: InboundMessage) -> MessageReceived:
    sender = hashlib.sha256(f"{inbound.sender_kind}:{inbound.sender_value}".encode()).hexdigest()[:16]
    return MessageReceived(
        inbound_id=inbound.pk, channel_id=inbound.channel_id, sender_hash=sender, at=inbound.received_at
    )


def _attachment(inbound: InboundMessage, part: ParsedAttachment) -> InboundAttachment:
    file = store_file(content=part.content, name=part.name, media_type=part.media_type)
    return InboundAttachment(message=inbound, file=file, cid=part.cid, inline=part.inline)


def _inbound(raw: RawMessage, parsed: ParsedMessage) -> InboundMessage:
    return InboundMessage(
        channel=raw.channel,
        raw=raw,
        sender_kind=parsed.sender_kind,
        sender_value=_storable(parsed.sender_value),
        sender_name=_storable(parsed.sender_name),
        subject=_storable(parsed.subject),
        text=_storable(parsed.text),
        quoted_text=_storable(parsed.quoted_text),
        html=_storable(parsed.html),
        thread_keys=[_storable(key) for key in parsed.thread_keys],
        own_keys=[_storable(key) for key in parsed.own_keys],
        ticket_number=parsed.ticket_number,
        automatic=parsed.automatic,
        unreadable=parsed.unreadable,
        parties=[
            {name: _storable(value) for name, value in asdict(party).items()} for party in parsed.parties
        ],
        headers=parsed.headers,
        marks=_storable_json(parsed.marks),
        content_key=parsed.content_key,
        sent_at=parsed.sent_at,
        received_at=raw.received_at,
    )


def _note_copies(inbounds: Sequence[InboundMessage], parsed: Sequence[ParsedMessage]) -> None:
    """Tie each to the first message of the last day that says the same; not where a machine repeats itself."""
    asked = {one.content_key for one in parsed if one.content_key and not one.automatic}
    if not asked:
        return
    since = min(one.received_at for one in inbounds) - SAME_WITHIN
    first: dict[str, list[InboundMessage]] = {}
    stored = InboundMessage.objects.filter(content_key__in=asked, received_at__gt=since, copy_of=None)
    for before in stored.only("pk", "content_key", "received_at").order_by("received_at", "pk"):
        first.setdefault(before.content_key, []).append(before)
    for inbound, one in zip(inbounds, parsed, strict=True):
        if not one.content_key:
            continue
        said = first.setdefault(one.content_key, [])
        if not one.automatic:
            inbound.copy_of = _first_within(said, now=inbound.received_at)
        if inbound.copy_of is None:
            said.append(inbound)


def _first_within(said: Sequence[InboundMessage], *, now: datetime) -> InboundMessage | None:
    recent = [one for one in said if now - SAME_WITHIN < one.received_at <= now]
    return min(recent, key=lambda one: one.received_at, default=None)


def _storable_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _storable_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_storable_json(one) for one in value]
    return _storable(value) if isinstance(value, str) else value


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
