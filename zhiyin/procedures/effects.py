"""Calling outside systems, from the ledger: signed, under one id, and what they answer."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhiyin.platform.ledger.ledger import RetryLater, effect, effect_settled
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.outbound.addresses import AddressRefused
from zhiyin.platform.outbound.posting import Answer, NoAnswer, post
from zhiyin.platform.outbound.signing import signed_headers
from zhiyin.procedures.commands.answering import take_answer
from zhiyin.procedures.commands.calling import KIND
from zhiyin.procedures.engine import FAILED
from zhiyin.procedures.models import OutsideSystem

FIRST_WAIT, LONGEST_WAIT = 2.0, 600.0  # seconds
BUSY = (408, 425, 429)


@effect(KIND)
def call_outside_system(effect: Effect) -> dict[str, Any]:
    """One try. A system that is down is tried again until the step's patience ends; then the answer is `failed`."""
    told = effect.payload
    system = OutsideSystem.objects.filter(key=told["system"]).first()
    if system is None or not system.url:
        return _failed("not connected / 尚未连接")
    now = timezone.now()
    signed = signed_headers(secret=system.secret, message_id=told["message_id"], at=now, body=told["body"])
    try:
        headers = {**signed, "idempotency-key": told["message_id"]}
        answer = post(system.url, content=told["body"].encode(), headers=headers)
    except AddressRefused as refused:
        return _failed(str(refused))
    except NoAnswer as silence:
        return _later(effect, str(silence), now)
    if answer.status >= 500 or answer.status in BUSY:
        return _later(effect, f"HTTP {answer.status}", now)
    return _understood(answer)


@effect_settled(KIND)
def lead_the_case_on(effect: Effect, *, now: datetime) -> None:
    result = effect.result if effect.state == Effect.State.DONE else _failed(effect.error)
    take_answer(
        visit_id=effect.payload["visit_id"], outcome=result["outcome"], reason=result["reason"], now=now
    )


def _understood(answer: Answer) -> dict[str, Any]:
    if not 200 <= answer.status < 300:
        return _failed(f"HTTP {answer.status}: {answer.excerpt}")
    try:
        told = json.loads(answer.text)
        return {"outcome": str(told["outcome"]), "reason": str(told.get("reason", ""))[:500]}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return _failed(f"answer not understood / 无法理解应答: {answer.excerpt}")


def _later(effect: Effect, reason: str, now: datetime) -> dict[str, Any]:
    left = (datetime.fromisoformat(effect.payload["give_up_at"]) - now).total_seconds()
    if left <= 0:
        return _failed(reason)
    raise RetryLater(reason, min(FIRST_WAIT * 2 ** (effect.attempts - 1), LONGEST_WAIT, left))


def _failed(reason: str) -> dict[str, Any]:
    return {"outcome": FAILED, "reason": reason}
