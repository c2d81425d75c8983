"""What is decided elsewhere leads a case on: answers of outside systems and of approvals."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.procedures.checking import APPROVED, REJECTED
from zhiyin.procedures.commands import approval_steps
from zhiyin.procedures.commands.running import Run, go_on
from zhiyin.procedures.engine import FAILED
from zhiyin.procedures.events import OutsideAnswered
from zhiyin.procedures.models import Approval, Case, Visit
from zhiyin.procedures.queries.keys import approval_key, visit_of
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.queries.aliases import lock_root


@transaction.atomic
def take_answer(*, visit_id: int, outcome: str, reason: str, now: datetime) -> None:
    """An outside system answered: the outcome it names, or `failed` where the step has none of that name."""
    found = _lock(visit_id, by=None, now=now)
    if found is None:
        return
    run, visit = found
    keys = {one.key for one in run.step(visit.step).outcomes}
    known = outcome if outcome in keys else FAILED
    words = reason if known == outcome else f"{outcome}? {reason}"
    if go_on(run, visit, known, note=words[:2000]):
        emit(
            OutsideAnswered(
                ticket_id=run.ticket.pk, case_id=run.case.pk, visit_id=visit.pk, outcome=known, at=now
            )
        )


@transaction.atomic
def take_decision(*, approval_id: int, approved: bool, by_id: int | None, now: datetime) -> None:
    """An approval came to its end: the step that waited for it goes on."""
    approval = Approval.objects.get(pk=approval_id)
    visit_id = visit_of(approval.key)
    by = Staff.objects.filter(pk=by_id).first() if by_id else None
    found = _lock(visit_id, by=by, now=now) if visit_id is not None else None
    if found is not None:
        go_on(*found, APPROVED if approved else REJECTED)


@transaction.atomic
def ask_again(*, case_id: int, by: Staff, now: datetime) -> Case:
    """Ask once more for an approval that could not be asked for."""
    case = Case.objects.running().visible_to(by).get(pk=case_id)
    ticket = lock_for("tickets.reply", ticket_id=case.ticket_id, by=by)
    visit = Visit.objects.get(case=case, left_at=None)
    run = Run(case, ticket, by, now)
    step = run.step(visit.step)
    if step.kind == "approval" and not Approval.objects.filter(key=approval_key(visit)).exists():
        visit.note = ""
        visit.save(update_fields=["note"])
        approval_steps.ask(run, visit, step)
    return case


def _lock(visit_id: int, *, by: Staff | None, now: datetime) -> tuple[Run, Visit] | None:
    """The case of a stay in a step, its ticket locked; None where it is gone or was left."""
    ticket_id = Visit.objects.filter(pk=visit_id).values_list("case__ticket_id", flat=True).first()
    if ticket_id is None:
        return None
    ticket = lock_root(ticket_id)
    visit = Visit.objects.select_for_update(of=("self",)).select_related("case__version").get(pk=visit_id)
    if visit.left_at is not None or not visit.case.is_running:
        return None
    return Run(visit.case, ticket, by, now, in_person=False), visit
