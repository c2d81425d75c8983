"""Cases go where their ticket goes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.procedures.commands.running import Run, break_off, run_inside
from zhiyin.procedures.commands.updating import follow_rules
from zhiyin.procedures.models import Case, Task, Visit
from zhiyin.sla.commands.stepping import move_clocks
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import lock_root


@transaction.atomic
def follow_merge(*, source_id: int, target_id: int, by_id: int, now: datetime) -> None:
    """Bring a merged ticket's cases and tasks along. A procedure that runs on both goes on with the target's case."""
    target = lock_root(target_id)
    by = Staff.objects.get(pk=by_id)
    there = Case.objects.running().filter(ticket=target).values("definition")
    doubles = Case.objects.running().filter(ticket_id=source_id, definition__in=there)
    outer = [visit for double in doubles if (visit := _broken_off(double, target, by, now)) is not None]
    Case.objects.filter(ticket_id=source_id).update(ticket=target)
    Task.objects.filter(ticket_id=source_id).update(ticket=target)
    move_clocks(from_id=source_id, to_id=target.pk, now=now)
    for visit in outer:
        _wait_for_the_other(visit, target, by, now)
    follow_rules(ticket_id=target.pk, now=now)


def _broken_off(double: Case, target: Ticket, by: Staff, now: datetime) -> Visit | None:
    """The stay that waited for the case, where it was a sub-procedure."""
    double.refresh_from_db()
    if double.is_running:  # else it went with the one it ran in
        break_off(Run(double, target, by, now))
    return double.parent


def _wait_for_the_other(visit: Visit, target: Ticket, by: Staff, now: datetime) -> None:
    """What waited for a case that was broken off waits for the target's, or a person decides."""
    case = Case.objects.get(pk=visit.case_id)
    visit.refresh_from_db()
    if case.is_running and visit.left_at is None:
        run = Run(case, target, by, now)
        run_inside(run, visit, run.step(visit.step))
