"""Taking in: store the raw message first, durably and once; it is understood afterwards (`understanding`)."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime

from django.db import connection, transaction

from zhiyin.channels.events import RawMessageStored
from zhiyin.channels.models import Channel, RawMessage
from zhiyin.channels.queries import plain_address
from zhiyin.platform.event_log.emitting import emit_all
from zhiyin.platform.files.files import store_file
from zhiyin.platform.http.errors import DomainError

INLINE_BYTES = 256 * 1024
FORGOTTEN = 0  # in place of a raw message's id
GLANCED_AT = 64 * 1024
_FROM = re.compile(rb"^from:((?:.|\r?\n[ \t]){0,1000})", re.IGNORECASE | re.MULTILINE)
_SENDER_IN_JSON = re.compile(rb'"sender": ?\{[^{}]{0,1000}?"value": ?("(?:[^"\\]|\\.){0,1000}")')
_INSERT_ONCE = """
INSERT INTO channels_rawmessage (channel_id, external_id, content, file_id, received_at)
SELECT %s, fresh.external_id, fresh.content, fresh.file_id, %s
FROM unnest(%s::text[], %s::bytea[], %s::bigint[], %s::text[]) AS fresh (external_id, content, file_id, fingerprint)
WHERE NOT EXISTS (SELECT FROM channels_forgottenmessage forgotten
                  WHERE forgotten.channel_id = %s AND forgotten.fingerprint = fresh.fingerprint)
ON CONFLICT (channel_id, external_id) DO NOTHING
RETURNING external_id, id
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
    """Store many (content, external id) in one transaction; returns (raw id or FORGOTTEN, whether it is new) of each.

    What is new costs one query, and one for its fact.
    """
    contents = {external_id: content for content, external_id in messages}
    stored = _stored(channel, [one for one, content in contents.items() if len(content) > INLINE_BYTES])
    rows = [
        _raw(channel, content, one, now) for one, content in sorted(contents.items()) if one not in stored
    ]
    new = _insert_once(rows)
    stored |= _stored(channel, [row.external_id for row in rows if row.external_id not in new])
    emit_all(
        RawMessageStored(raw_id=new[one], channel_id=channel.pk, order=order_of(content), at=now)
        for one, content in contents.items()
        if one in new
    )
    return [(new.get(one) or stored.get(one, FORGOTTEN), one in new) for _, one in messages]


def _stored(channel: Channel, external_ids: list[str]) -> dict[str, int]:
    """Those of them that are here, with their ids; nothing is asked for none."""
    if not external_ids:
        return {}
    rows = RawMessage.objects.filter(channel=channel, external_id__in=external_ids)
    return dict(rows.values_list("external_id", "pk"))


def fingerprint_of(external_id: str) -> str:
    """What is kept of the id of a message that was forgotten: SHA-256 in hex."""
    return hashlib.sha256(external_id.encode("utf-8", "replace")).hexdigest()


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


def _insert_once(rows: list[RawMessage]) -> dict[str, int]:
    """Insert the rows that nobody else has inserted and no rule has forgotten; returns the ids of those by external id.

    In the order of the external ids, so that two takers of the same messages wait for each other in turn.
    """
    if not rows:
        return {}
    told = [(row.external_id, row.content, row.file_id, fingerprint_of(row.external_id)) for row in rows]
    channel_id = rows[0].channel_id
    with connection.cursor() as cursor:
        cursor.execute(
            _INSERT_ONCE,
            [channel_id, rows[0].received_at, *map(list, zip(*told, strict=True)), channel_id],
        )
        return dict(cursor.fetchall())


def _raw(channel: Channel, content: bytes, external_id: str, now: datetime) -> RawMessage:
    raw = RawMessage(channel=channel, external_id=external_id, received_at=now)
    if len(content) <= INLINE_BYTES:
        raw.content = content
    else:
        raw.file = store_file(content=content, name="original", media_type="application/octet-stream")
    return raw
