"""From reading to a chat: what was looked for and read before stands on the ticket as a note."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from zhiyin.knowledge.commands.voicing import note_still_asked
from zhiyin.portal.help.asking import LONGEST_LINE, MOST_READ, editions_read, told_before
from zhiyin.tickets.commands.answering import write_note
from zhiyin.tickets.commands.lifecycle import MergedAway
from zhiyin.tickets.models import Message, Ticket


def note_what_was_read(*, message_ids: Sequence[int], now: datetime) -> None:
    """Of messages that came from our own chat page, note on their tickets what was read before; the same once for each
    ticket. One query where none did."""
    came = Message.objects.filter(
        pk__in=message_ids, inbound__channel__kind="chat", inbound__headers__page_url__icontains="?"
    ).select_related("inbound__channel")
    for message in came.order_by("pk"):
        assert message.inbound is not None
        headers = message.inbound.headers
        address = urlsplit(str(headers["page_url"]))
        if address.path != f"/chat/{message.inbound.channel.key}":
            continue
        _note(
            message,
            parse_qs(address.query),
            language="en" if str(headers.get("locale")).startswith("en") else "zh",
            now=now,
        )


def _note(message: Message, told: dict[str, list[str]], *, language: str, now: datetime) -> None:
    keys = [key for key in told.get("read", [""])[0].split(",") if key][-MOST_READ:]
    query = told.get("q", [""])[0].strip()[:LONGEST_LINE]
    read = editions_read(keys, signed_in=False, language=language, now=now)
    before = told_before(query=query, read=read, language=language)
    if not before:
        return
    reader = f"ticket:{message.ticket_id}"
    note_still_asked(version_ids=[one.version_id for one in read], voice=reader, now=now)
    try:
        write_note(
            ticket_id=message.ticket_id,
            text="\n\n".join(before),
            file_ids=[],
            mentions=[],
            idempotency_key=f"help-read-{message.ticket_id}-{','.join(keys)}-{query}"[:100],
            by=None,
            now=now,
        )
    except (MergedAway, Ticket.DoesNotExist):  # it went on elsewhere meanwhile; the conversation is there
        return
