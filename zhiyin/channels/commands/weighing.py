"""What our own records say about a message that came: whether a machine wrote it, and who its sender claims to be."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from zhiyin.channels.commands.automatic_mail import answers_at_once, repeats_at_once
from zhiyin.channels.providers.protocol import ParsedMessage
from zhiyin.channels.queries import own_addresses, plain_address
from zhiyin.people.models import Staff


def weigh(parsed: ParsedMessage, *, now: datetime) -> ParsedMessage:
    """The message with what we know of its sender put to what it says of itself."""
    if parsed.sender_kind != "email" or parsed.bounce is not None or parsed.automatic == "loop":
        return parsed
    marks = dict(parsed.marks)
    if sender := _sender_mark(parsed):
        marks["sender"] = sender
    if answers_at_once(sender=parsed.sender_value, thread_keys=parsed.thread_keys, now=now):
        marks["answered_at_once"] = True
    robot = not parsed.automatic and repeats_at_once(
        sender=parsed.sender_value, content_key=parsed.content_key, now=now
    )
    return replace(parsed, marks=marks, automatic="auto_reply" if robot else parsed.automatic)


def _sender_mark(parsed: ParsedMessage) -> dict[str, Any]:
    """The provider's verdict, whom the address belongs to among us, and whether both together are suspicious.

    An address of ours gives no rights by itself: whatever comes by mail is a customer's message.
    """
    mark = dict(parsed.marks.get("sender", {}))
    claims = _claims(parsed.sender_value)
    if claims:
        mark["claims"] = claims
    if mark.get("verdict") == "failed" or (claims and mark.get("verdict") != "verified"):
        mark["suspicious"] = True
    return mark


def _claims(address: str) -> str:
    if plain_address(address) in own_addresses():
        return "us"
    return "staff" if Staff.objects.filter(email__iexact=address).exists() else ""
