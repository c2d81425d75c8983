"""Sending out: owe a message, carry it to the provider, follow what becomes of it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from zhiyin.channels.commands.automatic_mail import reason_for_silence
from zhiyin.channels.events import DeliveryBounced, DeliveryDelivered, DeliveryFailed, DeliverySent
from zhiyin.channels.models import Channel, Delivery, DeliveryAttachment, InboundMessage
from zhiyin.channels.providers.protocol import Bounce
from zhiyin.channels.providers.registry import provider_of
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import cancel_effect, record_effect

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Outgoing:
    """What is to be sent, and to whom."""

    recipient_kind: str
    recipient: str
    recipient_name: str = ""
    cc: list[str] = field(default_factory=list)
    thread: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    author_name: str = ""
    automatic: bool = False
    in_reply_to: str = ""
    references: list[str] = field(default_factory=list)
    calendar: str = ""
    machine: dict[str, Any] = field(default_factory=dict)
    file_ids: list[int] = field(default_factory=list)


class NothingToResend(DomainError):
    code = "channels.nothing_to_resend"
    status = 409
    messages = {
        "zh": "这条消息没有失败（当前状态：{state}），无需重发。",
        "en": "This message has not failed (it is {state}); there is nothing to send again.",
    }


class StaysSilent(DomainError):
    code = "channels.stays_silent"
    status = 409
    messages = {
        "zh": "不会向 {recipient} 发送自动消息（{reason}），以免两台机器互相回复。需要时请由员工亲自回复。",
        "en": "No automatic message goes to {recipient} ({reason}), so that two machines never answer each other. "
        "Let a person write instead.",
    }


@transaction.atomic
def queue_delivery(
    *, channel: Channel, outgoing: Outgoing, now: datetime, answering: InboundMessage | None = None
) -> Delivery:
    """Owe a message; it leaves after the undo window where the channel has one.

    What people write always leaves. Raises StaysSilent for an automatic mail that might be answered by a machine.
    """
    if outgoing.automatic and outgoing.recipient_kind == "email":
        reason = reason_for_silence(recipient=outgoing.recipient, answering=answering, now=now)
        if reason:
            raise StaysSilent(recipient=outgoing.recipient, reason=reason)
    return _queue(channel, outgoing, now)


@transaction.atomic
def queue_automatic(
    *, channel: Channel, outgoing: Outgoing, now: datetime, answering: InboundMessage | None = None
) -> Delivery | None:
    """Owe a message that nobody wrote; None where silence is better (see `automatic_mail`)."""
    try:
        return queue_delivery(
            channel=channel, outgoing=replace(outgoing, automatic=True), now=now, answering=answering
        )
    except StaysSilent as silence:
        log.info("no automatic message", extra={"channel": channel.pk, "reason": silence.params["reason"]})
        return None


def _queue(channel: Channel, outgoing: Outgoing, now: datetime) -> Delivery:
    provider = provider_of(channel.kind)
    held = timedelta(seconds=settings.UNDO_SECONDS if provider.undo and not outgoing.automatic else 0)
    fields = {name: value for name, value in vars(outgoing).items() if name != "file_ids"}
    delivery = Delivery(channel=channel, created_at=now, not_before=now + held, **fields)
    delivery.message_id = provider.message_id(delivery)
    delivery.save(force_insert=True)
    DeliveryAttachment.objects.bulk_create(
        DeliveryAttachment(delivery=delivery, file_id=file_id) for file_id in outgoing.file_ids
    )
    _owe(delivery, not_before=delivery.not_before)
    return delivery


@transaction.atomic
def cancel_delivery(*, delivery_id: int, now: datetime) -> bool:
    """Take back a message that has not left; False when it is too late."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if not cancel_effect(key=delivery.effect_key(), now=now):
        return False
    delivery.state, delivery.settled_at = Delivery.State.CANCELLED, now
    delivery.save(update_fields=["state", "settled_at"])
    return True


@transaction.atomic
def resend_delivery(*, delivery_id: int, now: datetime) -> Delivery:
    """Send a failed or bounced message again, for real. Raises NothingToResend for any other, and for a blanked one."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.state not in (Delivery.State.FAILED, Delivery.State.BOUNCED) or not delivery.recipient:
        raise NothingToResend(state=delivery.state)
    delivery.attempts += 1
    delivery.state, delivery.reason, delivery.settled_at = Delivery.State.QUEUED, "", None
    delivery.save(update_fields=["attempts", "state", "reason", "settled_at"])
    _owe(delivery, not_before=now)
    return delivery


@transaction.atomic
def mark_sent(*, delivery_id: int, state: str, provider_id: str, now: datetime) -> None:
    """Note that the provider took the message; a bounce that was quicker stays."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    if delivery.state != Delivery.State.QUEUED:
        return
    delivery.state, delivery.provider_id, delivery.reason = state, provider_id, ""
    delivery.sent_at = delivery.settled_at = now
    delivery.save(update_fields=["state", "provider_id", "reason", "sent_at", "settled_at"])
    told = DeliveryDelivered if state == Delivery.State.DELIVERED else DeliverySent
    emit(told(delivery_id=delivery.pk, at=now))


@transaction.atomic
def mark_delivered(*, delivery_id: int, now: datetime) -> None:
    """Note that a sent message reached the customer."""
    changed = Delivery.objects.filter(pk=delivery_id, state=Delivery.State.SENT).update(
        state=Delivery.State.DELIVERED, settled_at=now
    )
    if changed:
        emit(DeliveryDelivered(delivery_id=delivery_id, at=now))


@transaction.atomic
def mark_failed(*, delivery_id: int, reason: str, now: datetime) -> None:
    """Note that we gave up sending."""
    delivery = Delivery.objects.select_for_update().get(pk=delivery_id)
    delivery.state, delivery.reason, delivery.settled_at = Delivery.State.FAILED, reason, now
    delivery.save(update_fields=["state", "reason", "settled_at"])
    emit(DeliveryFailed(delivery_id=delivery.pk, at=now))


@transaction.atomic
def mark_bounced(*, bounce: Bounce, now: datetime) -> Delivery | None:
    """Tie a bounce to what bounced; None when we never sent it. A temporary delay only notes the reason."""
    delivery = Delivery.objects.select_for_update().filter(message_id=bounce.message_id).first()
    if not bounce.message_id or delivery is None:
        return None
    delivery.reason = f"{bounce.status} {bounce.reason}".strip()
    if not bounce.permanent:
        delivery.save(update_fields=["reason"])
        return delivery
    delivery.state, delivery.settled_at = Delivery.State.BOUNCED, now
    delivery.save(update_fields=["reason", "state", "settled_at"])
    emit(DeliveryBounced(delivery_id=delivery.pk, at=now))
    return delivery


def _owe(delivery: Delivery, *, not_before: datetime) -> None:
    record_effect(
        kind=effect_kind(delivery.channel.kind),
        key=delivery.effect_key(),
        payload={"delivery_id": delivery.pk},
        not_before=not_before,
    )


def effect_kind(channel_kind: str) -> str:
    """Each kind of channel has its own lane, so that a slow mail server holds up no chat."""
    return f"channels.deliver.{channel_kind}"
