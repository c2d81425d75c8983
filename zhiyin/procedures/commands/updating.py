"""The rhythm in which a customer hears from us: each answer keeps one update and makes the next."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.promising import note_kept, note_withdrawn, promise_on
from zhiyin.procedures.events_promises import RhythmSet
from zhiyin.procedures.models import Promise, Rhythm
from zhiyin.procedures.queries.policies import rhythm_policy
from zhiyin.procedures.queries.rhythms import asked_by_procedures, concerned_by_rules
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.models import Message, Ticket
from zhiyin.tickets.queries.aliases import lock_root

SHORTEST, LONGEST = 5, 60 * 24 * 30


class NotARhythm(DomainError):
    code = "procedures.not_a_rhythm"
    status = 422
    messages = {
        "zh": "回复节奏须在 5 分钟到 30 天之间。",
        "en": "A rhythm is between 5 minutes and 30 days.",
    }


@transaction.atomic
def set_rhythm(*, ticket_id: int, minutes: int, by: Staff, now: datetime) -> Rhythm | None:
    """Let the customer hear from us at least this often; 0 ends it. Raises NotARhythm."""
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    if minutes == 0:
        Rhythm.objects.filter(ticket=ticket).delete()
        _end(ticket, by=by, now=now)
        emit(RhythmSet(ticket_id=ticket.pk, minutes=0, by_id=by.pk, at=now))
        return None
    if not SHORTEST <= minutes <= LONGEST:
        raise NotARhythm
    return _set(ticket, minutes, by=by, now=now)


@transaction.atomic(savepoint=False)
def follow_rules_where_any(*, opened: Sequence[tuple[int, datetime]]) -> None:
    """The same for many tickets, each with its moment; those that no rule is for cost next to nothing."""
    concerned = concerned_by_rules({ticket_id for ticket_id, _ in opened}, rhythm_policy())
    for ticket_id, now in opened:
        if ticket_id in concerned:
            follow_rules(ticket_id=ticket_id, now=now)


@transaction.atomic
def follow_rules(*, ticket_id: int, now: datetime) -> None:
    """Give a ticket the closest rhythm that its priority or a procedure on it asks for, unless a person has chosen one."""
    policy = rhythm_policy()
    if not concerned_by_rules([ticket_id], policy):
        return
    ticket = lock_root(ticket_id)
    asked = [policy.by_priority.get(str(ticket.priority)), *asked_by_procedures(ticket.pk)]
    wanted = min(filter(None, asked), default=None)
    rhythm = Rhythm.objects.filter(ticket=ticket).first()
    if rhythm is not None and rhythm.by_id is not None:
        return
    if wanted and ticket.is_active:
        if rhythm is None or rhythm.every_minutes != wanted:
            _set(ticket, wanted, by=None, now=now)
    elif rhythm is not None:
        rhythm.delete()
        _end(ticket, by=None, now=now)


@transaction.atomic
def note_heard(*, ticket_id: int, message_id: int, by_id: int | None, now: datetime) -> None:
    """The customer heard from us: the update that was next is kept, and another one is next."""
    ticket = lock_root(ticket_id)
    rhythm = Rhythm.objects.filter(ticket=ticket).first()
    if rhythm is None or not Message.objects.filter(pk=message_id).exists():  # taken back meanwhile
        return
    by = Staff.objects.filter(pk=by_id).first() if by_id is not None else None
    for promise in _next(ticket):
        note_kept(promise, outcome="", by=by, now=now)
    if ticket.is_active:
        _begin(ticket, rhythm, since=now, now=now)


@transaction.atomic
def pause_rhythm(*, ticket_id: int, now: datetime) -> None:
    """Nothing is owed while the ticket is done."""
    _end(lock_root(ticket_id), by=None, now=now)


@transaction.atomic
def end_updates_of_alias(*, ticket_id: int, now: datetime) -> None:
    """A ticket that was merged into another owes nothing of its own any more."""
    _end(Ticket.objects.select_for_update().get(pk=ticket_id), by=None, now=now)


@transaction.atomic
def resume_rhythm(*, ticket_id: int, now: datetime) -> None:
    """A ticket that is open again owes its updates again."""
    ticket = lock_root(ticket_id)
    rhythm = Rhythm.objects.filter(ticket=ticket).first()
    if rhythm is not None and ticket.is_active and not _next(ticket):
        _begin(ticket, rhythm, since=now, now=now)


def hear_at_least_every(ticket: Ticket, minutes: int, *, now: datetime) -> None:
    """A procedure wants the customer of a locked ticket to hear from us this often; a closer rhythm stays."""
    rhythm = Rhythm.objects.filter(ticket=ticket).first()
    if rhythm is None or rhythm.every_minutes > minutes:
        _set(ticket, minutes, by=None, now=now)


def _set(ticket: Ticket, minutes: int, *, by: Staff | None, now: datetime) -> Rhythm:
    rhythm, _ = Rhythm.objects.update_or_create(
        ticket=ticket, defaults={"every_minutes": minutes, "by": by, "at": now}
    )
    by_id = by.pk if by is not None else None
    emit(RhythmSet(ticket_id=ticket.pk, minutes=minutes, by_id=by_id, at=now))
    _end(ticket, by=by, now=now)
    if ticket.is_active:
        _begin(ticket, rhythm, since=_last_heard(ticket) or now, now=now)
    return rhythm


def _begin(ticket: Ticket, rhythm: Rhythm, *, since: datetime, now: datetime) -> None:
    """The next update is due one rhythm after the customer last heard; one that is overdue already, after now."""
    every = timedelta(minutes=rhythm.every_minutes)
    due_at = since + every if since + every > now else now + every
    promise_on(
        ticket,
        kind=Promise.Kind.UPDATE,
        text="",
        due_at=due_at,
        owner_id=None,  # whoever has the ticket then
        by=rhythm.by,
        now=now,
    )


def _end(ticket: Ticket, *, by: Staff | None, now: datetime) -> None:
    for promise in _next(ticket):
        note_withdrawn(promise, reason="", by=by, now=now)


def _next(ticket: Ticket) -> list[Promise]:
    updates = Promise.objects.open().filter(ticket=ticket, kind=Promise.Kind.UPDATE)
    return list(updates.select_for_update())


def _last_heard(ticket: Ticket) -> datetime | None:
    said = Message.objects.filter(ticket=ticket, kind=Message.Kind.OUTBOUND).order_by("-at", "-pk")
    return said.values_list("at", flat=True).first()
