"""Approvals: the inbox, the ticket's, answering at the desk and by link, deputies and the rules for chains."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs, public, signed_in
from zhiyin.people.models import Staff
from zhiyin.people.queries.company import company_or_blank
from zhiyin.people.shapes import Named
from zhiyin.platform.http.paging import keyset_page
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.approving import answer_approval, hand_on_approval, withdraw_approval
from zhiyin.procedures.commands.chains import RuleForm, delegate, save_rules, stop_delegating
from zhiyin.procedures.models import Approval
from zhiyin.procedures.queries.approvals import (
    answer_of,
    approval_of_link,
    approval_with_details,
    approvals_answered_by,
    approvals_asked_by,
    approvals_of_ticket,
    approvals_waiting_for,
)
from zhiyin.procedures.queries.approvers import delegations_of, stood_for_by
from zhiyin.procedures.queries.chains import approval_rules
from zhiyin.procedures.shapes_approvals import ApprovalShape, told_approvals
from zhiyin.tickets.queries.page import ticket_for_page


class ApprovalPage(Shape):
    items: list[ApprovalShape]
    next_cursor: str | None


class AnswerBody(Schema):
    approved: bool
    words: str = Field("", max_length=2000)
    stage: int | None = Field(None, description="the stage that was seen; another one is not answered by it")


class ApprovalHandOnBody(Schema):
    to_id: int


class ApprovalByLink(Shape):
    """What somebody sees who opens the link of a mail."""

    company: str
    name: str
    number: str
    kind: str
    amount: Decimal | None
    currency: str
    reason: str
    asked_by: str
    asked_at: datetime
    state: str
    answered: bool | None = Field(description="what this person has answered already")


class LinkAnswerBody(Schema):
    approved: bool
    words: str = Field("", max_length=2000)


class ApprovalRuleShape(Shape):
    kind: str
    above: Decimal
    stages: list[dict[str, Any]]


class ApprovalRuleBody(Schema):
    kind: str = Field(min_length=1, max_length=60, pattern=r"^[a-z][a-z_]*$")
    above: Decimal = Field(Decimal(0), ge=0, max_digits=14, decimal_places=2)
    stages: list[dict[str, Any]] = Field(min_length=1, max_length=10)


class RulesBody(Schema):
    rules: list[ApprovalRuleBody] = Field(max_length=100)


class DelegationShape(Shape):
    id: int
    staff: Named
    to: Named
    from_at: datetime
    until_at: datetime


class DelegationBody(Schema):
    to_id: int
    from_at: AwareDatetime
    until_at: AwareDatetime


@router.get("/approvals", response=ApprovalPage, auth=signed_in)
def get_approvals(
    request: Signed,
    show: Literal["for_me", "asked", "answered"] = "for_me",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """Approvals that wait for oneself, that one asked for, or that one answered."""
    me = request.auth
    if show == "for_me":
        rows, order = approvals_waiting_for(me, at=timezone.now()), ("asked_at", "id")
    else:
        rows = approvals_asked_by(me) if show == "asked" else approvals_answered_by(me)
        order = ("-asked_at", "-id")
    page = keyset_page(rows, order=order, cursor=cursor, limit=limit)
    return {"items": _told(page.items, me), "next_cursor": page.next_cursor}


@router.get("/tickets/{int:ticket_id}/approvals", response=list[ApprovalShape], auth=needs("tickets.read"))
def get_ticket_approvals(request: Signed, ticket_id: int) -> Any:
    """The ticket's approvals, newest first."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    return _told(approvals_of_ticket(ticket), request.auth)


@router.post("/approvals/{int:approval_id}/answers", response=ApprovalShape, auth=signed_in)
def post_answer(request: Signed, approval_id: int, body: AnswerBody) -> Any:
    """Say yes or no; the same answer again changes nothing."""
    by, now = request.auth, timezone.now()
    approval = answer_approval(approval_id=approval_id, way="desk", by=by, now=now, **body.dict())
    return _one(approval, by)


@router.post("/approvals/{int:approval_id}/hand-overs", response=ApprovalShape, auth=signed_in)
def post_hand_over(request: Signed, approval_id: int, body: ApprovalHandOnBody) -> Any:
    """Let a colleague answer instead of oneself."""
    by, now = request.auth, timezone.now()
    return _one(hand_on_approval(approval_id=approval_id, to_id=body.to_id, by=by, now=now), by)


@router.post("/approvals/{int:approval_id}/withdrawal", response=ApprovalShape, auth=signed_in)
def post_withdrawal(request: Signed, approval_id: int) -> Any:
    """Take back what one asked for."""
    by = request.auth
    return _one(withdraw_approval(approval_id=approval_id, by=by, now=timezone.now()), by)


@router.get("/approval-links/{str:token}", response=ApprovalByLink, auth=public)
def get_approval_by_link(request: HttpRequest, token: str) -> Any:
    """What a link from a mail asks; looking decides nothing."""
    return _by_link(token)


@router.post("/approval-links/{str:token}/answers", response=ApprovalByLink, auth=public)
def post_answer_by_link(request: HttpRequest, token: str, body: LinkAnswerBody) -> Any:
    """Answer by the link of a mail, in the name of the person it was sent to."""
    approval, staff, stage = approval_of_link(token=token)
    given: dict[str, Any] = {"approved": body.approved, "words": body.words, "stage": stage}
    answer_approval(approval_id=approval.pk, way="link", by=staff, now=timezone.now(), **given)
    return _by_link(token)


@router.get("/approval-rules", response=list[ApprovalRuleShape], auth=needs("procedures.manage"))
def get_rules(request: Signed) -> Any:
    """Which amounts go through which chain."""
    return approval_rules()


@router.put("/approval-rules", response=list[ApprovalRuleShape], auth=needs("procedures.manage"))
def put_rules(request: Signed, body: RulesBody) -> Any:
    """Replace the rules; approvals that wait keep their chain."""
    rules = [RuleForm(**rule.dict()) for rule in body.rules]
    save_rules(rules=rules, by=request.auth, now=timezone.now())
    return approval_rules()


@router.get("/delegations", response=list[DelegationShape], auth=signed_in)
def get_delegations(request: Signed) -> Any:
    """Who answers in one's place, and in whose place oneself, now and later."""
    return delegations_of(request.auth, at=timezone.now())


@router.post("/delegations", response={201: DelegationShape}, auth=signed_in)
def post_delegation(request: Signed, body: DelegationBody) -> Any:
    """Let a colleague answer approvals in one's place for a time."""
    return Status(201, delegate(by=request.auth, now=timezone.now(), **body.dict()))


@router.delete("/delegations/{int:delegation_id}", response={204: None}, auth=signed_in)
def delete_delegation(request: Signed, delegation_id: int) -> Any:
    """End a delegation of one's own."""
    stop_delegating(delegation_id=delegation_id, by=request.auth, now=timezone.now())
    return Status(204, None)


def _told(approvals: list[Approval], reader: Staff) -> Any:
    return told_approvals(approvals, reader=reader, people=stood_for_by(reader, at=timezone.now()))


def _one(approval: Approval, reader: Staff) -> Any:
    return _told([approval_with_details(approval.pk)], reader)[0]


def _by_link(token: str) -> dict[str, Any]:
    approval, staff, stage = approval_of_link(token=token)
    return {
        "company": company_or_blank().name,
        "name": staff.name,
        "number": approval.ticket.number,
        "kind": approval.kind,
        "amount": approval.amount,
        "currency": approval.currency,
        "reason": approval.reason,
        "asked_by": approval.asked_by.name,
        "asked_at": approval.asked_at,
        "state": approval.state,
        "answered": answer_of(approval, staff, stage=stage),
    }
