"""Starting a procedure on a ticket, breaking it off, and bringing it to another version."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.opening import open_step_tasks
from zhiyin.procedures.commands.running import Run, begin, break_off
from zhiyin.procedures.content import read_content
from zhiyin.procedures.engine import is_same_place
from zhiyin.procedures.events import CaseMoved
from zhiyin.procedures.models import Case, Definition, Version, Visit
from zhiyin.procedures.queries.starting import fitting_procedures
from zhiyin.tickets.commands.lifecycle import lock_for
from zhiyin.tickets.models import Ticket


class RunsAlready(DomainError):
    code = "procedures.runs_already"
    status = 409
    messages = {
        "zh": "“{zh}”已在这张工单上进行，请在流程面板中继续。",
        "en": "{en} runs on this ticket already; go on in its panel.",
    }


class OutOfUse(DomainError):
    code = "procedures.out_of_use"
    status = 409
    messages = {"zh": "“{zh}”已停用，请选择别的流程。", "en": "{en} is out of use; choose another procedure."}


class TicketIsDone(DomainError):
    code = "procedures.ticket_is_done"
    status = 409
    messages = {
        "zh": "这张工单已经结束。请先重新打开，再启动流程。",
        "en": "This ticket is done. Open it again before you start a procedure.",
    }


class StepIsGone(DomainError):
    code = "procedures.step_is_gone"
    status = 409
    messages = {
        "zh": "新版本里没有当前步骤“{zh}”，请先走到一个仍然存在的步骤再换版本。",
        "en": "The other version has no step {en}; lead the case to a step that is still there first.",
    }


@transaction.atomic
def start_case(*, ticket_id: int, definition_id: int, by: Staff | None, now: datetime) -> Case:
    """Start a procedure on a ticket by hand, or by a rule (nobody). Raises RunsAlready, OutOfUse, TicketIsDone, MergedAway."""
    ticket = lock_for("tickets.edit", ticket_id=ticket_id, by=by)
    definition = Definition.objects.get(pk=definition_id)
    words = {"zh": definition.name_zh, "en": definition.name_en}
    if not definition.active:
        raise OutOfUse(**words)
    if not ticket.is_active:
        raise TicketIsDone
    if Case.objects.running().filter(ticket=ticket, definition=definition).exists():
        raise RunsAlready(**words)
    return begin(ticket, definition, by=by, now=now)


@transaction.atomic(savepoint=False)
def start_where_it_fits(*, changed: Mapping[int, datetime]) -> list[Case]:
    """Start the procedures whose conditions these tickets fit and that have not run on them yet, each at its moment.

    Asked for all without a lock first: most of what happens on a ticket starts nothing.
    """
    if not changed:
        return []
    fitting = fitting_procedures(changed, now=max(changed.values()))
    return [
        case for ticket_id, now in changed.items() if ticket_id in fitting for case in _start(ticket_id, now)
    ]


@transaction.atomic
def start_what_fits_customer(*, customer_id: int, now: datetime) -> None:
    """The same on the open tickets of a customer of whom something else is known now."""
    open_ = Ticket.objects.filter(customer_id=customer_id, status__in=Ticket.ACTIVE, merged_into=None)
    start_where_it_fits(changed=dict.fromkeys(open_.order_by("pk").values_list("pk", flat=True), now))


def _start(ticket_id: int, now: datetime) -> list[Case]:
    ticket = Ticket.objects.select_for_update(of=("self",)).filter(pk=ticket_id, merged_into=None).first()
    if ticket is None or not ticket.is_active:
        return []
    fitting = fitting_procedures([ticket_id], now=now)  # again, now that nobody else can start them
    return [begin(ticket, one, by=None, now=now) for one in fitting.get(ticket_id, [])]


@transaction.atomic
def cancel_case(*, case_id: int, by: Staff, now: datetime) -> Case:
    """Break a case off with all its tasks; how one goes on that waited for it, a person decides. Nothing happens to
    one that is over."""
    case = Case.objects.visible_to(by, "tickets.edit").get(pk=case_id)
    ticket = lock_for("tickets.edit", ticket_id=case.ticket_id, by=by)
    case.refresh_from_db()
    if case.is_running:
        break_off(Run(case, ticket, by, now))
        if case.parent is not None:
            outer = Run(case.parent.case, ticket, by, now)
            open_step_tasks(outer, case.parent, outer.step(case.parent.step))
    return case


@transaction.atomic
def move_case(*, case_id: int, version_number: int, by: Staff, now: datetime) -> Case:
    """Bring a running case to another version of its procedure, where the step it is in is still there.

    Raises StepIsGone. The present task keeps the form it has; the outcomes are those of the new version.
    """
    case = Case.objects.running().visible_to(by, "tickets.edit").get(pk=case_id)
    lock_for("tickets.edit", ticket_id=case.ticket_id, by=by)
    case = Case.objects.running().select_for_update(of=("self",)).get(pk=case_id)
    to = Version.objects.get(definition=case.definition, number=version_number)
    visit = Visit.objects.get(case=case, left_at=None)
    present = read_content(case.version.content).step(visit.step)
    if not is_same_place(present, read_content(to.content).step(visit.step)):
        raise StepIsGone(zh=present.zh if present else visit.step, en=present.en if present else visit.step)
    was, case.version = case.version_id, to
    case.save(update_fields=["version"])
    emit(
        CaseMoved(
            ticket_id=case.ticket_id,
            case_id=case.pk,
            from_version_id=was,
            to_version_id=to.pk,
            by_id=by.pk,
            at=now,
        )
    )
    return case
