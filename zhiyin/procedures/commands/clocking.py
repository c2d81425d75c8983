"""The clocks of steps and of work beside them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.calendars.queries import hours_of
from zhiyin.platform.timers.timers import cancel_timer, set_timer
from zhiyin.procedures.content import Clock, Step, Work
from zhiyin.procedures.engine import minutes_of
from zhiyin.procedures.models import Task, Visit

if TYPE_CHECKING:
    from zhiyin.procedures.commands.running import Run

TIMER = "procedures.due"


def start_visit_clock(run: Run, visit: Visit, step: Step) -> None:
    """Start the clock of a stay in a step, where the step has one."""
    if step.clock is None:
        return
    visit.due_at = _start(visit.clock_key(), step.clock, run)
    visit.save(update_fields=["due_at"])


def fulfil_visit_clock(run: Run, visit: Visit) -> None:
    cancel_timer(kind=TIMER, key=visit.clock_key())


def cancel_visit_clock(run: Run, visit: Visit) -> None:
    cancel_timer(kind=TIMER, key=visit.clock_key())


def start_task_clock(run: Run, task: Task, work: Work) -> None:
    """Start the clock of work beside a step."""
    assert work.clock is not None
    task.due_at = _start(task.clock_key(), work.clock, run)
    task.save(update_fields=["due_at"])


def fulfil_task_clock(task: Task, *, now: datetime) -> None:
    cancel_timer(kind=TIMER, key=task.clock_key())


def cancel_task_clock(task: Task, *, now: datetime) -> None:
    cancel_timer(kind=TIMER, key=task.clock_key())


def due_after(minutes: int, calendar_id: int | None, now: datetime) -> datetime:
    """When so many minutes are over, of working time where there is a calendar."""
    length = timedelta(minutes=minutes)
    calendar = Calendar.objects.prefetch_related("days").filter(pk=calendar_id).first()
    return (hours_of(calendar).add_working_time(now, length) if calendar else None) or now + length


def _start(key: str, clock: Clock, run: Run) -> datetime:
    due_at = due_after(minutes_of(clock, run.facts), clock.calendar_id, run.now)
    set_timer(kind=TIMER, key=key, due_at=due_at, payload={"ticket_id": run.ticket.pk})
    return due_at
