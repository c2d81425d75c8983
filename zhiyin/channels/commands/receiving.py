"""Taking in: store the raw message first, durably and once; understand it afterwards."""

from __future__ import annotations

import hashlib
import re
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from zhiyin.channels.commands.delivering import mark_bounced
from zhiyin.channels.commands.weighing import weigh
from zhiyin.channels.events import MessageReceived, RawMessageStored
from zhiyin.channels.models import (
    Channel,
    Delivery,
    ForgottenMessage,
    InboundAttachment,
    InboundMessage,
    RawMessage,
)
from zhiyin.channels.providers.protocol import ParsedMessage
from zhiyin.channels.providers.registry import provider_of
from zhiyin.channels.queries import plain_address
from zhiyin.platform.event_log.emitting import emit, emit_all
from zhiyin.platform.files.files import store_file
from zhiyin.platform.http.errors import DomainError

INLINE_BYTES = 256 * 1024
SAME_WITHIN = timedelta(days=1)
FORGOTTEN = 0  # in place of a raw message's id
GLANCED_AT = 64 * 1024
_FROM = re.compile(rb"^from:((?:.|\r?\n[ \t]){0,1000})", re.IGNORECASE | re.MULTILINE)
_SENDER_IN_JSON = re.compile(rb'"sender": ?\{[^{}]{0,1000}?"value": ?("(?:[^"\\]|\\.){0,1000}")')
_INSERT_ONCE = """
INSERT INTO channels_rawmessage (channel_id, external_id, content, file_id, received_at)
SELECT %s, fresh.external_id, fresh.content, fresh.file_id, %s
FROM unnest(%s::text[], %s::bytea[], %s::bigint[]) AS fresh (external_id, content, file_id)
ON CONFLICT (channel_id, external_id) DO NOTHING
RETURNING external_id
"""
_MESSAGE_ID = re.compile(rb"^message-id:\s*(<[^>\s]+>)", re.IGNORECASE | re.MULTILINE)


class NoMailbox(DomainError):
    code = "channels.no_mailbox"
    status = 404
    messages = {
        "zh": "没有可以接收 {address} 的邮件渠道。请在“设置 → 渠道”中添加邮箱，或用 --to 指定已有邮箱的地址。",
        "en": "No e-mail channel takes mail for {address}. Add the mailbox under Settings → Channels, or name one with --to.",
    }


def mailbox_for(address: str | None) -> Channel:
    """The e-mail channel for an address (plus tags ignored); the only one when no address is given."""
    mailboxes = Channel.objects.filter(kind="email", active=True).order_by("pk")
    if address is None:
        found = list(mailboxes[:2])
        if len(found) == 1:
            return found[0]
        raise NoMailbox(address="*")
    asked = address.strip().strip("<>").lower()
    for mailbox in mailboxes:
        named = [mailbox.settings.get("address", ""), *(mailbox.settings.get("aliases") or [])]
        if {str(one).lower() for one in named} & {asked, plain_address(asked)}:
            return mailbox
    raise NoMailbox(address=address)


def mail_external_id(raw: bytes) -> str:
    """What makes a mail the same mail: its Message-ID and its body. Trace headers may differ between tries."""
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    found = _MESSAGE_ID.search(head)
    if found is None:
        return hashlib.sha256(raw).hexdigest()
    return f"{found[1].decode('ascii', 'replace')}:{hashlib.sha256(body).hexdigest()[:16]}"


@transaction.atomic
def receive_raw_message(
    *, channel: Channel, content: bytes, external_id: str, now: datetime
) -> tuple[int, bool]:
    """Store what arrived, once per external id; returns (raw id, whether it is new).

    The id is FORGOTTEN for what was here and was forgotten by rule: it is not stored again.
    """
    return receive_raw_messages(channel=channel, messages=[(content, external_id)], now=now)[0]


@transaction.atomic
def receive_raw_messages(
    *, channel: Channel, messages: list[tuple[bytes, str]], now: datetime
) -> list[tuple[int, bool]]:
    """Store many (content, external id) in one transaction; returns (raw id or FORGOTTEN, whether it is new) of each."""
    wanted = [external_id for _, external_id in messages]
    stored = RawMessage.objects.filter(channel=channel, external_id__in=wanted)
    before = dict(stored.values_list("external_id", "pk"))
    before |= dict.fromkeys(_forgotten(channel, [one for one in wanted if one not in before]), FORGOTTEN)
    fresh = {external_id: content for content, external_id in messages if external_id not in before}
    new = _insert_once([_raw(channel, content, one, now) for one, content in sorted(fresh.items())])
    now_stored = before | (dict(stored.values_list("external_id", "pk")) if fresh else {})
    emit_all(
        RawMessageStored(
            raw_id=now_stored[external_id], channel_id=channel.pk, order=order_of(content), at=now
        )
        for external_id, content in fresh.items()
        if external_id in new
    )
    return [(now_stored[external_id], external_id in new) for external_id in wanted]


def fingerprint_of(external_id: str) -> str:
    """What is kept of the id of a message that was forgotten: SHA-256 in hex."""
    return hashlib.sha256(external_id.encode("utf-8", "replace")).hexdigest()


def _forgotten(channel: Channel, external_ids: list[str]) -> list[str]:
    by_fingerprint = {fingerprint_of(one): one for one in external_ids}
    known = ForgottenMessage.objects.filter(channel=channel, fingerprint__in=by_fingerprint)
    return [by_fingerprint[one] for one in known.values_list("fingerprint", flat=True)]


def order_of(content: bytes) -> str:
    """Which arrivals must be understood in turn: those of one sender, as far as a glance at the bytes can tell.

    Else an answer may be understood before what it answers, and open a ticket of its own.
    """
    glance = content[:GLANCED_AT]
    if found := _SENDER_IN_JSON.search(glance):
        sender = found[1]
    elif found := _FROM.search(glance):
        sender = found[1].rpartition(b"<")[2].strip(b" \t\r\n>").lower()
    else:
        sender = content
    return hashlib.sha256(sender).hexdigest()[:16]


def _insert_once(rows: list[RawMessage]) -> set[str]:
    """Insert the rows that nobody else has inserted meanwhile; returns the external ids of those.

    In the order of the ids, so that two takers of the same messages wait for each other in turn.
    """
    if not rows:
        return set()
    columns = zip(*((row.external_id, row.content, row.file_id) for row in rows), strict=True)
    with connection.cursor() as cursor:
        cursor.execute(_INSERT_ONCE, [rows[0].channel_id, rows[0].received_at, *map(list, columns)])
        return {external_id for (external_id,) in cursor.fetchall()}


def _raw(channel: Channel, content: bytes, external_id: str, now: datetime) -> RawMessage:
    raw = RawMessage(channel=channel, external_id=external_id, received_at=now)
    if len(content) <= INLINE_BYTES:
        raw.content = content
    else:
        raw.file = store_file(content=content, name="original", media_type="application/octet-stream")
    return raw


@transaction.atomic
def understand_raw_message(*, raw_id: int, now: datetime) -> InboundMessage:
    """Read a stored message by its channel's provider and tell that it was received."""
    raw = RawMessage.objects.select_related("channel", "file").get(pk=raw_id)
    parsed = weigh(provider_of(raw.channel.kind).parse(raw), now=raw.received_at)
    bounced = mark_bounced(bounce=parsed.bounce, now=now) if parsed.bounce is not None else None
    inbound = _inbound(raw, parsed, bounced)
    InboundAttachment.objects.bulk_create(
        InboundAttachment(
            message=inbound,
            file=store_file(content=part.content, name=part.name, media_type=part.media_type),
            cid=part.cid,
            inline=part.inline,
        )
        for part in parsed.attachments
    )
    sender = hashlib.sha256(f"{inbound.sender_kind}:{inbound.sender_value}".encode()).hexdigest()[:16]
    emit(
        MessageReceived(
            inbound_id=inbound.pk, channel_id=raw.channel_id, sender_hash=sender, at=raw.received_at
        )
    )
    return inbound


def _inbound(raw: RawMessage, parsed: ParsedMessage, bounced: Delivery | None) -> InboundMessage:
    return InboundMessage.objects.create(
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
        bounced=bounced,
        unreadable=parsed.unreadable,
        parties=[
            {name: _storable(value) for name, value in asdict(party).items()} for party in parsed.parties
        ],
        headers=parsed.headers,
        marks=_storable_json(parsed.marks),
        content_key=parsed.content_key,
        copy_of=_said_before(parsed, now=raw.received_at),
        sent_at=parsed.sent_at,
        received_at=raw.received_at,
    )


def _said_before(parsed: ParsedMessage, *, now: datetime) -> InboundMessage | None:
    """The first message of the last day that says the same; None where there is none, or a machine repeats itself."""
    if not parsed.content_key or parsed.automatic:
        return None
    before = InboundMessage.objects.filter(
        content_key=parsed.content_key, received_at__gt=now - SAME_WITHIN, received_at__lte=now, copy_of=None
    )
    return before.order_by("received_at", "pk").first()


def _storable_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _storable_json(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_storable_json(one) for one in value]
    return _storable(value) if isinstance(value, str) else value


def _storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor lone surrogates."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()
