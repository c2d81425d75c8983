"""Recording, carrying out and settling outside effects."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import connection, transaction
from django.utils import timezone

from zhiyin.platform.ledger.models import Effect

LEASE = timedelta(minutes=5)
LOCK_SPACE = 0x5A48_0002
MAX_ATTEMPTS = 20  # with the back-off: a little over two days, as mail servers do
FIRST_RETRY = timedelta(seconds=5)
LONGEST_RETRY = timedelta(hours=6)
GIVEN_UP_AT_ONCE = 200

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


def record_effects(
    *,
    kind: str,
    owed: Mapping[str, dict[str, Any]],
    not_before: datetime | Mapping[str, datetime] | None = None,
) -> None:
    """Owe many effects of a kind with one insert: payloads by key; a key that is known stays as it is.

    `not_before` is one moment for all, or one each by key.
    """
    due = not_before or timezone.now()
    Effect.objects.bulk_create(
        (
            Effect(
                key=key,
                kind=kind,
                payload=payload,
                next_try_at=due if isinstance(due, datetime) else due[key],
            )
            for key, payload in owed.items()
        ),
        ignore_conflicts=True,
    )


def cancel_effect(*, key: str, now: datetime) -> bool:
    """Cancel an effect nobody has begun; False when it is too late."""
    return bool(
        Effect.objects.filter(key=key, state=Effect.State.WAITING, attempts=0).update(
            state=Effect.State.CANCELLED, settled_at=now
        )
    )


def forget_effects(*, keys: Collection[str]) -> int:
    """Delete effects of something that is gone, whatever became of them; how many."""
    return Effect.objects.filter(key__in=list(keys)).delete()[0]


def retry_effect(*, key: str, now: datetime) -> bool:
    """Try a waiting or given-up effect again at once; False when it is done, cancelled or under way."""
    return bool(
        Effect.objects.filter(key=key, state__in=[Effect.State.WAITING, Effect.State.GIVEN_UP]).update(
            state=Effect.State.WAITING, attempts=0, next_try_at=now, settled_at=None, error=""
        )
    )


def give_up_open(*, reason: str, now: datetime) -> int:
    """Give up every effect that is still owed, with what follows from it; how many. People may try each again."""
    count = 0
    while True:
        with transaction.atomic():
            open_ = Effect.objects.filter(state__in=[Effect.State.WAITING, Effect.State.LEASED])
            effects = list(open_.select_for_update().order_by("pk")[:GIVEN_UP_AT_ONCE])
            for effect in effects:
                _settle(effect, state=Effect.State.GIVEN_UP, error=reason, result={}, now=now)
        if not effects:
            return count
        count += len(effects)


def carry_out_next(*, kind: str, now: datetime) -> bool:
    """Claim one due effect of this kind, carry it out and mark it; False when none is due."""
    claimed = _claim(kind, now)
    if claimed is None:
        return False
    try:
        _carry_out(claimed)
    finally:
        _unlock(claimed)
    return True


def _carry_out(claimed: Effect) -> None:
    try:
        result = _carriers[claimed.kind](claimed)
    except GiveUp as reason:
        _mark(claimed, state=Effect.State.GIVEN_UP, error=str(reason), result={})
    except Exception as reason:
        if not isinstance(reason, RetryLater):
            log.exception("effect failed", extra={"kind": claimed.kind, "effect": claimed.pk})
        _try_again_later(claimed, reason)
    else:
        _mark(claimed, state=Effect.State.DONE, error="", result=result or {})


# A lease ends with the session of the worker that holds it, so that what a killed worker had begun is taken up
# at once; `lease_until` is for workers that live but hang.
_DUE = """
SELECT id FROM ledger_effect
WHERE kind = %(kind)s AND state IN ('waiting', 'leased') AND (
    (state = 'waiting' AND next_try_at <= %(now)s)
    OR (state = 'leased' AND (lease_until < %(now)s OR NOT EXISTS (
        SELECT 1 FROM pg_locks
        WHERE locktype = 'advisory' AND classid = %(space)s AND objid = ledger_effect.id & 2147483647
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())))))
ORDER BY next_try_at
LIMIT 1
FOR UPDATE SKIP LOCKED
"""


@transaction.atomic
def _claim(kind: str, now: datetime) -> Effect | None:
    with connection.cursor() as cursor:
        cursor.execute(_DUE, {"kind": kind, "now": now, "space": LOCK_SPACE})
        due = cursor.fetchone()
        if due is None:
            return None
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [LOCK_SPACE, due[0] & 0x7FFFFFFF])
    claimed = Effect.objects.get(pk=due[0])
    claimed.state = Effect.State.LEASED
    claimed.attempts += 1
    claimed.lease_until = now + LEASE
    claimed.save(update_fields=["state", "attempts", "lease_until"])
    return claimed


def _unlock(claimed: Effect) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s, %s)", [LOCK_SPACE, claimed.pk & 0x7FFFFFFF])


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
    _settle(current, state=state, error=error, result=result, now=now)


def _settle(
    effect: Effect, *, state: Effect.State, error: str, result: dict[str, Any], now: datetime
) -> None:
    effect.state, effect.error, effect.result = state, error, result
    effect.settled_at, effect.lease_until = now, None
    effect.save(update_fields=["state", "error", "result", "settled_at", "lease_until"])
    for settled in _settled[effect.kind]:
        settled(effect, now=now)
