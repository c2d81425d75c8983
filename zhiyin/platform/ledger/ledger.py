"""Recording, carrying out and settling outside effects."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from zhiyin.platform.ledger.models import Effect

LEASE = timedelta(minutes=5)
MAX_ATTEMPTS = 12
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=6)

log = logging.getLogger(__name__)


class RetryLater(Exception):
    """The other side can't take it now; try again after `seconds` (None: by the usual back-off)."""

    def __init__(self, reason: str, seconds: float | None = None) -> None:
        super().__init__(reason)
        self.seconds = seconds


class GiveUp(Exception):
    """Trying again can't help."""


class CarryOut(Protocol):
    def __call__(self, effect: Effect) -> dict[str, Any] | None: ...


class Settled(Protocol):
    def __call__(self, effect: Effect, *, now: datetime) -> None: ...


_carriers: dict[str, CarryOut] = {}
_settled: dict[str, list[Settled]] = defaultdict(list)


def effect(kind: str) -> Callable[[CarryOut], CarryOut]:
    """Register how effects of this kind are carried out. Raise RetryLater or GiveUp; anything else is retried."""

    def register(function: CarryOut) -> CarryOut:
        _carriers[kind] = function
        return function

    return register


def effect_settled(kind: str) -> Callable[[Settled], Settled]:
    """Register what follows when an effect is done or given up, in the transaction that marks it."""

    def register(function: Settled) -> Settled:
        _settled[kind].append(function)
        return function

    return register


def effect_kinds() -> list[str]:
    return sorted(_carriers)


def record_effect(
    *, kind: str, key: str, payload: dict[str, Any] | None = None, not_before: datetime | None = None
) -> Effect:
    """Owe an effect; a second record under the same key is the same effect."""
    effect, _ = Effect.objects.get_or_create(
        key=key,
        defaults={"kind": kind, "payload": payload or {}, "next_try_at": not_before or timezone.now()},
    )
    return effect


def cancel_effect(*, key: str, now: datetime) -> bool:
    """Cancel an effect nobody has begun; False when it is too late."""
    return bool(
        Effect.objects.filter(key=key, state=Effect.State.WAITING, attempts=0).update(
            state=Effect.State.CANCELLED, settled_at=now
        )
    )


def retry_effect(*, key: str, now: datetime) -> bool:
    """Try a waiting or given-up effect again at once; False when it is done, cancelled or under way."""
    return bool(
        Effect.objects.filter(key=key, state__in=[Effect.State.WAITING, Effect.State.GIVEN_UP]).update(
            state=Effect.State.WAITING, attempts=0, next_try_at=now, settled_at=None, error=""
        )
    )


def carry_out_next(*, kind: str, now: datetime) -> bool:
    """Claim one due effect of this kind, carry it out and mark it; False when none is due."""
    claimed = _claim(kind, now)
    if claimed is None:
        return False
    try:
        result = _carriers[kind](claimed)
    except GiveUp as reason:
        _mark(claimed, state=Effect.State.GIVEN_UP, error=str(reason), result={})
    except Exception as reason:
        if not isinstance(reason, RetryLater):
            log.exception("effect failed", extra={"kind": kind, "effect": claimed.pk})
        _try_again_later(claimed, reason)
    else:
        _mark(claimed, state=Effect.State.DONE, error="", result=result or {})
    return True


@transaction.atomic
def _claim(kind: str, now: datetime) -> Effect | None:
    due = Q(state=Effect.State.WAITING, next_try_at__lte=now) | Q(
        state=Effect.State.LEASED, lease_until__lt=now
    )
    claimed = (
        Effect.objects.select_for_update(skip_locked=True)
        .filter(due, kind=kind)
        .order_by("next_try_at")
        .first()
    )
    if claimed is None:
        return None
    claimed.state = Effect.State.LEASED
    claimed.attempts += 1
    claimed.lease_until = now + LEASE
    claimed.save(update_fields=["state", "attempts", "lease_until"])
    return claimed


def _try_again_later(claimed: Effect, reason: Exception) -> None:
    told = str(reason) or type(reason).__name__
    if claimed.attempts >= MAX_ATTEMPTS:
        _mark(claimed, state=Effect.State.GIVEN_UP, error=told, result={})
        return
    wait = min(FIRST_RETRY * 2 ** (claimed.attempts - 1), LONGEST_RETRY)
    if isinstance(reason, RetryLater) and reason.seconds is not None:
        wait = timedelta(seconds=reason.seconds)
    Effect.objects.filter(pk=claimed.pk, state=Effect.State.LEASED).update(
        state=Effect.State.WAITING, next_try_at=timezone.now() + wait, lease_until=None, error=told
    )


@transaction.atomic
def _mark(claimed: Effect, *, state: Effect.State, error: str, result: dict[str, Any]) -> None:
    now = timezone.now()
    current = Effect.objects.select_for_update().get(pk=claimed.pk)
    if current.state != Effect.State.LEASED or current.attempts != claimed.attempts:
        log.warning("effect settled by another worker", extra={"effect": claimed.pk})
        return
    current.state, current.error, current.result = state, error, result
    current.settled_at, current.lease_until = now, None
    current.save(update_fields=["state", "error", "result", "settled_at", "lease_until"])
    for settled in _settled[current.kind]:
        settled(current, now=now)
