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
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import lock_root

TIMER = "procedures.promise"
NEAR, DUE, LEAD, MANAGER = "near", "due", "lead", "manager"
_UP = {LEAD: (1, Asked("role", "lead")), MANAGER: (2, Asked("role", "manager"))}


def watch(promise: Promise, *, now: datetime) -> None:
    """Set the first timer of an open promise, or set it anew after its moment moved."""
    near = promise.due_at - timedelta(minutes=_near_minutes(promise))
    _set(promise, NEAR if now < near else DUE, near if now < near else promise.due_at)


def stop_watching(promise: Promise) -> None:
    cancel_timer(kind=TIMER, key=str(promise.pk))


@transaction.atomic
def look_at_promise(*, promise_id: int, step: str, due: str, now: datetime) -> None:
    """A timer of a promise came due: tell what it says and set the next; nothing when it was settled or moved."""
    ticket_id = Promise.objects.filter(pk=promise_id).values_list("ticket_id", flat=True).first()
    if ticket_id is None:
        return
    ticket = lock_root(ticket_id)
    promise = Promise.objects.select_for_update().get(pk=promise_id)
    if promise.state != Promise.State.OPEN or promise.due_at.isoformat() != due:
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
    _set(promise, LEAD, promise.due_at + timedelta(minutes=promise_policy().lead_minutes))


def _escalate(promise: Promise, ticket: Ticket, step: str, now: datetime) -> None:
    promise.level, asked = _UP[step]
    promise.save(update_fields=["level"])
    people = people_asked(asked, ticket=ticket, without=0)
    told: dict[str, Any] = {"promise_id": promise.pk, "ticket_id": promise.ticket_id, "level": promise.level}
    emit(PromiseEscalated(**told, people=people, at=now))
    if step == LEAD:
        policy = promise_policy()
        _set(promise, MANAGER, promise.due_at + timedelta(minutes=policy.manager_minutes))


def _owner(promise: Promise, ticket: Ticket) -> int | None:
    return promise.owner_id or ticket.assignee_id


def _near_minutes(promise: Promise) -> int:
    if promise.kind == Promise.Kind.UPDATE:
        return rhythm_policy().draft_minutes
    return promise_policy().warn_minutes


def _set(promise: Promise, step: str, at: datetime) -> None:
    payload = {"step": step, "due": promise.due_at.isoformat()}
    set_timer(kind=TIMER, key=str(promise.pk), due_at=at, payload=payload)
