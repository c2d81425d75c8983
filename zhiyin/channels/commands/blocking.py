"""Senders whose messages are held back: nothing is lost, and everything can be let in again."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from zhiyin.channels.events import MessageHeld, SenderBlocked, SenderUnblocked
from zhiyin.channels.models import BlockedSender, InboundMessage
from zhiyin.channels.queries import is_own_address, normal_value
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError

_DOMAIN = re.compile(r"@?([a-z0-9-]+(?:\.[a-z0-9-]+)+)")
_ADDRESS = re.compile(r"[^@\s]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*")


class NotABlockableSender(DomainError):
    code = "channels.not_a_blockable_sender"
    status = 422
    messages = {
        "zh": "“{value}”不能屏蔽：请填写完整的邮箱地址、域名（如 spam.example）、电话或编号，且不能是自己的邮箱。",
        "en": "{value} can't be blocked: give a whole address, a mail domain such as spam.example, a telephone number or an id, "
        "and none of our own.",
    }


@transaction.atomic
def block_sender(*, kind: str, value: str, reason: str, by: Staff, now: datetime) -> BlockedSender:
    """Hold back what this sender writes from now on; blocking twice is the same block.

    Raises NotABlockableSender for what names nobody, and for our own addresses.
    """
    normal = normal_sender(kind, value)
    blocked, is_new = BlockedSender.objects.get_or_create(
        kind=kind, value=normal, defaults={"reason": reason.strip(), "by": by, "at": now}
    )
    if is_new:
        emit(SenderBlocked(blocked_id=blocked.pk, kind=kind, by_id=by.pk, at=now))
        _audit("senders.blocked", blocked, by, now)
    return blocked


@transaction.atomic
def unblock_sender(*, blocked_id: int, by: Staff, now: datetime) -> None:
    """Let this sender's messages in again; those that are held stay held until each is let in."""
    blocked = BlockedSender.objects.select_for_update().get(pk=blocked_id)
    emit(SenderUnblocked(blocked_id=blocked.pk, kind=blocked.kind, by_id=by.pk, at=now))
    _audit("senders.unblocked", blocked, by, now)
    blocked.delete()


@transaction.atomic
def hold_message(*, inbound: InboundMessage) -> None:
    """Keep a message of a blocked sender where people find it."""
    inbound.held_at = inbound.received_at
    inbound.save(update_fields=["held_at"])
    emit(MessageHeld(inbound_id=inbound.pk, channel_id=inbound.channel_id, at=inbound.received_at))


@transaction.atomic
def let_go(*, inbound_id: int) -> InboundMessage:
    """Take a message out of those that are held. Raises InboundMessage.DoesNotExist when it is none of them."""
    inbound = InboundMessage.objects.select_for_update().get(pk=inbound_id, held_at__isnull=False)
    inbound.held_at = None
    inbound.save(update_fields=["held_at"])
    return inbound


def normal_sender(kind: str, value: str) -> str:
    """The form in which senders are compared. Raises NotABlockableSender."""
    told = value.strip()
    if kind == BlockedSender.Kind.EMAIL_DOMAIN:
        found = _DOMAIN.fullmatch(told.lower())
        told = found[1] if found else ""
    elif kind == BlockedSender.Kind.EMAIL:
        told = told.lower() if _ADDRESS.fullmatch(told.lower()) and not is_own_address(told) else ""
    elif kind not in BlockedSender.Kind.values:
        told = ""
    if not told:
        raise NotABlockableSender(value=value.strip() or "—")
    return normal_value(kind, told)


def _audit(action: str, blocked: BlockedSender, by: Staff, now: datetime) -> None:
    record_audit(
        action=action, by=by.pk, target=f"sender:{blocked.pk}", details={"kind": blocked.kind}, now=now
    )
