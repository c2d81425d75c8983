"""Watching over open promises: a word before the moment, one when it has passed, and further up while nothing happens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.timers.timers import cancel_timer, set_timer
from zhiyin.procedures.chains import Asked
from zhiyin.procedures.commands.proposing import propose_update
from zhiyin.procedures.events_promises import PromiseEscalated, PromiseMissed, PromiseNear
from zhiyin.procedures.models import Promise
from zhiyin.procedures.queries.approvers import people_asked
from zhiyin.procedures.queries.policies import promise_policy, rhythm_policy
from zhiyin.tickets.models import SpamMark, Ticket
from zhiyin.tickets.queries.aliases import lock_root

TIMER = "procedures.promise"
NEAR, DUE, LEAD, MANAGER = "near", "due", "lead", "manager"
_UP = {LEAD: (1, Asked("role", "lead")), MANAGER: (2, Asked("role", "manager"))}


def watch(promise: Promise, *, now: datetime) -> None:
    """Set the timer of an open promise for what has not been told of its moment yet."""
    near = promise.due_at - timedelta(minutes=_near_minutes(promise))
    if promise.missed_at is None or promise.missed_at < promise.due_at:
        _set(promise, NEAR if now < near else DUE, near if now < near else promise.due_at)
    elif promise.level < _UP[MANAGER][0]:
        _set_higher(promise, LEAD if promise.level < _UP[LEAD][0] else MANAGER)


def stop_watching(promise: Promise) -> None:
    cancel_timer(kind=TIMER, key=str(promise.pk))


@transaction.atomic
def look_at_promise(*, promise_id: int, step: str, due: str, now: datetime) -> None:
    """A timer of a promise came due: tell what it says and set the next; nothing when it was settled or moved, nor while
    its ticket is spam."""
    ticket_id = Promise.objects.filter(pk=promise_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        return
    ticket = lock_root(ticket_id)
    promise = Promise.objects.select_for_update().get(pk=promise_id)
    if promise.state != Promise.State.OPEN or promise.due_at.isoformat() != due:
        return
    if SpamMark.objects.filter(ticket=ticket).exists():
        return
    if step == NEAR:
        _tell_near(promise, ticket, now)
    elif step == DUE:
        _tell_missed(promise, now)
    else:
        _escalate(promise, ticket, step, now)


def _tell_near(promise: Promise, ticket: Ticket, now: datetime) -> None:
    if promise.kind == Promise.Kind.UPDATE:
        propose_update(promise, ticket=ticket, now=now)
    told: dict[str, Any] = {"promise_id": promise.pk, "ticket_id": promise.ticket_id}
    emit(PromiseNear(**told, owner_id=_owner(promise, ticket), at=now))
    _set(promise, DUE, promise.due_at)


def _tell_missed(promise: Promise, now: datetime) -> None:
    promise.missed_at = now
    promise.save(update_fields=["missed_at"])
    told: dict[str, Any] = {"promise_id": promise.pk, "ticket_id": promise.ticket_id, "kind": promise.kind}
    emit(PromiseMissed(**told, owner_id=promise.owner_id, at=now))
    _set_higher(promise, LEAD)


def _escalate(promise: Promise, ticket: Ticket, step: str, now: datetime) -> None:
    promise.level, asked = _UP[step]
    promise.save(update_fields=["level"])
    people = people_asked(asked, ticket=ticket, without=0)
    told: dict[str, Any] = {"promise_id": promise.pk, "ticket_id": promise.ticket_id, "level": promise.level}
    emit(PromiseEscalated(**told, people=people, at=now))
    if step == LEAD:
        _set_higher(promise, MANAGER)


def _owner(promise: Promise, ticket: Ticket) -> int | None:
    return promise.owner_id or ticket.assignee_id


def _near_minutes(promise: Promise) -> int:
    if promise.kind == Promise.Kind.UPDATE:
        return rhythm_policy().draft_minutes
    return promise_policy().warn_minutes


def _set_higher(promise: Promise, step: str) -> None:
    policy = promise_policy()
    minutes = policy.lead_minutes if step == LEAD else policy.manager_minutes
    _set(promise, step, promise.due_at + timedelta(minutes=minutes))


def _set(promise: Promise, step: str, at: datetime) -> None:
    payload = {"step": step, "due": promise.due_at.isoformat()}
    set_timer(kind=TIMER, key=str(promise.pk), due_at=at, payload=payload)
