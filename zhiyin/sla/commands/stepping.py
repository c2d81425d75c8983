"""Clocks that domains above start, end and pause: a step of a procedure, a promise, a wait for an approval."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from zhiyin.sla.clocks import STEP
from zhiyin.sla.commands.counting import count_locked
from zhiyin.sla.commands.telling import Change, tell
from zhiyin.sla.definitions import PROCEDURE, TRACKS
from zhiyin.sla.models import Clock, Pause
from zhiyin.tickets.models import Ticket


@transaction.atomic
def start_clock(
    *,
    ticket_id: int,
    key: str,
    name: str,
    minutes: int,
    calendar_id: int | None,
    now: datetime,
    track: str = PROCEDURE,
) -> Clock:
    """Start a clock of so many minutes of the calendar's hours (None: around the clock).

    A key names one clock of the ticket for good: starting it again gives the one there is. Warned of at 75 %, told
    as breached at 100 % and as escalated at 150 %.
    """
    if minutes <= 0 or track in TRACKS or key.partition(".")[0] in TRACKS:
        raise ValueError(
            f"a step's clock has minutes, a track and a key of its own: {minutes}, {track}, {key}"
        )
    ticket = _locked(ticket_id)
    clock, is_new = Clock.objects.get_or_create(
        ticket=ticket,
        key=key,
        defaults={
            "track": track,
            "metric": STEP,
            "name": name,
            "calendar_id": calendar_id,
            "target_minutes": minutes,
            "state": Clock.State.RUNNING,
            "activated_at": now,
            "counted_at": now,
        },
    )
    if is_new:
        count_locked(ticket, now=now)
        clock.refresh_from_db()
    return clock


@transaction.atomic
def fulfil_clock(*, ticket_id: int, key: str, now: datetime) -> Clock:
    """What the clock ran for is done; one that is over stays as it is. Raises Clock.DoesNotExist."""
    return _end(ticket_id, key, Clock.State.FULFILLED, now)


@transaction.atomic
def cancel_clock(*, ticket_id: int, key: str, now: datetime) -> Clock:
    """What the clock ran for is asked no more; one that is over stays as it is. Raises Clock.DoesNotExist."""
    return _end(ticket_id, key, Clock.State.CANCELLED, now)


@transaction.atomic
def revive_clock(*, ticket_id: int, key: str, now: datetime) -> Clock:
    """What was asked no more is asked after all: a cancelled clock counts on as if it had never been cancelled.

    One that was fulfilled stays so. Raises Clock.DoesNotExist.
    """
    ticket = _locked(ticket_id)
    clock = Clock.objects.get(ticket=ticket, key=key, metric=STEP)
    if clock.state == Clock.State.CANCELLED:
        clock.state, clock.ended_at = Clock.State.RUNNING, None
        clock.save(update_fields=["state", "ended_at"])
        count_locked(ticket, now=now)
        clock.refresh_from_db()
    return clock


@transaction.atomic
def move_clocks(*, from_id: int, to_id: int, now: datetime, keys: Collection[str] | None = None) -> None:
    """The clocks of steps, or those of them with these keys, go from a ticket to the one it was merged into, or back;
    those of policies stay where they ran."""
    tickets = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=(from_id, to_id))
    known = Clock.objects.filter(ticket=to_id).values("key")
    locked = list(tickets.order_by("pk"))
    moving = Clock.objects.filter(ticket=from_id, metric=STEP).exclude(key__in=known)
    if keys is not None:
        moving = moving.filter(key__in=keys)
    if moving.update(ticket=to_id):
        for ticket in locked:
            count_locked(ticket, now=now)


@transaction.atomic
def pause_clocks(*, ticket_id: int, cause: str, now: datetime, track: str | None = None) -> None:
    """Pause for a cause until it is taken back: the policies' clocks that pause for it, of one track or of all.

    Clocks of procedures pause only when their own track is named: an approval must not stop its own time-out.
    """
    ticket = _locked(ticket_id)
    Pause.objects.get_or_create(
        ticket=ticket, cause=cause, track=track or "", ended_at=None, defaults={"started_at": now}
    )
    count_locked(ticket, now=now)


@transaction.atomic
def resume_clocks(*, ticket_id: int, cause: str, now: datetime) -> None:
    """The cause is gone, in every track; nothing when it was not there."""
    ticket = _locked(ticket_id)
    if Pause.objects.filter(ticket=ticket, cause=cause, ended_at=None).update(ended_at=now):
        count_locked(ticket, now=now)


def _end(ticket_id: int, key: str, state: str, now: datetime) -> Clock:
    ticket = _locked(ticket_id)
    count_locked(ticket, now=now)
    clock = Clock.objects.get(ticket=ticket, key=key, metric=STEP)
    if not clock.is_open:
        return clock
    clock.state, clock.ended_at, clock.due_at = state, now, None
    clock.save(update_fields=["state", "ended_at", "due_at"])
    count_locked(ticket, now=now)
    clock.refresh_from_db()
    if state == Clock.State.FULFILLED:
        tell([Change(ticket, now, clock, [], True)])
    return clock


def _locked(ticket_id: int) -> Ticket:
    return Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
