"""Cases, tasks and approvals go where their ticket goes: into the one it is merged into, and back.

Rows remember where they came from, as messages do; see ADR 22. A procedure that runs on both goes on with the target's
case; the other stands still until the merge is undone.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.people.models import Staff
from zhiyin.procedures.commands.opening import drop_tasks, open_step_tasks
from zhiyin.procedures.commands.pausing import pause_with_all_inside, resume_with_all_inside, settle_ticket
from zhiyin.procedures.commands.running import Run, run_inside
from zhiyin.procedures.models import Approval, Case, Paused, Task, Visit
from zhiyin.sla.commands.stepping import move_clocks
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import family_of, root_of

_GOING_ALONG: tuple[type[Any], ...] = (Case, Task, Approval)


@transaction.atomic
def follow_merge(*, source_id: int, target_id: int, by_id: int, now: datetime) -> None:
    """Bring what runs on a merged ticket along; nothing where the merge was undone meanwhile."""
    source, target = _lock_both(source_id, root_of(target_id))
    if root_of(source_id) != target.pk:
        return
    by = Staff.objects.get(pk=by_id)
    outer = _pause_doubles(source, target, by_id=by_id, now=now)
    for model in _GOING_ALONG:
        rows = model.objects.filter(ticket=source)
        rows.filter(origin=None).update(origin=source)
        rows.update(ticket=target)
    move_clocks(from_id=source.pk, to_id=target.pk, now=now)
    for visit in outer:
        _wait_for_the_other(visit, target, by, now)
    for ticket in (source, target):
        settle_ticket(ticket, now=now)


@transaction.atomic
def follow_unmerge(*, source_id: int, target_id: int, by_id: int, now: datetime) -> None:
    """Give back what the merge brought; what stood still because of it goes on."""
    target, home = _lock_both(root_of(target_id), root_of(source_id))
    if home.pk == target.pk:
        return
    by = Staff.objects.get(pk=by_id)
    family = family_of(source_id)
    returning = Case.objects.filter(ticket=target, origin__in=family)
    cases = list(returning.values_list("pk", flat=True))
    freed = set(returning.running().values_list("definition_id", flat=True))
    tasks = Task.objects.filter(ticket=target, origin__in=family)
    keys = [visit.clock_key() for visit in Visit.objects.filter(case__in=cases)]
    keys += [task.clock_key() for task in tasks]
    _pause_doubles(target, home, by_id=by_id, now=now, only=cases)
    for model in _GOING_ALONG:
        model.objects.filter(ticket=target, origin__in=family).update(ticket=home)
        model.objects.filter(ticket=home, origin=home).update(origin=None)
    move_clocks(from_id=target.pk, to_id=home.pk, now=now, keys=keys)
    _part(home, target, by, now)
    _resume_doubles(home, Case.objects.filter(pk__in=cases), by, now)
    _resume_doubles(target, Case.objects.filter(ticket=target, definition__in=freed), by, now)
    for ticket in (home, target):
        settle_ticket(ticket, now=now)


def _lock_both(one_id: int, other_id: int) -> tuple[Ticket, Ticket]:
    """Both rows, locked in the order in which merging locks them."""
    rows = Ticket.objects.select_for_update(of=("self",)).filter(pk__in=(one_id, other_id)).order_by("pk")
    found = {ticket.pk: ticket for ticket in rows}
    return found[one_id], found[other_id]


def _pause_doubles(
    source: Ticket, target: Ticket, *, by_id: int, now: datetime, only: list[int] | None = None
) -> list[Visit]:
    """Pause the source's cases whose procedures run on the target too; the stays outside them that waited for one."""
    there = Case.objects.running().filter(ticket=target).values("definition")
    doubles = Case.objects.running().filter(ticket=source, definition__in=there)
    if only is not None:
        doubles = doubles.filter(pk__in=only)
    outer: list[Visit] = []
    for double in doubles.order_by("pk"):
        double.refresh_from_db()
        if double.is_running:  # else it went with the one it ran in
            pause_with_all_inside(double, Paused.MERGE, by_id=by_id, now=now)
            if double.parent is not None:
                outer.append(double.parent)
    return outer


def _resume_doubles(ticket: Ticket, cases: QuerySet[Case], by: Staff, now: datetime) -> None:
    """Let those go on that stood still because their procedure ran on the ticket, and does not any more."""
    for case in cases.filter(paused_for=Paused.MERGE).order_by("pk"):
        case.refresh_from_db()
        runs = Case.objects.running().filter(ticket=ticket, definition=case.definition_id)
        if case.state == Case.State.PAUSED and not runs.exists():
            resume_with_all_inside(case, ticket, by=by, now=now)
            if case.parent is not None:  # a person may have been asked to decide meanwhile
                asked = Task.objects.open().filter(visit=case.parent, kind=Task.Kind.STEP)
                drop_tasks(asked, by=by, now=now)


def _wait_for_the_other(visit: Visit, target: Ticket, by: Staff, now: datetime) -> None:
    """What waited for a case that stands still waits for the target's, or a person decides."""
    case = Case.objects.get(pk=visit.case_id)
    visit.refresh_from_db()
    if case.is_running and visit.left_at is None:
        run = Run(case, target, by, now)
        run_inside(run, visit, run.step(visit.step))


def _part(home: Ticket, other: Ticket, by: Staff, now: datetime) -> None:
    """A case on one ticket that a case on the other waits for runs on by itself; a person decides how that one goes on."""
    inside = Case.objects.filter(ticket__in=(home, other), parent__isnull=False).select_related(
        "parent__case"
    )
    for case in inside:
        visit = case.parent
        if visit is None or visit.case.ticket_id == case.ticket_id:
            continue
        case.parent = None
        case.save(update_fields=["parent"])
        has_own = Case.objects.filter(parent=visit, ended_at=None).exists()
        if has_own or not visit.case.is_running or visit.left_at is not None:
            continue
        if not Task.objects.filter(visit=visit, kind=Task.Kind.STEP).exists():
            run = Run(visit.case, home if visit.case.ticket_id == home.pk else other, by, now)
            open_step_tasks(run, visit, run.step(visit.step))
