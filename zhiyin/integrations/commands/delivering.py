"""Owing deliveries and following what becomes of them."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F

from zhiyin.integrations.catalogue import PING
from zhiyin.integrations.events import WebhookDisabled
from zhiyin.integrations.models import Webhook, WebhookDelivery
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import record_effect, record_effects

log = structlog.get_logger(__name__)
FIRST_TRY, LATER_TRIES = "integrations.webhook", "integrations.webhook_again"
WAITS = [
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
]
PATIENT_FAILURES = 5  # in a row, before further deliveries wait for the receiver to recover
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(minutes=30)
DISABLED_AFTER = timedelta(days=3)
GONE = 410
KEPT_TRIES = 30


@dataclass(frozen=True, kw_only=True)
class Try:
    """What came of one POST; status 0 is no answer at all."""

    status: int
    reason: str
    ms: int

    @property
    def succeeded(self) -> bool:
        return 200 <= self.status < 300


class WebhookIsOff(DomainError):
    code = "integrations.webhook_is_off"
    status = 409
    messages = {
        "zh": "这个网络钩子已停用，请先启用再发送。",
        "en": "This web-hook is switched off; switch it on first.",
    }


@transaction.atomic(savepoint=False)
def owe_facts(*, facts: Sequence[Fact]) -> None:
    """Owe facts to every web-hook that follows their kinds, in their order; as many queries as for one."""
    webhooks = list(Webhook.objects.following_any({fact.type for fact in facts}))
    _owe_new([(webhook, _told(fact)) for fact in facts for webhook in webhooks if webhook.follows(fact.type)])


@dataclass(frozen=True, kw_only=True)
class Told:
    """What a web-hook is to hear."""

    type: str
    message_id: str
    ids: dict[str, object]
    at: datetime
    now: datetime
    position: int | None = None


def _told(fact: Fact) -> Told:
    return Told(
        type=fact.type,
        message_id=f"msg_{fact.position}",
        ids=fact.payload(),
        at=fact.at,
        now=fact.at,
        position=fact.position,
    )


@transaction.atomic
def owe_to_one(*, webhook_id: int, fact: Fact) -> WebhookDelivery | None:
    """Owe a fact to one web-hook, whatever it follows; None where it is gone or switched off."""
    webhook = Webhook.objects.filter(pk=webhook_id, active=True).first()
    if webhook is None:
        log.warning("web_hook_wanted_in_vain", webhook=webhook_id, position=fact.position)
        return None
    return _owe_new([(webhook, _told(fact))])[0]


@transaction.atomic
def ping_webhook(*, webhook_id: int, by: Staff, now: datetime) -> WebhookDelivery:
    """Send a delivery that tells of nothing. Raises WebhookIsOff."""
    webhook = Webhook.objects.visible_to(by).get(pk=webhook_id)
    if not webhook.active:
        raise WebhookIsOff
    ping = Told(type=PING, message_id=f"msg_ping_{secrets.token_hex(8)}", ids={}, at=now, now=now)
    return _owe_new([(webhook, ping)])[0]


@transaction.atomic
def replay_delivery(*, webhook_id: int, delivery_id: int, by: Staff, now: datetime) -> WebhookDelivery:
    """Send a delivery again at once, whatever became of it; its id stays. Raises WebhookIsOff."""
    webhook = Webhook.objects.visible_to(by).get(pk=webhook_id)
    delivery = WebhookDelivery.objects.select_for_update().get(pk=delivery_id, webhook=webhook)
    if not webhook.active:
        raise WebhookIsOff
    delivery.round += 1
    delivery.attempts, delivery.state, delivery.settled_at = 0, WebhookDelivery.State.QUEUED, None
    _owe(delivery, kind=FIRST_TRY, at=now)
    delivery.save(update_fields=["round", "attempts", "state", "settled_at", "next_try_at"])
    record_audit(
        action="integrations.delivery_replayed",
        by=by.pk,
        target=f"webhook:{webhook.pk}",
        details={"delivery": delivery.pk},
        now=now,
    )
    return delivery


@transaction.atomic
def note_try(*, delivery_id: int, effect_key: str, outcome: Try, now: datetime) -> None:
    """Note what came of a try; owe the next where one is due, and switch off whom no try reaches."""
    delivery = WebhookDelivery.objects.select_for_update().filter(pk=delivery_id).first()
    if delivery is None or delivery.effect_key() != effect_key:
        return  # removed, or somebody has sent it again meanwhile
    delivery.attempts += 1
    told = {"at": now.isoformat(), "status": outcome.status, "reason": outcome.reason, "ms": outcome.ms}
    delivery.tries = [*delivery.tries, told][-KEPT_TRIES:]
    delivery.next_try_at = None
    if outcome.succeeded:
        delivery.state, delivery.settled_at = WebhookDelivery.State.DELIVERED, now
        _note_success(delivery.webhook_id, now)
    elif outcome.status == GONE or delivery.attempts > len(WAITS):
        delivery.state, delivery.settled_at = WebhookDelivery.State.FAILED, now
        _note_failure(delivery.webhook_id, outcome, now, final=True)
    else:
        _note_failure(delivery.webhook_id, outcome, now, final=False)
        _owe(delivery, kind=LATER_TRIES, at=now + WAITS[delivery.attempts - 1])
    delivery.save(update_fields=["attempts", "tries", "state", "settled_at", "next_try_at"])


@transaction.atomic
def note_not_sent(*, delivery_id: int, effect_key: str, reason: str, now: datetime) -> None:
    """Note that a delivery will not be sent: its web-hook was switched off, or we could not make it."""
    delivery = WebhookDelivery.objects.select_for_update().filter(pk=delivery_id).first()
    if delivery is None or delivery.effect_key() != effect_key:
        return
    delivery.state = WebhookDelivery.State.FAILED if reason else WebhookDelivery.State.CANCELLED
    delivery.tries = [*delivery.tries, {"at": now.isoformat(), "status": 0, "reason": reason, "ms": 0}]
    delivery.settled_at, delivery.next_try_at = now, None
    delivery.save(update_fields=["state", "tries", "settled_at", "next_try_at"])


def _owe_new(owed: Sequence[tuple[Webhook, Told]]) -> list[WebhookDelivery]:
    deliveries = WebhookDelivery.objects.bulk_create(
        WebhookDelivery(
            webhook=webhook,
            type=told.type,
            message_id=told.message_id,
            position=told.position,
            data=told.ids,
            at=told.at,
            created_at=told.now,
            next_try_at=told.now,
        )
        for webhook, told in owed
    )
    for kind in (FIRST_TRY, LATER_TRIES):
        of_kind = {one.effect_key(): one for one in deliveries if _kind_for(one.webhook) == kind}
        if of_kind:
            record_effects(
                kind=kind,
                owed={key: {"delivery_id": one.pk} for key, one in of_kind.items()},
                not_before={key: one.created_at for key, one in of_kind.items()},
            )
    return deliveries


def _kind_for(webhook: Webhook) -> str:
    return LATER_TRIES if webhook.failing_since else FIRST_TRY


def _owe(delivery: WebhookDelivery, *, kind: str, at: datetime) -> None:
    """Two lanes: whoever answers slowly or not at all holds up only others like it."""
    delivery.next_try_at = at
    record_effect(kind=kind, key=delivery.effect_key(), payload={"delivery_id": delivery.pk}, not_before=at)


def _note_success(webhook_id: int, now: datetime) -> None:
    Webhook.objects.filter(pk=webhook_id).update(
        failures=0, failing_since=None, paused_until=None, delivered_at=now
    )


def _note_failure(webhook_id: int, outcome: Try, now: datetime, *, final: bool) -> None:
    Webhook.objects.filter(pk=webhook_id, failing_since=None).update(failing_since=now)
    Webhook.objects.filter(pk=webhook_id).update(failures=F("failures") + 1)
    webhook = Webhook.objects.get(pk=webhook_id)
    over = webhook.failures - PATIENT_FAILURES
    if over > 0:
        pause = min(FIRST_PAUSE * 2 ** min(over - 1, 10), LONGEST_PAUSE)
        Webhook.objects.filter(pk=webhook_id).update(paused_until=now + pause)
    too_long = webhook.failing_since is not None and now - webhook.failing_since >= DISABLED_AFTER
    if webhook.active and (outcome.status == GONE or (final and too_long)):
        _disable(webhook, f"{outcome.status or ''} {outcome.reason}".strip(), now)


def _disable(webhook: Webhook, reason: str, now: datetime) -> None:
    webhook.active, webhook.disabled_at, webhook.disabled_reason = False, now, reason
    webhook.save(update_fields=["active", "disabled_at", "disabled_reason"])
    emit(WebhookDisabled(webhook_id=webhook.pk, reason=reason, at=now))
    record_audit(
        action="integrations.webhook_disabled",
        by=None,
        target=f"webhook:{webhook.pk}",
        details={"url": webhook.url, "reason": reason},
        now=now,
    )
