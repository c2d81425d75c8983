"""What a person can do about work that failed; each is in the audit trail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.models import Cursor, ParkedEvent
from zhiyin.platform.event_log.serving import retry_parked_now
from zhiyin.platform.event_log.subscribing import NotReplayable, replay
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import retry_effect
from zhiyin.platform.ledger.models import Effect


class NothingToRetry(DomainError):
    code = "operations.nothing_to_retry"
    status = 409
    messages = {
        "zh": "这项工作未处于可重试的状态（当前：{state}）。请刷新页面查看最新状态。",
        "en": "This can't be tried again: it is {state}. Reload the page to see how it stands.",
    }


class CannotReplay(DomainError):
    code = "operations.not_replayable"
    status = 409
    messages = {
        "zh": "“{subscriber}”的处理不能重放：重复执行会产生重复的结果。只有索引类的订阅者可以重放。",
        "en": "{subscriber} can't be replayed: doing its work twice would show. Only indexes can be rebuilt so.",
    }


@transaction.atomic
def retry_parked(*, parked_id: int, by_id: int, now: datetime) -> ParkedEvent:
    """Make a parked event due at once; the rest of its subject follows in order."""
    parked = ParkedEvent.objects.select_for_update().get(pk=parked_id)
    retry_parked_now(parked_id=parked.pk, now=now)
    _audit("operations.parked_retried", by_id, f"parked:{parked.pk}", now, subscriber=parked.subscriber)
    return parked


@transaction.atomic
def retry_given_up_effect(*, effect_id: int, by_id: int, now: datetime) -> Effect:
    """Carry out a waiting or given-up effect at once. Raises NothingToRetry for any other."""
    effect = Effect.objects.select_for_update().get(pk=effect_id)
    if not retry_effect(key=effect.key, now=now):
        raise NothingToRetry(state=effect.state)
    _audit("operations.effect_retried", by_id, f"effect:{effect.pk}", now, kind=effect.kind)
    return effect


@transaction.atomic
def replay_subscriber(*, subscriber: str, from_position: int, by_id: int, now: datetime) -> None:
    """Let a subscriber read the log again from a position. Raises CannotReplay where that would show."""
    if not Cursor.objects.filter(subscriber=subscriber).exists():
        raise Cursor.DoesNotExist(subscriber)
    try:
        replay(subscriber=subscriber, from_position=from_position)
    except NotReplayable as refused:
        raise CannotReplay(subscriber=subscriber) from refused
    _audit(
        "operations.subscriber_replayed", by_id, f"subscriber:{subscriber}", now, from_position=from_position
    )


def _audit(action: str, by_id: int, target: str, now: datetime, **details: Any) -> None:
    record_audit(action=action, by=by_id, target=target, details=details, now=now)
