"""Who answers a ticket now, so that a customer doesn't get two answers to one question."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.events_writing import ReplyTakenOver
from zhiyin.tickets.models import ReplyLock, Ticket

LASTS = timedelta(
    minutes=3
)  # after the last word; long enough to look something up, short enough for a lunch


class BeingAnswered(DomainError):
    code = "tickets.being_answered"
    status = 409
    messages = {
        "zh": "{by_name} 正在回复这张工单。要由您来回复，请选择“接手回复”；写备注不受影响。",
        "en": "{by_name} is answering this ticket. To answer it yourself choose “take over”; notes need no turn.",
    }


@transaction.atomic
def begin_reply(
    *, ticket_id: int, take_over_from: int | None = None, force: bool = False, by: Staff, now: datetime
) -> ReplyLock:
    """Take the turn to answer, or keep it: to be repeated while one writes.

    Raises BeingAnswered when somebody else has it, unless it is taken over from the person one saw, or by force.
    """
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    lock, _ = ReplyLock.objects.select_for_update(of=("self",)).get_or_create(
        ticket=ticket, defaults={"staff": by, "since": now, "held_until": now + LASTS}
    )
    if lock.staff_id != by.pk or not lock.holds(now):
        _take(lock, may_take=force or lock.staff_id == take_over_from, by=by, now=now)
    lock.held_until = now + LASTS
    lock.save(update_fields=["staff", "since", "held_until"])
    return lock


@transaction.atomic
def end_reply(*, ticket_id: int, by: Staff, now: datetime) -> bool:
    """Let the turn go; whether one had it."""
    ticket = Ticket.objects.visible_to(by, "tickets.reply").get(pk=ticket_id)
    return bool(ReplyLock.objects.filter(ticket=ticket, staff=by, held_until__gt=now).update(held_until=now))


def finish_turn(ticket: Ticket, *, force: bool, by: Staff, now: datetime) -> None:
    """The answer is written: nobody has the turn. Raises BeingAnswered when it was somebody else's."""
    lock = ReplyLock.objects.select_for_update(of=("self",)).filter(ticket=ticket).first()
    if lock is None or not lock.holds(now):
        return
    if lock.staff_id != by.pk:
        _take(lock, may_take=force, by=by, now=now)
    lock.held_until = now
    lock.save(update_fields=["staff", "since", "held_until"])


def _take(lock: ReplyLock, *, may_take: bool, by: Staff, now: datetime) -> None:
    """Make a locked row this person's, which is told when it is taken from somebody."""
    is_held = lock.holds(now)
    if is_held and not may_take:
        raise BeingAnswered(by_id=lock.staff_id, by_name=lock.staff.name)
    if is_held:
        emit(ReplyTakenOver(ticket_id=lock.ticket_id, from_id=lock.staff_id, by_id=by.pk, at=now))
    lock.staff, lock.since = by, now
