"""Approvals as they are read: those that wait for somebody, those of a ticket, one by its link."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.utils import timezone

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.approval_links import read_token
from zhiyin.procedures.models import Approval, ApprovalSeat
from zhiyin.procedures.queries.approvers import stood_for_by
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.aliases import family_of


class ApprovalLinkGone(DomainError):
    code = "procedures.approval_link_gone"
    status = 410
    messages = {
        "zh": "这个链接已失效：审批已有结果、已轮到他人，或已过期。请登录工作台查看。",
        "en": "This link has ended: it was decided, went on to somebody else, or is too old. Sign in at the desk to see.",
    }


def approvals_waiting_for(staff: Staff, *, at: datetime) -> QuerySet[Approval]:
    """Those this person may answer now, in their own name or in somebody's place, longest waiting first."""
    people = [staff.pk, *stood_for_by(staff, at=at)]
    open_seats = ApprovalSeat.objects.filter(
        approval=OuterRef("pk"),
        stage=OuterRef("stage"),
        approved=None,
        passed_at=None,
        people__overlap=people,
    )
    waiting = Approval.objects.waiting().filter(Exists(open_seats)).exclude(asked_by=staff)
    return _with_details(waiting).order_by("asked_at", "pk")


def approvals_asked_by(staff: Staff) -> QuerySet[Approval]:
    """What this person asked for, newest first."""
    return _with_details(Approval.objects.filter(asked_by=staff)).order_by("-asked_at", "-pk")


def approvals_answered_by(staff: Staff) -> QuerySet[Approval]:
    """What this person answered, newest first."""
    answered = ApprovalSeat.objects.filter(answered_by=staff).values("approval_id")
    return _with_details(Approval.objects.filter(pk__in=answered)).order_by("-asked_at", "-pk")


def approvals_of_ticket(ticket: Ticket) -> list[Approval]:
    """All of the ticket's, newest first."""
    return list(
        _with_details(Approval.objects.filter(ticket__in=family_of(ticket.pk))).order_by("-asked_at", "-pk")
    )


def approval_with_details(approval_id: int) -> Approval:
    """One, as it is told to somebody who has just acted on it."""
    return _with_details(Approval.objects.all()).get(pk=approval_id)


def approval_of_link(*, token: str) -> tuple[Approval, Staff, int]:
    """What a link from a mail asks, whom, and in which stage.

    Raises ApprovalLinkGone when that person neither can answer there now nor has done so.
    """
    told = read_token(token)
    if told is None:
        raise ApprovalLinkGone
    staff = Staff.objects.active().filter(pk=told.staff_id).first()
    approval = _with_details(Approval.objects.filter(pk=told.approval_id)).first()
    if staff is None or approval is None:
        raise ApprovalLinkGone
    is_open = approval.stage == told.stage and may_answer_now(approval, staff)
    if not is_open and answer_of(approval, staff, stage=told.stage) is None:
        raise ApprovalLinkGone
    return approval, staff, told.stage


def answer_of(approval: Approval, staff: Staff, *, stage: int) -> bool | None:
    """What this person said in a stage; None when nothing yet."""
    for seat in approval.seats.all():
        if seat.stage == stage and seat.answered_by_id == staff.pk:
            return seat.approved
    return None


def may_answer_now(approval: Approval, staff: Staff) -> bool:
    """Whether the approval waits for this person."""
    return approvals_waiting_for(staff, at=timezone.now()).filter(pk=approval.pk).exists()


def is_for(approval: Approval, people: set[int]) -> bool:
    """Whether one of these people may answer the approval, as read with its seats."""
    return approval.state == Approval.State.WAITING and any(
        seat.stage == approval.stage and seat.is_open and people.intersection(seat.people)
        for seat in approval.seats.all()
    )


def names_of(approvals: list[Approval]) -> dict[int, str]:
    """The names of everybody asked, by id; one query."""
    asked = {one for approval in approvals for seat in approval.seats.all() for one in seat.people}
    return dict(Staff.objects.filter(pk__in=asked).values_list("pk", "name"))


def _with_details(approvals: QuerySet[Approval]) -> QuerySet[Approval]:
    seats = ApprovalSeat.objects.select_related("answered_by", "in_place_of").order_by("stage", "pk")
    found = approvals.select_related("ticket", "asked_by")
    return found.prefetch_related(Prefetch("seats", seats))
