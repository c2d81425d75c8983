"""The stages of an approval: who is asked, until when, and its end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.timers.timers import cancel_timer, set_timer
from zhiyin.procedures.chains import Asked, read_chain
from zhiyin.procedures.events_approvals import ApprovalDecided, ApprovalWaits
from zhiyin.procedures.models import Approval, ApprovalSeat
from zhiyin.procedures.queries.approvers import deputies_of, people_asked
from zhiyin.sla.commands.stepping import resume_clocks
from zhiyin.tickets.models import Ticket

TIMER = "procedures.approval"
CLOCK_CAUSE = "approval"  # under this cause the ticket's clocks stand still while anything waits for a yes


def open_stage(approval: Approval, *, ticket: Ticket, now: datetime, instead: Asked | None = None) -> bool:
    """Ask those of the present stage, or `instead` of them somebody else; False when there is nobody to ask."""
    stage = read_chain(approval.stages)[approval.stage]
    seats = [
        ApprovalSeat(
            approval=approval,
            stage=approval.stage,
            asked=asked.told(),
            people=people_asked(asked, ticket=ticket, without=approval.asked_by_id),
            opened_at=now,
        )
        for asked in ((instead,) if instead is not None else stage.asks)
    ]
    if stage.needs == "any":  # who is not there is not needed
        seats = [seat for seat in seats if seat.people]
    if not seats or not all(seat.people for seat in seats):
        return False
    ApprovalSeat.objects.bulk_create(seats)
    approval.due_at = now + timedelta(minutes=stage.minutes) if stage.minutes is not None else None
    approval.save(update_fields=["stage", "due_at"])
    _set_timer(approval)
    asked_now = {one for seat in seats for one in seat.people}
    people = sorted({*asked_now, *deputies_of(asked_now, at=now)} - {approval.asked_by_id})
    told: dict[str, Any] = {
        "approval_id": approval.pk,
        "ticket_id": ticket.pk,
        "stage": approval.stage,
    }
    emit(ApprovalWaits(**told, people=people, by_id=approval.asked_by_id, at=now))
    return True


def settle(
    approval: Approval, state: Approval.State, *, ticket: Ticket, by: Staff | None, now: datetime
) -> None:
    """End a locked approval and tell it, once; the ticket's clocks go on."""
    approval.state, approval.settled_at, approval.due_at = state, now, None
    approval.save(update_fields=["state", "settled_at", "due_at"])
    cancel_timer(kind=TIMER, key=str(approval.pk))
    if not Approval.objects.waiting().filter(ticket=ticket).exists():
        resume_clocks(ticket_id=ticket.pk, cause=CLOCK_CAUSE, now=now)
    emit(
        ApprovalDecided(
            approval_id=approval.pk,
            ticket_id=ticket.pk,
            kind=approval.kind,
            key=approval.key,
            approved=state == Approval.State.APPROVED,
            outcome=str(state),
            asked_by_id=approval.asked_by_id,
            by_id=by.pk if by is not None else None,
            at=now,
        )
    )
    if state == Approval.State.EXPIRED:
        audit("procedures.approval_expired", approval, by=None, now=now)


def audit(action: str, approval: Approval, *, by: int | None, now: datetime, **details: Any) -> None:
    told = {"ticket": approval.ticket_id, "state": str(approval.state), **details}
    record_audit(action=action, by=by, target=f"approval:{approval.pk}", details=told, now=now)


def _set_timer(approval: Approval) -> None:
    key = str(approval.pk)
    if approval.due_at is None:
        cancel_timer(kind=TIMER, key=key)
    else:
        set_timer(kind=TIMER, key=key, due_at=approval.due_at, payload={"stage": approval.stage})
