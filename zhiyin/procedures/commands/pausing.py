"""Work stands still while its ticket is spam, or while the same procedure runs on the ticket its own was merged into.

Nothing is taken back: undoing what paused it gives cases, tasks, approvals and clocks back as they were.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.checking import APPROVED, REJECTED
from zhiyin.procedures.commands import calling, clocking
from zhiyin.procedures.commands.approval_stages import hold_clocks, pause_approval, resume_approval
from zhiyin.procedures.commands.running import Run, go_on
from zhiyin.procedures.commands.updating import follow_rules, resume_rhythm
from zhiyin.procedures.commands.watching import stop_watching, watch
from zhiyin.procedures.events import ProcedurePaused, ProcedureResumed
from zhiyin.procedures.models import Approval, Case, Paused, Promise, Task, Visit
from zhiyin.procedures.queries.keys import approval_key
from zhiyin.tickets.models import SpamMark, Ticket
from zhiyin.tickets.queries.aliases import family_of


@transaction.atomic
def pause_work_on_spam(*, ticket_id: int, by_id: int, now: datetime) -> None:
    """Pause all that runs on a ticket marked as spam; nothing where the mark is gone already."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    if not SpamMark.objects.filter(ticket=ticket).exists():
        return
    for case in Case.objects.running().filter(ticket=ticket).order_by("pk"):
        _pause_case(case, Paused.SPAM, by_id=by_id, now=now)
    pause_tasks(Task.objects.open().filter(ticket=ticket), Paused.SPAM, now=now)
    for approval in Approval.objects.waiting().select_for_update().filter(ticket=ticket):
        pause_approval(approval, Paused.SPAM)
    for promise in Promise.objects.open().filter(ticket__in=family_of(ticket_id)):
        stop_watching(promise)
    settle_ticket(ticket, now=now)


@transaction.atomic
def resume_work_after_spam(*, ticket_id: int, by_id: int, now: datetime) -> None:
    """Let all go on that the mark had paused; nothing where it was marked again meanwhile."""
    ticket = Ticket.objects.select_for_update(of=("self",)).get(pk=ticket_id)
    if SpamMark.objects.filter(ticket=ticket).exists():
        return
    by = Staff.objects.get(pk=by_id)
    for case in Case.objects.filter(ticket=ticket, paused_for=Paused.SPAM).order_by("pk"):
        resume_case(case, ticket, by=by, now=now)
    resume_tasks(Task.objects.filter(ticket=ticket, paused_for=Paused.SPAM), now=now)
    for approval in Approval.objects.select_for_update().filter(ticket=ticket, paused_for=Paused.SPAM):
        resume_approval(approval, now=now)
    for promise in Promise.objects.open().filter(ticket__in=family_of(ticket_id)):
        watch(promise, now=now)
    resume_rhythm(ticket_id=ticket_id, now=now)
    settle_ticket(ticket, now=now)


def pause_with_all_inside(case: Case, cause: Paused, *, by_id: int, now: datetime) -> None:
    """Pause a case of a locked ticket, what it asked for, and the cases inside it."""
    for visit in Visit.objects.filter(case=case, left_at=None):
        for inside in Case.objects.running().filter(parent=visit):
            pause_with_all_inside(inside, cause, by_id=by_id, now=now)
        for approval in Approval.objects.waiting().select_for_update().filter(key=approval_key(visit)):
            pause_approval(approval, cause)
    pause_tasks(Task.objects.open().filter(case=case), cause, now=now)
    _pause_case(case, cause, by_id=by_id, now=now)


def resume_with_all_inside(case: Case, ticket: Ticket, *, by: Staff, now: datetime) -> None:
    """The reverse, for a case that its merge had paused."""
    resume_case(case, ticket, by=by, now=now)
    resume_tasks(Task.objects.filter(case=case, paused_for=Paused.MERGE), now=now)
    for visit in Visit.objects.filter(case=case, left_at=None):
        for approval in Approval.objects.select_for_update().filter(
            key=approval_key(visit), paused_for=Paused.MERGE
        ):
            resume_approval(approval, now=now)
        for inside in Case.objects.filter(parent=visit, paused_for=Paused.MERGE):
            resume_with_all_inside(inside, ticket, by=by, now=now)


def _pause_case(case: Case, cause: Paused, *, by_id: int, now: datetime) -> None:
    case.state, case.paused_for = Case.State.PAUSED, cause
    case.save(update_fields=["state", "paused_for"])
    for visit in Visit.objects.filter(case=case, left_at=None):
        clocking.cancel(visit.clock_key(), now=now)
    emit(ProcedurePaused(ticket_id=case.ticket_id, case_id=case.pk, cause=cause, by_id=by_id, at=now))


def resume_case(case: Case, ticket: Ticket, *, by: Staff, now: datetime) -> None:
    """Let a paused case of a locked ticket go on in its step; an outside system is asked anew, under the same id where
    it may count only once."""
    cause, case.state, case.paused_for = case.paused_for, Case.State.RUNNING, ""
    case.save(update_fields=["state", "paused_for"])
    emit(ProcedureResumed(ticket_id=ticket.pk, case_id=case.pk, cause=cause, by_id=by.pk, at=now))
    run = Run(case, ticket, by, now)
    for visit in Visit.objects.filter(case=case, left_at=None):
        clocking.revive(visit.clock_key(), now=now)
        step = run.step(visit.step)
        if step.kind == "call":
            calling.call_again(run, visit, step)
        elif step.kind == "approval":
            _take_what_was_decided(run, visit)


def _take_what_was_decided(run: Run, visit: Visit) -> None:
    """A decision that came just before the case was paused has not led it on yet."""
    decided = {True: APPROVED, False: REJECTED}
    approval = Approval.objects.filter(key=approval_key(visit), settled_at__isnull=False).first()
    if approval is not None:
        go_on(run, visit, decided[approval.state == Approval.State.APPROVED])


def pause_tasks(tasks: QuerySet[Task], cause: Paused, *, now: datetime) -> None:
    for task in tasks:
        task.state, task.paused_for = Task.State.PAUSED, cause
        task.save(update_fields=["state", "paused_for"])
        clocking.cancel(task.clock_key(), now=now)


def resume_tasks(tasks: QuerySet[Task], *, now: datetime) -> None:
    for task in tasks:
        task.state, task.paused_for = Task.State.OPEN, ""
        task.save(update_fields=["state", "paused_for"])
        clocking.revive(task.clock_key(), now=now)


def settle_ticket(ticket: Ticket, *, now: datetime) -> None:
    """Clocks and rhythm of a locked ticket follow what runs and waits on it now."""
    hold_clocks(ticket, now=now)
    follow_rules(ticket_id=ticket.pk, now=now)
