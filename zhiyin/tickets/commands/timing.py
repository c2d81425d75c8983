"""Time spent on tickets: entries, and a clock that runs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.events_around import TimeCorrected, TimeLogged
from zhiyin.tickets.models import LONGEST_MINUTES, Activity, Stopwatch, Ticket, TimeEntry
from zhiyin.tickets.queries.aliases import lock_root


@dataclass(frozen=True, kw_only=True)
class Worked:
    """Minutes of work; `worked_at` is when it began."""

    minutes: int
    worked_at: datetime
    activity: str = Activity.ANSWERING
    note: str = ""


class NotWorkedYet(DomainError):
    code = "tickets.not_worked_yet"
    status = 422
    messages = {
        "zh": "工时的开始时间不能在将来，请检查。",
        "en": "Work can't have begun in the future; check the moment.",
    }


class NotYourTime(DomainError):
    code = "tickets.not_your_time"
    status = 403
    messages = {
        "zh": "只能更正自己的工时，请联系记录人本人。",
        "en": "You can correct your own time only. Ask whoever wrote this entry.",
    }


class NoClockRuns(DomainError):
    code = "tickets.no_clock_runs"
    status = 409
    messages = {"zh": "计时器没有在走，请先开始计时。", "en": "No clock is running; start it first."}


@transaction.atomic
def log_time(*, ticket_id: int, worked: Worked, by: Staff, now: datetime) -> TimeEntry:
    """Note that the person worked on the ticket. Raises NotWorkedYet."""
    return _log(lock_for("tickets.reply", ticket_id=ticket_id, by=by), worked, by, now)


@transaction.atomic
def correct_time(*, entry_id: int, worked: Worked, by: Staff, now: datetime) -> TimeEntry:
    """Put right what oneself noted. Raises NotYourTime, NotWorkedYet."""
    entry = _own_entry(entry_id, by)
    _check(worked, now)
    entry.minutes, entry.worked_at = worked.minutes, worked.worked_at
    entry.activity, entry.note, entry.updated_at = worked.activity, worked.note.strip(), now
    entry.save(update_fields=["minutes", "worked_at", "activity", "note", "updated_at"])
    emit(
        TimeCorrected(
            ticket_id=entry.ticket_id, entry_id=entry.pk, minutes=entry.minutes, by_id=by.pk, at=now
        )
    )
    return entry


@transaction.atomic
def remove_time(*, entry_id: int, by: Staff, now: datetime) -> None:
    """Take back what oneself noted. Raises NotYourTime."""
    entry = _own_entry(entry_id, by)
    emit(TimeCorrected(ticket_id=entry.ticket_id, entry_id=entry.pk, minutes=0, by_id=by.pk, at=now))
    entry.delete()


@transaction.atomic
def start_clock(*, ticket_id: int, activity: str, by: Staff, now: datetime) -> Stopwatch:
    """Let the person's clock run for this ticket; one that ran for another is stopped and its time noted."""
    running = Stopwatch.objects.select_for_update().filter(staff=by).first()
    if running is not None:
        if running.ticket_id == ticket_id:
            return running
        _stop(running, "", by, now)
    ticket = lock_for("tickets.reply", ticket_id=ticket_id, by=by)
    return Stopwatch.objects.create(staff=by, ticket=ticket, activity=activity, started_at=now)


@transaction.atomic
def stop_clock(*, note: str, by: Staff, now: datetime) -> TimeEntry:
    """Stop the person's clock and note its time: begun minutes count, a day at most. Raises NoClockRuns."""
    return _stop(_running(by), note, by, now)


@transaction.atomic
def drop_clock(*, by: Staff) -> None:
    """Stop the person's clock without noting anything. Raises NoClockRuns."""
    _running(by).delete()


def _running(by: Staff) -> Stopwatch:
    running = Stopwatch.objects.select_for_update().filter(staff=by).first()
    if running is None:
        raise NoClockRuns
    return running


def _stop(running: Stopwatch, note: str, by: Staff, now: datetime) -> TimeEntry:
    """The ticket may be out of reach by now, or an alias: what was worked is noted all the same."""
    minutes = -(-(now - running.started_at) // timedelta(minutes=1))
    worked = Worked(
        minutes=min(max(minutes, 1), LONGEST_MINUTES),
        worked_at=running.started_at,
        activity=running.activity,
        note=note,
    )
    ticket = Ticket.objects.select_for_update().get(pk=running.ticket_id)
    running.delete()
    return _log(ticket, worked, by, now)


def _log(ticket: Ticket, worked: Worked, by: Staff, now: datetime) -> TimeEntry:
    _check(worked, now)
    into = lock_root(ticket.pk)
    entry = TimeEntry.objects.create(
        ticket=into,
        origin=ticket if into.pk != ticket.pk else None,
        staff=by,
        minutes=worked.minutes,
        activity=worked.activity,
        note=worked.note.strip(),
        worked_at=worked.worked_at,
        created_at=now,
        updated_at=now,
    )
    emit(TimeLogged(ticket_id=into.pk, entry_id=entry.pk, minutes=entry.minutes, by_id=by.pk, at=now))
    return entry


def _check(worked: Worked, now: datetime) -> None:
    if worked.worked_at > now:
        raise NotWorkedYet


def _own_entry(entry_id: int, by: Staff) -> TimeEntry:
    entry = TimeEntry.objects.select_for_update(of=("self",)).get(
        pk=entry_id, ticket__in=Ticket.objects.visible_to(by)
    )
    if entry.staff_id != by.pk:
        raise NotYourTime
    return entry
