"""The procedures of a ticket, as its panel shows them."""

from __future__ import annotations

from dataclasses import dataclass

from zhiyin.procedures.content import Content, Step, read_content
from zhiyin.procedures.models import Approval, Case, Definition, Task, Visit
from zhiyin.procedures.queries.keys import approval_key
from zhiyin.procedures.ways import usual_way
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True)
class StepOnTheWay:
    """A step as the panel shows it: left, present, or still ahead where all goes as usual."""

    step: Step
    state: str  # done | now | ahead
    visits: list[Visit]


@dataclass(frozen=True)
class CaseInFull:
    case: Case
    content: Content
    way: list[StepOnTheWay]
    present: Visit | None
    task: Task | None
    approval: Approval | None


def cases_of(ticket: Ticket) -> list[CaseInFull]:
    """The ticket's cases, running ones first; four queries however many there are."""
    cases = list(
        Case.objects.filter(ticket=ticket)
        .select_related("definition", "version", "started_by")
        .order_by("-state", "-pk")
    )
    visits: dict[int, list[Visit]] = {case.pk: [] for case in cases}
    for visit in Visit.objects.filter(case__in=cases).select_related("left_by").order_by("pk"):
        visits[visit.case_id].append(visit)
    present = {pk: found[-1] for pk, found in visits.items() if found and found[-1].left_at is None}
    tasks = {
        task.visit_id: task for task in Task.objects.filter(visit__in=present.values(), kind=Task.Kind.STEP)
    }
    keys = {approval_key(visit): visit.pk for visit in present.values()}
    approvals = {keys[one.key]: one for one in Approval.objects.filter(key__in=keys)}
    return [_in_full(case, visits[case.pk], tasks, approvals) for case in cases]


def procedures_for(ticket: Ticket) -> list[Definition]:
    """Those that may be started on the ticket by hand."""
    running = Case.objects.running().filter(ticket=ticket).values("definition")
    return list(Definition.objects.filter(active=True).exclude(pk__in=running).order_by("name_zh"))


def _in_full(
    case: Case, visits: list[Visit], tasks: dict[int | None, Task], approvals: dict[int, Approval]
) -> CaseInFull:
    content = read_content(case.version.content)
    present = visits[-1] if visits and visits[-1].left_at is None else None
    return CaseInFull(
        case=case,
        content=content,
        way=_way(content, visits, present if case.ended_at is None else None),
        present=present if case.is_running else None,
        task=tasks.get(present.pk) if present else None,
        approval=approvals.get(present.pk) if present else None,
    )


def _way(content: Content, visits: list[Visit], present: Visit | None) -> list[StepOnTheWay]:
    """Steps in the order they were come to, then those that usually follow."""
    came: dict[str, list[Visit]] = {}
    for visit in visits:
        came.setdefault(visit.step, []).append(visit)
    shown = []
    for key, stays in came.items():
        step = content.step(key)
        if step is not None:
            is_now = present is not None and present.step == key
            shown.append(StepOnTheWay(step, "now" if is_now else "done", stays))
    if present is not None:
        ahead = usual_way(content, start=present.step)[1:]
        shown += [
            StepOnTheWay(step, "ahead", [])
            for key in ahead
            if key not in came and (step := content.step(key))
        ]
    return shown
