"""What our own records say about a message that came: whether a machine wrote it, and who its sender claims to be."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models.functions import Lower

from zhiyin.channels.commands.automatic_mail import (
    Written,
    answers_at_once,
    repeats_at_once,
    written_of_late,
)
from zhiyin.channels.providers.protocol import ParsedMessage
from zhiyin.channels.queries import own_addresses, plain_address
from zhiyin.people.models import Staff


@dataclass(frozen=True)
class Known:
    """What our records say of the senders of some messages."""

    us: Collection[str]  # addresses of ours
    staff: Collection[str]  # those of them that are a colleague's
    written: Mapping[str, Sequence[Written]]


def weigh(messages: Sequence[tuple[ParsedMessage, datetime]]) -> list[ParsedMessage]:
    """Each (message, when it came) with what we know of its sender put to what it says of itself."""
    asked = [(parsed, now) for parsed, now in messages if _is_worth_weighing(parsed)]
    if not asked:
        return [parsed for parsed, _ in messages]
    senders = {parsed.sender_value.lower() for parsed, _ in asked}
    known = Known(
        us=own_addresses(),
        staff=set(
            Staff.objects.annotate(address=Lower("email"))
            .filter(address__in=senders)
            .values_list("address", flat=True)
        ),
        written=written_of_late(senders, since=min(now for _, now in asked)),
    )
    weighed = []
    said: dict[str, datetime] = {}  # words used earlier among these, and when first
    for parsed, now in messages:
        is_used = parsed.content_key in said and said[parsed.content_key] < now
        weighed.append(_weigh(parsed, known, is_used, now) if _is_worth_weighing(parsed) else parsed)
        said[parsed.content_key] = min(now, said.get(parsed.content_key, now))
    return weighed


def _is_worth_weighing(parsed: ParsedMessage) -> bool:
    return parsed.sender_kind == "email" and parsed.bounce is None and parsed.automatic != "loop"


def _weigh(parsed: ParsedMessage, known: Known, is_used: bool, now: datetime) -> ParsedMessage:
    marks = dict(parsed.marks)
    written = known.written.get(parsed.sender_value.lower(), [])
    if sender := _sender_mark(parsed, known):
        marks["sender"] = sender
    if answers_at_once(written, thread_keys=parsed.thread_keys, now=now):
        marks["answered_at_once"] = True
    robot = not parsed.automatic and repeats_at_once(
        written, content_key=parsed.content_key, is_used=is_used, now=now
    )
    return replace(parsed, marks=marks, automatic="auto_reply" if robot else parsed.automatic)


def _sender_mark(parsed: ParsedMessage, known: Known) -> dict[str, Any]:
    """The provider's verdict, whom the address belongs to among us, and whether both together are suspicious.

    An address of ours gives no rights by itself: whatever comes by mail is a customer's message.
    """
    mark = dict(parsed.marks.get("sender", {}))
    claims = _claims(parsed.sender_value, known)
    if claims:
        mark["claims"] = claims
    if mark.get("verdict") == "failed" or (claims and mark.get("verdict") != "verified"):
        mark["suspicious"] = True
    return mark


def _claims(address: str, known: Known) -> str:
    if plain_address(address) in known.us:
        return "us"
    return "staff" if address.lower() in known.staff else ""
