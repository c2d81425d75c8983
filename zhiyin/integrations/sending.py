"""Carrying deliveries to their web-hooks, from the ledger."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhiyin.integrations.commands.delivering import FIRST_TRY, LATER_TRIES, Try, note_not_sent, note_try
from zhiyin.integrations.models import Webhook, WebhookDelivery
from zhiyin.integrations.representing import body_of
from zhiyin.platform.ledger.ledger import RetryLater, effect, effect_settled
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.outbound.addresses import AddressRefused
from zhiyin.platform.outbound.posting import NoAnswer, post
from zhiyin.platform.outbound.signing import signed_headers


@effect(FIRST_TRY)
@effect(LATER_TRIES)
def send_to_webhook(effect: Effect) -> dict[str, Any]:
    """One try. A refusal is a result, not an error: what follows from it is decided where it is noted."""
    deliveries = WebhookDelivery.objects.select_related("webhook")
    delivery = deliveries.filter(pk=effect.payload["delivery_id"]).first()
    if delivery is None or not delivery.webhook.active:
        return {}
    now = timezone.now()
    if effect.kind == LATER_TRIES and _is_paused(delivery.webhook, now) and effect.attempts < 10:
        raise RetryLater("the receiver is given time to recover", _seconds_to_wait(delivery.webhook, now))
    return vars(_try(delivery, now))


def _try(delivery: WebhookDelivery, now: datetime) -> Try:
    body = json.dumps(body_of(delivery), ensure_ascii=False)
    headers = signed_headers(
        secret=delivery.webhook.secret, message_id=delivery.message_id, at=now, body=body
    )
    try:
        answer = post(delivery.webhook.url, content=body.encode(), headers=headers)
    except (AddressRefused, NoAnswer) as problem:
        return Try(status=0, reason=str(problem), ms=0)
    return Try(status=answer.status, reason=answer.excerpt, ms=answer.milliseconds)


@effect_settled(FIRST_TRY)
@effect_settled(LATER_TRIES)
def follow_try(effect: Effect, *, now: datetime) -> None:
    delivery_id = effect.payload["delivery_id"]
    if effect.state == Effect.State.DONE and "status" in effect.result:
        outcome = Try(**effect.result)
        note_try(delivery_id=delivery_id, effect_key=effect.key, outcome=outcome, now=now)
    else:
        note_not_sent(delivery_id=delivery_id, effect_key=effect.key, reason=effect.error, now=now)


def _is_paused(webhook: Webhook, now: datetime) -> bool:
    return webhook.paused_until is not None and webhook.paused_until > now


def _seconds_to_wait(webhook: Webhook, now: datetime) -> float:
    assert webhook.paused_until is not None
    return (webhook.paused_until - now).total_seconds() + 1
