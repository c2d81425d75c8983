"""Call-backs: attempts, and what follows when nobody answers."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.promising import (
    LONGEST_WORDS,
    lock_promise,
    move,
    note_kept,
    note_unreached,
    refuse_settled,
)
from zhiyin.procedures.events_promises import CallAttempted, CustomerUnreached
from zhiyin.procedures.models import CallAttempt, Promise
from zhiyin.procedures.queries.policies import promise_policy
from zhiyin.tickets.commands.snoozing import check_ahead

_UNANSWERED = (CallAttempt.Outcome.NO_ANSWER, CallAttempt.Outcome.BUSY, CallAttempt.Outcome.WRONG_NUMBER)


class NotACallBack(DomainError):
    code = "procedures.not_a_call_back"
    status = 422
    messages = {
        "zh": "只有回访可以登记通话结果。",
        "en": "Calls are noted on call-backs only.",
    }


class NotAnOutcome(DomainError):
    code = "procedures.not_an_outcome"
    status = 422
    messages = {
        "zh": "请从列表中选择通话结果；客户要求改时间的，请填写新的时间。",
        "en": "Choose from the list what came of the call; when the customer asked for another time, say which.",
    }


@transaction.atomic
def note_attempt(
    *,
    promise_id: int,
    outcome: str,
    words: str,
    by: Staff,
    now: datetime,
    next_at: datetime | None = None,
) -> Promise:
    """Note a call. Reached keeps the promise; another time moves it; the last unanswered one gives it up.

    An unanswered call is tried again after the policy's gap, or at `next_at`. Raises NotACallBack, NotAnOutcome,
    PromiseIsSettled, NotAMomentAhead.
    """
    promise = lock_promise(promise_id, by=by)
    if promise.kind != Promise.Kind.CALL_BACK:
        raise NotACallBack
    refuse_settled(promise)
    if outcome not in CallAttempt.Outcome.values or (
        outcome == CallAttempt.Outcome.ASKED_LATER and next_at is None
    ):
        raise NotAnOutcome
    if next_at is not None:
        check_ahead(next_at, now=now)
    CallAttempt.objects.create(
        promise=promise, outcome=outcome, words=words.strip()[:LONGEST_WORDS], by=by, at=now
    )
    told: dict[str, Any] = {"promise_id": promise.pk, "ticket_id": promise.ticket_id}
    emit(CallAttempted(**told, outcome=outcome, by_id=by.pk, at=now))
    if outcome == CallAttempt.Outcome.REACHED:
        note_kept(promise, outcome=words, by=by, now=now)
    else:
        _go_on(promise, outcome, next_at, by, now)
    return promise


def _go_on(promise: Promise, outcome: str, next_at: datetime | None, by: Staff, now: datetime) -> None:
    policy = promise_policy()
    unanswered = promise.attempts.filter(outcome__in=_UNANSWERED).count()
    if outcome in _UNANSWERED and unanswered >= policy.most_attempts:
        note_unreached(promise, by=by, now=now)
        told: dict[str, Any] = {
            "promise_id": promise.pk,
            "ticket_id": promise.ticket_id,
            "attempts": unanswered,
        }
        emit(CustomerUnreached(**told, owner_id=promise.owner_id, at=now))
        return
    move(
        promise,
        due_at=next_at or now + timedelta(minutes=policy.gap_minutes),
        reason=outcome,
        by=by,
        now=now,
    )
