"""Carrying deliveries to their providers, from the ledger."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from zhiyin.channels.commands.delivering import effect_kind, mark_failed, mark_sent
from zhiyin.channels.models import Delivery, DeliveryAttachment
from zhiyin.channels.providers.registry import provider_of, providers
from zhiyin.platform.files.scanning import FileBeingChecked, FileDangerous, require_harmless
from zhiyin.platform.ledger.ledger import GiveUp, RetryLater, effect, effect_settled
from zhiyin.platform.ledger.models import Effect


def carry_out_delivery(effect: Effect) -> dict[str, Any]:
    delivery = Delivery.objects.select_related("channel").get(pk=effect.payload["delivery_id"])
    _require_harmless_attachments(delivery)
    try:
        receipt = provider_of(delivery.channel.kind).deliver(delivery)
    except RetryLater as later:
        Delivery.objects.filter(pk=delivery.pk).update(reason=str(later))
        raise
    return {"provider_id": receipt.provider_id, "state": receipt.state}


def _require_harmless_attachments(delivery: Delivery) -> None:
    """No customer gets a virus from us, wherever our people got it from."""
    for attached in DeliveryAttachment.objects.filter(delivery=delivery).select_related("file"):
        try:
            require_harmless(attached.file)
        except FileDangerous as found:
            raise GiveUp(found.told("en")) from found
        except FileBeingChecked as waits:
            raise RetryLater(waits.told("en"), seconds=3) from waits


def settle_delivery(effect: Effect, *, now: datetime) -> None:
    delivery_id = effect.payload["delivery_id"]
    if effect.state == Effect.State.DONE:
        mark_sent(
            delivery_id=delivery_id,
            state=effect.result["state"],
            provider_id=effect.result["provider_id"],
            now=now,
        )
    else:
        mark_failed(delivery_id=delivery_id, reason=effect.error, now=now)


def register_deliveries() -> None:
    """One kind of effect per provider; called once all providers are loaded."""
    for provider in providers():
        kind = effect_kind(provider.kind)
        effect(kind)(carry_out_delivery)
        effect_settled(kind)(settle_delivery)
