"""Telling another system what a customer is given, from the ledger: signed, and under one key however often."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhiyin.platform.ledger.ledger import GiveUp, RetryLater, effect, effect_settled
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.outbound.addresses import AddressRefused
from zhiyin.platform.outbound.posting import NoAnswer, post
from zhiyin.platform.outbound.signing import signed_headers
from zhiyin.procedures.commands.fulfilling import EFFECT, note_carried_out, note_given_up
from zhiyin.procedures.models import Grant

_AGAIN = {408, 409, 425, 429}


@effect(EFFECT)
def tell_the_system(effect: Effect) -> dict[str, Any]:
    """One try. The receiver must take `Idempotency-Key` for what it is: the same key is the same gift."""
    grants = Grant.objects.select_related("item__system", "ticket")
    grant = grants.get(pk=effect.payload["grant_id"])
    system = grant.item.system
    if grant.state == Grant.State.FAILED:  # retried here: it might be done by hand at this moment
        raise GiveUp("try it again under Follow-ups, Compensation / 请在“跟进”的“补偿”中重试")
    if grant.state != Grant.State.OWED:
        return {"told": False}
    if system is None or not system.url:
        raise GiveUp("the system is not connected / 系统尚未连接")
    body = json.dumps(_body(grant), ensure_ascii=False)
    headers = signed_headers(
        secret=system.secret, message_id=grant.effect_key, at=timezone.now(), body=body
    ) | {"idempotency-key": grant.effect_key}
    try:
        answer = post(system.url, content=body.encode(), headers=headers)
    except AddressRefused as refused:
        raise GiveUp(str(refused)) from refused
    except NoAnswer as problem:
        raise RetryLater(str(problem)) from problem
    if 200 <= answer.status < 300:
        return {"told": True, "reference": _reference(answer.text)}
    if answer.status in _AGAIN or answer.status >= 500:
        raise RetryLater(f"{answer.status} {answer.excerpt[:200]}")
    raise GiveUp(f"{answer.status} {answer.excerpt[:200]}")


@effect_settled(EFFECT)
def follow_the_answer(effect: Effect, *, now: datetime) -> None:
    grant_id = effect.payload["grant_id"]
    if effect.state == Effect.State.DONE and effect.result.get("told"):
        note_carried_out(grant_id=grant_id, reference=effect.result.get("reference", ""), now=now)
    elif effect.state == Effect.State.GIVEN_UP:
        note_given_up(grant_id=grant_id, problem=effect.error, now=now)


def _body(grant: Grant) -> dict[str, Any]:
    """What the receiver learns: ids and amounts; who the customer is it asks by the API."""
    return {
        "type": "compensation.given",
        "id": grant.effect_key,
        "timestamp": grant.at.isoformat(),
        "data": {
            "grant_id": grant.pk,
            "ticket_id": grant.ticket_id,
            "customer_id": grant.customer_id,
            "kind": grant.item.kind,
            "code": grant.item.code,
            "units": str(grant.units),
            "worth": str(grant.worth),
            "currency": grant.currency,
            "cause": grant.cause,
        },
    }


def _reference(text: str) -> str:
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(told.get("reference", ""))[:200] if isinstance(told, dict) else ""
