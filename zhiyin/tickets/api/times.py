"""Time spent on tickets."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.timing import (
    Worked,
    correct_time,
    drop_clock,
    log_time,
    remove_time,
    start_clock,
    stop_clock,
)
from zhiyin.tickets.models import LONGEST_MINUTES, Activity, Stopwatch
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.steps import clock_of, list_times, times_of


class TimeShape(Schema):
    id: int
    ticket_id: int
    staff: Named
    minutes: int
    activity: Activity
    note: str
    worked_at: datetime


class TicketTimes(Schema):
    items: list[TimeShape]
    total_minutes: int


class TimePage(Schema):
    items: list[TimeShape]
    next_cursor: str | None


class TimeBody(Schema):
    minutes: int = Field(ge=1, le=LONGEST_MINUTES)
    activity: Activity = Activity.ANSWERING
    note: str = Field("", max_length=1000)
    worked_at: AwareDatetime | None = Field(
        None, description="when it began; so long ago as it took, when left out"
    )


class ClockBody(Schema):
    activity: Activity = Activity.ANSWERING


class StopBody(Schema):
    note: str = Field("", max_length=1000)


class ClockShape(Schema):
    ticket_id: int
    subject: str
    activity: Activity
    started_at: datetime


@router.get("/tickets/{int:ticket_id}/times", response=TicketTimes, auth=needs("tickets.read"))
def get_ticket_times(request: Signed, ticket_id: int) -> Any:
    """Time spent on the ticket: the latest entries, and the minutes of all."""
    return _times(ticket_id, request.auth)


@router.post("/tickets/{int:ticket_id}/times", response={201: TimeShape}, auth=needs("tickets.reply"))
def post_time(request: Signed, ticket_id: int, body: TimeBody) -> Any:
    """Note time that you worked on the ticket."""
    entry = log_time(ticket_id=ticket_id, worked=_worked(body), by=request.auth, now=timezone.now())
    return Status(201, entry)


@router.get("/times", response=TimePage, auth=needs("tickets.read"))
def get_times(request: Signed, staff: int | None = None, cursor: str | None = None, limit: int = 50) -> Any:
    """Time spent on the tickets you may see, the latest first; of one colleague with `staff`."""
    return list_times(staff_id=staff, cursor=cursor, limit=limit, by=request.auth)


@router.put("/times/{int:entry_id}", response=TimeShape, auth=needs("tickets.reply"))
def put_time(request: Signed, entry_id: int, body: TimeBody) -> Any:
    """Put right an entry of your own."""
    return correct_time(entry_id=entry_id, worked=_worked(body), by=request.auth, now=timezone.now())


@router.delete("/times/{int:entry_id}", response={204: None}, auth=needs("tickets.reply"))
def delete_time(request: Signed, entry_id: int) -> Any:
    """Take back an entry of your own."""
    remove_time(entry_id=entry_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/clock", response=ClockShape | None, auth=needs("tickets.read"))
def get_clock(request: Signed) -> Any:
    """Your running clock, null when none runs."""
    running = clock_of(request.auth)
    return _clock(running) if running else None


@router.put("/tickets/{int:ticket_id}/clock", response=ClockShape, auth=needs("tickets.reply"))
def put_clock(request: Signed, ticket_id: int, body: ClockBody) -> Any:
    """Let your clock run for this ticket; the time of one that ran for another is noted."""
    return _clock(
        start_clock(ticket_id=ticket_id, activity=body.activity, by=request.auth, now=timezone.now())
    )


@router.post("/clock/stop", response=TimeShape, auth=needs("tickets.read"))
def post_stop(request: Signed, body: StopBody) -> Any:
    """Stop your clock and note its time."""
    return stop_clock(note=body.note, by=request.auth, now=timezone.now())


@router.delete("/clock", response={204: None}, auth=needs("tickets.read"))
def delete_clock(request: Signed) -> Any:
    """Stop your clock and forget its time."""
    drop_clock(by=request.auth)
    return Status(204, None)


def _times(ticket_id: int, by: Staff) -> TicketTimes:
    entries, total = times_of(ticket_for_page(ticket_id=ticket_id, by=by))
    return TicketTimes(items=[TimeShape.from_orm(entry) for entry in entries], total_minutes=total)


def _worked(body: TimeBody) -> Worked:
    worked_at = body.worked_at or timezone.now() - timedelta(minutes=body.minutes)
    return Worked(minutes=body.minutes, worked_at=worked_at, activity=body.activity, note=body.note)


def _clock(running: Stopwatch) -> ClockShape:
    return ClockShape(
        ticket_id=running.ticket_id,
        subject=running.ticket.subject,
        activity=Activity(running.activity),
        started_at=running.started_at,
    )
