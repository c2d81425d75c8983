"""The JSON shapes of approvals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from pydantic import Field

from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.chains import read_chain
from zhiyin.procedures.models import Approval, ApprovalSeat
from zhiyin.procedures.queries.approvals import is_for, names_of


class TicketNamed(Shape):
    id: int
    number: str
    subject: str


class SeatShape(Shape):
    """One answer that a stage waits for, or got."""

    stage: int
    asked: dict[str, str | int] = Field(description="who was named: a role, a group or a person")
    people: list[Named] = Field(description="who may answer")
    approved: bool | None
    answered_by: Named | None
    in_place_of: Named | None
    answered_at: datetime | None
    words: str
    way: str = Field(description="desk or link")
    passed_at: datetime | None = Field(description="nobody answered in time; others were asked instead")


class ApprovalShape(Shape):
    id: int
    ticket: TicketNamed
    kind: str
    key: str
    amount: Decimal | None
    currency: str = Field(description="of the amount, ISO 4217")
    reason: str
    state: str = Field(description="waiting, approved, refused, expired or withdrawn")
    stage: int
    stage_count: int
    asked_by: Named
    asked_at: datetime
    due_at: datetime | None
    settled_at: datetime | None
    seats: list[SeatShape]
    is_for_me: bool


def told_approvals(approvals: Sequence[Approval], *, reader: Staff, people: Sequence[int] = ()) -> list[Any]:
    """Approvals as the API tells them; `people` are those in whose place the reader may answer."""
    names = names_of(list(approvals))
    own = {reader.pk, *people}
    return [_told(approval, names, reader, own) for approval in approvals]


def _told(approval: Approval, names: dict[int, str], reader: Staff, own: set[int]) -> dict[str, Any]:
    is_own = approval.asked_by_id == reader.pk
    return {
        "id": approval.pk,
        "ticket": approval.ticket,
        "kind": approval.kind,
        "key": approval.key,
        "amount": approval.amount,
        "currency": approval.currency,
        "reason": approval.reason,
        "state": approval.state,
        "stage": approval.stage,
        "stage_count": len(read_chain(approval.stages)),
        "asked_by": approval.asked_by,
        "asked_at": approval.asked_at,
        "due_at": approval.due_at,
        "settled_at": approval.settled_at,
        "seats": [_seat(seat, names) for seat in approval.seats.all()],
        "is_for_me": not is_own and is_for(approval, own),
    }


def _seat(seat: ApprovalSeat, names: dict[int, str]) -> dict[str, Any]:
    return {
        "stage": seat.stage,
        "asked": seat.asked,
        "people": [{"id": one, "name": names[one]} for one in seat.people if one in names],
        "approved": seat.approved,
        "answered_by": seat.answered_by,
        "in_place_of": seat.in_place_of,
        "answered_at": seat.answered_at,
        "words": seat.words,
        "way": seat.way,
        "passed_at": seat.passed_at,
    }
