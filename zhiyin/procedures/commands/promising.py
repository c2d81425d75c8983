"""Promises to customers: made, kept, moved, handed over, taken back. What watches over them is in `watching`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.watching import stop_watching, watch
from zhiyin.procedures.events_promises import (
    PromiseHandedOver,
    PromiseKept,
    PromiseMade,
    PromiseReplanned,
    PromiseWithdrawn,
)
from zhiyin.procedures.models import Promise, PromiseMove
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.commands.snoozing import check_ahead
from zhiyin.tickets.models import Ticket

LONGEST_WORDS = 2000


class PromiseIsSettled(DomainError):
    code = "procedures.promise_is_settled"
    status = 409
    messages = {
        "zh": "这项承诺已经了结，无法再改。需要时请另立一项。",
        "en": "This promise is settled and can't be changed; make another where one is needed.",
    }


class NothingPromised(DomainError):
    code = "procedures.nothing_promised"
    status = 422
    messages = {
        "zh": "请写明承诺客户什么。",
        "en": "Say what the customer is promised.",
    }


class NoOwner(DomainError):
    code = "procedures.no_owner"
    status = 422
    messages = {
        "zh": "请选择一位能看到这张工单的在职同事负责兑现。",
        "en": "Choose an active colleague who may see this ticket to keep it.",
    }


@transaction.atomic
def make_promise(
    *,
    ticket_id: int,
    text: str,
    due_at: datetime,
    by: Staff,
    now: datetime,
    kind: str = Promise.Kind.PROMISE,
    owner_id: int | None = None,
) -> Promise:
    """Promise the customer something by a moment; without an owner it is whoever has the ticket, or else oneself.

    Raises NotAMomentAhead, NothingPromised, NoOwner.
    """
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    check_ahead(due_at, now=now)
    if not text.strip() and kind == Promise.Kind.PROMISE:
        raise NothingPromised
    if owner_id is not None:
        _refuse_who_can_not_see(ticket, owner_id)
    owner = owner_id or ticket.assignee_id or by.pk
    return promise_on(ticket, kind=kind, text=text, due_at=due_at, owner_id=owner, by=by, now=now)


def promise_on(
    ticket: Ticket,
    *,
    kind: str,
    text: str,
    due_at: datetime,
    owner_id: int | None,
    by: Staff | None,
    now: datetime,
) -> Promise:
    """Promise something on a locked ticket; also for what rules promise, where `by` is None."""
    promise = Promise.objects.create(
        ticket=ticket,
        kind=kind,
        text=text.strip()[:LONGEST_WORDS],
        owner_id=owner_id,
        made_by=by,
        made_at=now,
        due_at=due_at,
        first_due_at=due_at,
    )
    watch(promise, now=now)
    emit(
        PromiseMade(
            promise_id=promise.pk,
            ticket_id=ticket.pk,
            kind=kind,
            owner_id=owner_id,
            due=due_at.isoformat(),
            by_id=by.pk if by is not None else None,
            at=now,
        )
    )
    return promise


@transaction.atomic
def keep_promise(*, promise_id: int, outcome: str, by: Staff, now: datetime) -> Promise:
    """What was promised is done. A second time changes nothing. Raises Promise.DoesNotExist, PromiseIsSettled."""
    promise = lock_promise(promise_id, by=by)
    if promise.state == Promise.State.KEPT:
        return promise
    refuse_settled(promise)
    note_kept(promise, outcome=outcome, by=by, now=now)
    return promise


@transaction.atomic
def replan_promise(*, promise_id: int, due_at: datetime, reason: str, by: Staff, now: datetime) -> Promise:
    """Move the moment of a promise; where it was and why stays on record. Raises PromiseIsSettled, NotAMomentAhead."""
    promise = lock_promise(promise_id, by=by)
    refuse_settled(promise)
    check_ahead(due_at, now=now)
    move(promise, due_at=due_at, reason=reason, by=by, now=now)
    return promise


@transaction.atomic
def hand_over_promise(*, promise_id: int, to_id: int, by: Staff, now: datetime) -> Promise:
    """Let a colleague keep it. Raises PromiseIsSettled, NoOwner."""
    promise = lock_promise(promise_id, by=by)
    refuse_settled(promise)
    _refuse_who_can_not_see(promise.ticket, to_id)
    was, promise.owner_id = promise.owner_id, to_id
    if was == to_id:
        return promise
    promise.save(update_fields=["owner"])
    told: dict[str, Any] = {
        "promise_id": promise.pk,
        "ticket_id": promise.ticket_id,
        "from_id": was,
        "to_id": to_id,
    }
    emit(PromiseHandedOver(**told, by_id=by.pk, at=now))
    return promise


@transaction.atomic
def withdraw_promise(*, promise_id: int, reason: str, by: Staff, now: datetime) -> Promise:
    """Take a promise back, saying why. Raises PromiseIsSettled."""
    promise = lock_promise(promise_id, by=by)
    if promise.state == Promise.State.WITHDRAWN:
        return promise
    refuse_settled(promise)
    note_withdrawn(promise, reason=reason, by=by, now=now)
    return promise


def note_kept(promise: Promise, *, outcome: str, by: Staff | None, now: datetime) -> None:
    """Settle a locked promise as kept."""
    late = now > promise.due_at
    _settle(promise, Promise.State.KEPT, outcome=outcome, by=by, now=now)
    by_id = by.pk if by is not None else None
    told: dict[str, Any] = {"promise_id": promise.pk, "ticket_id": promise.ticket_id, "kind": promise.kind}
    emit(PromiseKept(**told, late=late, by_id=by_id, at=now))


def note_withdrawn(promise: Promise, *, reason: str, by: Staff | None, now: datetime) -> None:
    """Settle a locked promise as taken back."""
    _settle(promise, Promise.State.WITHDRAWN, outcome=reason, by=by, now=now)
    by_id = by.pk if by is not None else None
    emit(PromiseWithdrawn(promise_id=promise.pk, ticket_id=promise.ticket_id, by_id=by_id, at=now))


def note_unreached(promise: Promise, *, by: Staff, now: datetime) -> None:
    """Settle a locked call-back that nobody answered."""
    _settle(promise, Promise.State.UNREACHED, outcome="", by=by, now=now)


def move(promise: Promise, *, due_at: datetime, reason: str, by: Staff | None, now: datetime) -> None:
    """Give a locked promise another moment; it is watched anew."""
    PromiseMove.objects.create(
        promise=promise,
        from_at=promise.due_at,
        to_at=due_at,
        reason=reason.strip()[:LONGEST_WORDS],
        by=by,
        at=now,
    )
    promise.due_at, promise.level = due_at, 0
    promise.save(update_fields=["due_at", "level"])
    watch(promise, now=now)
    by_id = by.pk if by is not None else None
    told: dict[str, Any] = {
        "promise_id": promise.pk,
        "ticket_id": promise.ticket_id,
        "due": due_at.isoformat(),
    }
    emit(PromiseReplanned(**told, by_id=by_id, at=now))


def lock_promise(promise_id: int, *, by: Staff) -> Promise:
    """The promise, locked, its ticket first, if the person may answer on that. Raises Promise.DoesNotExist."""
    promises = Promise.objects.visible_to(by, "tickets.reply")
    ticket_id = promises.values_list("ticket_id", flat=True).get(pk=promise_id)
    Ticket.objects.select_for_update().get(pk=ticket_id)
    return Promise.objects.select_for_update(of=("self",)).select_related("ticket").get(pk=promise_id)


def refuse_settled(promise: Promise) -> None:
    """Raises PromiseIsSettled."""
    if promise.state != Promise.State.OPEN:
        raise PromiseIsSettled


def _settle(promise: Promise, state: str, *, outcome: str, by: Staff | None, now: datetime) -> None:
    promise.state, promise.outcome = state, outcome.strip()[:LONGEST_WORDS]
    promise.settled_by, promise.settled_at = by, now
    promise.save(update_fields=["state", "outcome", "settled_by", "settled_at"])
    stop_watching(promise)


def _refuse_who_can_not_see(ticket: Ticket, staff_id: int) -> None:
    owner = Staff.objects.active().filter(pk=staff_id).first()
    if owner is None or not Ticket.objects.visible_to(owner, "tickets.reply").filter(pk=ticket.pk).exists():
        raise NoOwner
