"""Mail that nobody writes: a gate before it, and a circuit that notices when a machine answers.

Two machines that answer each other never stop by themselves. Headers tell most of them apart; this is for those
that bear none. What people write is never held up here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower

from zhiyin.channels.models import Delivery, InboundMessage
from zhiyin.channels.queries import own_addresses, plain_address

PER_HOUR = 3
PER_DAY = 10
AT_ONCE = timedelta(
    minutes=2
)  # who answers an automatic message sooner is a machine, or will not mind silence
QUICK_ANSWERS = 3
REMEMBERED = timedelta(days=1)
_NOBODY = (
    "no-reply",
    "noreply",
    "do-not-reply",
    "donotreply",
    "mailer-daemon",
    "postmaster",
    "bounce",
    "bounces",
)


def reason_for_silence(*, recipient: str, answering: InboundMessage | None, now: datetime) -> str:
    """Why no automatic message may go to this address now: automatic | own | nobody | rate | robot, or ''.

    Must be asked in the transaction that sends; askers for one address wait for each other.
    """
    if answering is not None and answering.automatic:
        return "automatic"
    if plain_address(recipient) in own_addresses():
        return "own"
    if recipient.lower().partition("@")[0] in _NOBODY:
        return "nobody"
    _wait_for_others(recipient)
    recent = list(_automatic_to(recipient, now - REMEMBERED).values_list("created_at", flat=True))
    if len(recent) >= PER_DAY or sum(at > now - timedelta(hours=1) for at in recent) >= PER_HOUR:
        return "rate"
    return "robot" if recent and quick_answers(sender=recipient, now=now) >= QUICK_ANSWERS else ""


@dataclass(frozen=True)
class Written:
    """What we wrote to somebody of late."""

    at: datetime
    key: str
    message_id: str
    automatic: bool
    cancelled: bool


def written_of_late(senders: Collection[str], *, since: datetime) -> dict[str, list[Written]]:
    """By address in lower case, what we wrote to these within moments of `since` or later; one query."""
    addressed = Delivery.objects.alias(address=Lower("recipient")).filter(
        address__in={sender.lower() for sender in senders}, created_at__gt=since - AT_ONCE
    )
    found: dict[str, list[Written]] = {}
    for recipient, at, key, message_id, automatic, state in addressed.values_list(
        "recipient", "created_at", "key", "message_id", "automatic", "state"
    ):
        told = Written(at, key, message_id, automatic, state == Delivery.State.CANCELLED)
        found.setdefault(recipient.lower(), []).append(told)
    return found


def answers_at_once(written: Iterable[Written], *, thread_keys: list[str], now: datetime) -> bool:
    """Whether a message answers an automatic one of ours, of those written to its sender, within moments of its leaving."""
    recent = [one for one in written if one.automatic and one.at > now - AT_ONCE]
    return any({f"reply:{one.key}", f"mid:{one.message_id}"} & set(thread_keys) for one in recent)


def repeats_at_once(written: Iterable[Written], *, content_key: str, is_used: bool, now: datetime) -> bool:
    """Whether a message comes within moments of one of ours to its sender, in words that were used before.

    `is_used`: they were, by one that is not stored yet.
    """
    if not content_key or not any(not one.cancelled and one.at > now - AT_ONCE for one in written):
        return False
    return is_used or InboundMessage.objects.filter(content_key=content_key, received_at__lt=now).exists()


def quick_answers(*, sender: str, now: datetime) -> int:
    """How often the sender answered an automatic message at once during the last day."""
    recent = InboundMessage.objects.alias(address=Lower("sender_value")).filter(
        address=sender.lower(), received_at__gt=now - REMEMBERED, marks__answered_at_once=True
    )
    return recent[:QUICK_ANSWERS].count()


def _automatic_to(recipient: str, since: datetime) -> QuerySet[Delivery]:
    return _deliveries_to(recipient, since).filter(automatic=True)


def _deliveries_to(recipient: str, since: datetime) -> QuerySet[Delivery]:
    addressed = Delivery.objects.alias(address=Lower("recipient"))
    return addressed.filter(address=recipient.lower(), created_at__gt=since)


def _wait_for_others(recipient: str) -> None:
    """Two rules that answer one message at once must not both find that there is room for one more."""
    assert transaction.get_connection().in_atomic_block
    number = int.from_bytes(hashlib.sha256(recipient.lower().encode()).digest()[:8], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])
