"""Asking for a yes, answering, and what follows; a chain is followed stage by stage, each answer counted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.chains import BadChain, outcome_of, read_chain
from zhiyin.procedures.commands.approval_stages import audit, hold_clocks, open_stage, settle
from zhiyin.procedures.events_approvals import ApprovalAnswered, ApprovalAsked, ApprovalWaits
from zhiyin.procedures.models import Approval, ApprovalSeat
from zhiyin.procedures.queries.approvers import deputies_of
from zhiyin.procedures.queries.chains import chain_for
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import lock_root

LONGEST_WORDS = 2000
APPROVED = {True: Approval.State.APPROVED, False: Approval.State.REFUSED}


class ChainDoesNotHold(DomainError):
    code = "procedures.chain_does_not_hold"
    status = 422
    messages = {
        "zh": "审批链有误（{place}）：{reason}。请在设置中修正。",
        "en": "The approval chain is wrong at {place}: {reason}. Mend it in the settings.",
    }


class NobodyToApprove(DomainError):
    code = "procedures.nobody_to_approve"
    status = 409
    messages = {
        "zh": "没有可以审批的人：请在设置中为这类审批指定角色、小组或同事。",
        "en": "There is nobody who could approve: name a role, a group or a colleague for it in the settings.",
    }


class NotYoursToApprove(DomainError):
    code = "procedures.not_yours_to_approve"
    status = 403
    messages = {
        "zh": "这次审批目前不由你决定：可能已轮到下一环节，或你就是申请人。",
        "en": "This is not yours to decide now: it went on to others, or you asked for it yourself.",
    }


class AlreadyDecided(DomainError):
    code = "procedures.already_decided"
    status = 409
    messages = {
        "zh": "这次审批已有结果（{state}），不会重复生效。",
        "en": "This is decided already ({state}) and does not take effect twice.",
    }


class ApprovalPaused(DomainError):
    code = "procedures.approval_paused"
    status = 409
    messages = {
        "zh": "这次审批已暂停：工单被标为垃圾信息或已并入其他工单。撤销后会继续。",
        "en": "This approval is paused: its ticket was marked as spam or merged. It goes on when that is undone.",
    }


@transaction.atomic
def ask_approval(
    *,
    ticket_id: int,
    kind: str,
    key: str,
    amount: Decimal | None,
    chain: Sequence[Mapping[str, Any]] | None,
    reason: str,
    by: Staff,
    now: datetime,
) -> Approval:
    """Ask for a yes; without a chain of its own by the rules for the kind and amount. The ticket's clocks stand still.

    The same kind and key is the same approval, however it stands. Raises ChainDoesNotHold, NobodyToApprove.
    """
    ticket = lock_root(ticket_id)
    if (asked := Approval.objects.filter(kind=kind, key=key).first()) is not None:
        return asked
    try:
        stages = chain_for(kind=kind, amount=amount) if chain is None else read_chain(chain)
    except BadChain as wrong:
        raise ChainDoesNotHold(place=wrong.place, reason=wrong.reason) from wrong
    approval = Approval.objects.create(
        ticket=ticket,
        kind=kind,
        key=key,
        amount=amount,
        currency=company_or_blank().currency,
        reason=reason.strip()[:LONGEST_WORDS],
        stages=[stage.told() for stage in stages],
        asked_by=by,
        asked_at=now,
    )
    told: dict[str, Any] = {
        "approval_id": approval.pk,
        "ticket_id": ticket.pk,
        "kind": kind,
        "key": key,
        "by_id": by.pk,
    }
    emit(ApprovalAsked(**told, at=now))
    if not open_stage(approval, ticket=ticket, now=now):
        raise NobodyToApprove
    hold_clocks(ticket, now=now)
    audit("procedures.approval_asked", approval, by=by.pk, now=now, amount=amount, kind=kind)
    return approval


@transaction.atomic
def answer_approval(
    *,
    approval_id: int,
    approved: bool,
    words: str,
    way: str,
    by: Staff,
    now: datetime,
    stage: int | None = None,
) -> Approval:
    """Say yes or no, in the stage that was seen. The same answer given again changes nothing.

    Raises Approval.DoesNotExist, AlreadyDecided, NotYoursToApprove.
    """
    approval, ticket = _lock(Approval.objects.visible_to(by), approval_id)
    seats = _seats_for(approval, by=by, now=now) if stage in (None, approval.stage) else []
    if not seats:
        _refuse_unless_given(approval, approved, stage=stage, by=by)
        return approval
    for seat, instead_of in seats:
        seat.answer(
            approved, by=by, instead_of=instead_of, way=way, words=words.strip()[:LONGEST_WORDS], at=now
        )
        seat.save()
        told: dict[str, Any] = {"approval_id": approval.pk, "ticket_id": ticket.pk, "seat_id": seat.pk}
        emit(ApprovalAnswered(**told, approved=approved, by_id=by.pk, at=now))
    _go_on(approval, ticket=ticket, by=by, now=now)
    audit("procedures.approval_answered", approval, by=by.pk, now=now, approved=approved, way=way)
    return approval


@transaction.atomic
def hand_on_approval(*, approval_id: int, to_id: int, by: Staff, now: datetime) -> Approval:
    """Let a colleague answer instead of oneself. Raises AlreadyDecided, NotYoursToApprove, Staff.DoesNotExist."""
    approval, ticket = _lock(Approval.objects.visible_to(by), approval_id)
    _refuse_unless_waiting(approval)
    to = Staff.objects.visible_to(by).active().exclude(pk=approval.asked_by_id).get(pk=to_id)
    seats = _seats_for(approval, by=by, now=now)
    if not seats:
        raise NotYoursToApprove
    for seat, instead_of in seats:
        left = {instead_of or by.pk, to.pk}
        seat.people = sorted({*(one for one in seat.people if one not in left), to.pk})
        seat.save(update_fields=["people"])
    told: dict[str, Any] = {"approval_id": approval.pk, "ticket_id": ticket.pk, "stage": approval.stage}
    emit(ApprovalWaits(**told, people=[to.pk], by_id=by.pk, at=now))
    audit("procedures.approval_handed_on", approval, by=by.pk, now=now, to=to.pk)
    return approval


@transaction.atomic
def withdraw_approval(*, approval_id: int, by: Staff, now: datetime) -> Approval:
    """Take back what one asked for. Raises Approval.DoesNotExist for anybody else's, AlreadyDecided."""
    approval, ticket = _lock(Approval.objects.visible_to(by), approval_id)
    if approval.asked_by_id != by.pk:
        raise Approval.DoesNotExist
    if approval.state == Approval.State.WITHDRAWN:
        return approval
    if approval.state != Approval.State.PAUSED:
        _refuse_unless_waiting(approval)
    settle(approval, Approval.State.WITHDRAWN, ticket=ticket, by=by, now=now)
    audit("procedures.approval_withdrawn", approval, by=by.pk, now=now)
    return approval


@transaction.atomic
def pass_over(*, approval_id: int, stage: int, now: datetime) -> None:
    """Nobody answered a stage in time: ask whom it names then, or else take it as a no. Nothing when it went on."""
    approval, ticket = _lock(Approval.objects.all(), approval_id)
    if approval.state != Approval.State.WAITING or approval.stage != stage:
        return
    if approval.due_at is None or now < approval.due_at:
        return
    present = read_chain(approval.stages)[stage]
    seats = list(approval.seats.filter(stage=stage))
    late = [seat for seat in seats if seat.is_open]
    if present.then is None or any(seat.passed_at for seat in seats):
        settle(approval, Approval.State.EXPIRED, ticket=ticket, by=None, now=now)
        return
    for seat in late:
        seat.passed_at = now
        seat.save(update_fields=["passed_at"])
    open_stage(approval, ticket=ticket, now=now, instead=present.then)


def _lock(approvals: QuerySet[Approval], approval_id: int) -> tuple[Approval, Ticket]:
    """The approval and its ticket, both locked, the ticket first. Raises Approval.DoesNotExist."""
    ticket = lock_root(approvals.values_list("ticket_id", flat=True).get(pk=approval_id))
    return Approval.objects.select_for_update().get(pk=approval_id), ticket


def _go_on(approval: Approval, *, ticket: Ticket, by: Staff, now: datetime) -> None:
    stages = read_chain(approval.stages)
    answers = approval.seats.filter(stage=approval.stage, passed_at=None).values_list("approved", flat=True)
    outcome = outcome_of(stages[approval.stage].needs, list(answers))
    if outcome is None:
        return
    if outcome and approval.stage + 1 < len(stages):
        approval.stage += 1
        if not open_stage(approval, ticket=ticket, now=now):
            settle(approval, Approval.State.EXPIRED, ticket=ticket, by=None, now=now)
        return
    settle(approval, APPROVED[outcome], ticket=ticket, by=by, now=now)


def _refuse_unless_given(approval: Approval, approved: bool, *, stage: int | None, by: Staff) -> None:
    """Somebody who may not answer now has either said so before, or is refused."""
    given = approval.seats.filter(answered_by=by, approved=approved)
    if (given if stage is None else given.filter(stage=stage)).exists():
        return
    _refuse_unless_waiting(approval)
    raise NotYoursToApprove


def _refuse_unless_waiting(approval: Approval) -> None:
    if approval.state == Approval.State.PAUSED:
        raise ApprovalPaused
    if approval.state != Approval.State.WAITING:
        raise AlreadyDecided(state=approval.state)


def _seats_for(approval: Approval, *, by: Staff, now: datetime) -> list[tuple[ApprovalSeat, int | None]]:
    """The open seats of the present stage this person may answer, and in whose place; never of one's own request."""
    if approval.state != Approval.State.WAITING or by.pk == approval.asked_by_id or not by.is_active:
        return []
    found: list[tuple[ApprovalSeat, int | None]] = []
    for seat in approval.seats.filter(stage=approval.stage, approved=None, passed_at=None):
        if by.pk in seat.people:
            found.append((seat, None))
        elif (instead_of := deputies_of(seat.people, at=now).get(by.pk)) is not None:
            found.append((seat, instead_of))
    return found
