"""Steps that wait for an approval."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.commands.approval_stages import settle
from zhiyin.procedures.commands.approving import ask_approval
from zhiyin.procedures.content import Step
from zhiyin.procedures.models import Approval, Visit
from zhiyin.procedures.queries.keys import approval_key

if TYPE_CHECKING:
    from zhiyin.procedures.commands.running import Run


def ask(run: Run, visit: Visit, step: Step) -> None:
    """Ask for the approval. Where nobody could be asked, the stay says why, and it can be asked for again."""
    assert step.approval is not None
    amount = run.case.values.get(step.approval.amount)
    reason = run.case.values.get(step.approval.reason) if step.approval.reason else None
    asking = run.by or responsible_for(run)
    if asking is None:
        _note(visit, "没有人可以提出申请，请先分配工单。 / Nobody can ask for it; assign the ticket first.")
        return
    try:
        with transaction.atomic():
            ask_approval(
                ticket_id=run.ticket.pk,
                kind=step.approval.kind,
                key=approval_key(visit),
                amount=Decimal(str(amount)) if amount is not None else None,
                chain=step.approval.chain,
                reason=str(reason or f"{step.zh} / {step.en}"),
                by=asking,
                now=run.now,
            )
    except DomainError as refusal:
        _note(visit, f"{refusal.told('zh')} / {refusal.told('en')}")


def withdraw(run: Run, visit: Visit) -> None:
    """Take back what was asked for when its case is broken off."""
    waiting = Approval.objects.select_for_update().filter(
        key=approval_key(visit), state=Approval.State.WAITING
    )
    for approval in waiting:
        settle(approval, Approval.State.WITHDRAWN, ticket=run.ticket, by=run.by, now=run.now)


def responsible_for(run: Run) -> Staff | None:
    """Who stands for a case where nobody moves it in person: who moved it last, began it, or has the ticket."""
    last = Visit.objects.filter(case=run.case, left_by__isnull=False).order_by("-pk").first()
    return (last.left_by if last else None) or run.case.started_by or run.ticket.assignee


def _note(visit: Visit, words: str) -> None:
    visit.note = words
    visit.save(update_fields=["note"])
