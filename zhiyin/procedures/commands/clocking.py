"""The clocks of steps and of tasks, kept by service levels under the track `procedure`."""

from __future__ import annotations

from datetime import datetime
from math import ceil
from typing import TYPE_CHECKING

from zhiyin.platform.calendars.models import Calendar
from zhiyin.procedures.content import Clock, Step, Work
from zhiyin.procedures.engine import minutes_of
from zhiyin.procedures.models import Task, Visit
from zhiyin.sla.commands.stepping import cancel_clock, fulfil_clock, revive_clock, start_clock
from zhiyin.sla.models import Clock as KeptClock

if TYPE_CHECKING:
    from zhiyin.procedures.commands.running import Run


def start_visit_clock(run: Run, visit: Visit, step: Step) -> None:
    """Start the clock of a stay in a step, where the step has one."""
    if step.clock is not None:
        visit.due_at = _start(run, visit.clock_key(), step, step.clock)
        visit.save(update_fields=["due_at"])


def start_task_clock(run: Run, task: Task, work: Work) -> None:
    """Start the clock of work beside a step."""
    assert work.clock is not None
    task.due_at = _start(run, task.clock_key(), work, work.clock)
    task.save(update_fields=["due_at"])


def start_clock_until(task: Task, *, now: datetime) -> None:
    """Start the clock of a task that is due at a moment somebody named."""
    if task.due_at is not None:
        start_clock(
            ticket_id=task.ticket_id,
            key=task.clock_key(),
            name=f"{task.title_zh} / {task.title_en}" if task.title_zh != task.title_en else task.title_zh,
            minutes=max(1, ceil((task.due_at - now).total_seconds() / 60)),
            calendar_id=None,
            now=now,
        )


def fulfil(key: str, *, now: datetime) -> None:
    """What the clock of this key ran for is done; nothing where there is none."""
    for ticket_id in _ticket_of(key):
        fulfil_clock(ticket_id=ticket_id, key=key, now=now)


def cancel(key: str, *, now: datetime) -> None:
    """What the clock of this key ran for is asked no more; nothing where there is none."""
    for ticket_id in _ticket_of(key):
        cancel_clock(ticket_id=ticket_id, key=key, now=now)


def revive(key: str, *, now: datetime) -> None:
    """What the clock of this key ran for is asked after all; nothing where there is none."""
    for ticket_id in _ticket_of(key):
        revive_clock(ticket_id=ticket_id, key=key, now=now)


def _start(run: Run, key: str, work: Work, clock: Clock) -> datetime | None:
    calendar_id = clock.calendar_id or (_company_hours() if clock.working_minutes else None)
    return start_clock(
        ticket_id=run.ticket.pk,
        key=key,
        name=f"{work.zh} / {work.en}",
        minutes=minutes_of(clock, run.facts, in_hours=calendar_id is not None),
        calendar_id=calendar_id,
        now=run.now,
    ).due_at


def _company_hours() -> int | None:
    """The first business hours that were made: those of the company, as far as a shipped procedure can know."""
    return Calendar.objects.order_by("pk").values_list("pk", flat=True).first()


def _ticket_of(key: str) -> list[int]:
    """The ticket whose clock this is; a case may have moved on to another since."""
    return list(KeptClock.objects.filter(key=key).values_list("ticket_id", flat=True))
