"""How a case goes from step to step. Its ticket is locked by whoever calls."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.checking import DONE
from zhiyin.procedures.commands import approval_steps, calling, clocking, opening
from zhiyin.procedures.commands.reviewing import note_finished
from zhiyin.procedures.commands.updating import follow_rules, hear_at_least_every
from zhiyin.procedures.conditions import Facts
from zhiyin.procedures.content import Content, Outcome, Step, read_content
from zhiyin.procedures.engine import outcome_of
from zhiyin.procedures.events import (
    ProcedureCancelled,
    ProcedureEnded,
    ProcedureStarted,
    StepEntered,
    StepLeft,
)
from zhiyin.procedures.models import Case, Definition, Task, Version, Visit
from zhiyin.procedures.queries.holding import holding_case
from zhiyin.procedures.queries.situation import facts_of
from zhiyin.tickets.commands.lifecycle import move_to_status
from zhiyin.tickets.models import Ticket


@dataclass
class Run:
    """A case under way: who moves it (None: nobody in person), and when."""

    case: Case
    ticket: Ticket
    by: Staff | None
    now: datetime
    in_person: bool = True  # else nobody waits to be told what is in the way

    @cached_property
    def content(self) -> Content:
        return read_content(self.case.version.content)

    @property
    def facts(self) -> Facts:
        return facts_of(self.ticket, self.case.values)

    @property
    def by_id(self) -> int | None:
        return self.by.pk if self.by else None

    def step(self, key: str) -> Step:
        step = self.content.step(key)
        assert step is not None  # versions are checked when they are published, and never change
        return step


def begin(
    ticket: Ticket,
    definition: Definition,
    *,
    by: Staff | None,
    now: datetime,
    parent: Visit | None = None,
    values: dict[str, Any] | None = None,
) -> Case:
    """Start a procedure's newest version on a locked ticket and go to its first step."""
    version = Version.objects.get(definition=definition, number=definition.latest)
    case = Case.objects.create(
        ticket=ticket,
        definition=definition,
        version=version,
        parent=parent,
        values=values or {},
        started_by=by,
        started_at=now,
    )
    run = Run(case, ticket, by, now)
    emit(
        ProcedureStarted(ticket_id=ticket.pk, case_id=case.pk, version_id=version.pk, by_id=run.by_id, at=now)
    )
    if run.content.updates_minutes is not None:
        hear_at_least_every(ticket, run.content.updates_minutes, now=now)
    enter(run, run.content.start)
    return case


def enter(run: Run, key: str) -> None:
    """Come to a step, and do at once what needs nobody."""
    step = run.step(key)
    visit = Visit.objects.create(case=run.case, step=key, entered_at=run.now)
    emit(StepEntered(ticket_id=run.ticket.pk, case_id=run.case.pk, visit_id=visit.pk, step=key, at=run.now))
    if step.kind == "end":
        _end(run, step, visit)
        return
    clocking.start_visit_clock(run, visit, step)
    if step.kind == "call":
        calling.call(run, visit, step)
    elif step.kind == "approval":
        approval_steps.ask(run, visit, step)
    elif step.kind == "procedure":
        run_inside(run, visit, step)
    else:
        opening.open_step_tasks(run, visit, step)


def leave(run: Run, visit: Visit, outcome: Outcome, *, note: str = "") -> None:
    """Leave a step by one of its outcomes and go on to where that leads."""
    visit.left_at, visit.left_by = run.now, run.by
    visit.outcome, visit.note = outcome.key, note.strip() or visit.note
    visit.save(update_fields=["left_at", "left_by", "outcome", "note", "values"])
    clocking.fulfil(visit.clock_key(), now=run.now)
    opening.drop_tasks(Task.objects.filter(visit=visit).open(), by=run.by, now=run.now)
    emit(
        StepLeft(
            ticket_id=run.ticket.pk,
            case_id=run.case.pk,
            visit_id=visit.pk,
            step=visit.step,
            outcome=outcome.key,
            by_id=run.by_id,
            at=run.now,
        )
    )
    enter(run, outcome.to)


def go_on(run: Run, visit: Visit, outcome_key: str, *, note: str = "") -> bool:
    """Leave a step as something other than a person decided; False where it was left already."""
    if visit.left_at is not None or not run.case.is_running:
        return False
    step = run.step(visit.step)
    outcome = outcome_of(step, outcome_key, run.facts) or next(
        (one for one in step.outcomes if not one.when), step.outcomes[0]
    )
    leave(run, visit, outcome, note=note)
    return True


def break_off(run: Run) -> None:
    """Cancel a case with all that it asked for, and the cases inside it."""
    assert run.by is not None
    for visit in Visit.objects.filter(case=run.case, left_at=None):
        for inside in Case.objects.running().filter(parent=visit):
            break_off(Run(inside, run.ticket, run.by, run.now))
        visit.left_at, visit.left_by = run.now, run.by
        visit.save(update_fields=["left_at", "left_by"])
        clocking.cancel(visit.clock_key(), now=run.now)
        approval_steps.withdraw(run, visit)
    opening.drop_tasks(Task.objects.filter(case=run.case).open(), by=run.by, now=run.now)
    _settle(run.case, Case.State.CANCELLED, run.now)
    emit(ProcedureCancelled(ticket_id=run.ticket.pk, case_id=run.case.pk, by_id=run.by.pk, at=run.now))


def _end(run: Run, step: Step, visit: Visit) -> None:
    visit.left_at, visit.left_by = run.now, run.by
    visit.save(update_fields=["left_at", "left_by"])
    run.case.result = step.key
    opening.drop_tasks(Task.objects.filter(case=run.case).open(), by=run.by, now=run.now)
    _settle(run.case, Case.State.ENDED, run.now)
    emit(
        ProcedureEnded(
            ticket_id=run.ticket.pk, case_id=run.case.pk, result=step.key, by_id=run.by_id, at=run.now
        )
    )
    note_finished(run.case, now=run.now)
    if step.solves:
        _solve(run)
    if run.case.parent is not None:
        _go_on_outside(run, step)


def _solve(run: Run) -> None:
    """Solve the ticket, unless another procedure holds it. A person is told what is in the way; else it stays as it is."""
    if run.case.parent_id is not None or holding_case(run.ticket.pk) is not None:
        return
    by = run.by or run.case.started_by
    if by is None:
        return
    try:
        move_to_status(run.ticket, Ticket.Status.SOLVED, by=by, now=run.now)
    except DomainError:
        if run.by is not None and run.in_person:
            raise


def _go_on_outside(run: Run, end: Step) -> None:
    """The case that waited for this one goes on: by the outcome named like this end, or else `done`."""
    waiting = run.case.parent
    assert waiting is not None
    outer = Run(waiting.case, run.ticket, run.by, run.now, run.in_person)
    keys = {outcome.key for outcome in outer.step(waiting.step).outcomes}
    outer.case.values = {**outer.case.values, **run.case.values}
    outer.case.save(update_fields=["values"])
    go_on(outer, waiting, end.key if end.key in keys else DONE)


def run_inside(run: Run, visit: Visit, step: Step) -> None:
    """Start the sub-procedure. One that runs on this ticket already is waited for, or else a person decides."""
    definition = Definition.objects.get(key=step.procedure)
    running = Case.objects.running().filter(ticket=run.ticket, definition=definition).first()
    if running is None:
        begin(run.ticket, definition, by=run.by, now=run.now, parent=visit, values=dict(run.case.values))
    elif running.parent is None:
        running.parent = visit
        running.save(update_fields=["parent"])
    else:
        opening.open_step_tasks(run, visit, step)


def _settle(case: Case, state: str, now: datetime) -> None:
    case.state, case.ended_at = state, now
    case.save(update_fields=["state", "ended_at", "result"])
    follow_rules(ticket_id=case.ticket_id, now=now)
