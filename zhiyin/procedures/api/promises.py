"""Promises, call-backs and updates: the lists, the ticket's, and how they are watched."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.platform.http.paging import keyset_page
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.calling_back import note_attempt
from zhiyin.procedures.commands.policies import change_promise_policy, change_rhythm_policy
from zhiyin.procedures.commands.promising import (
    hand_over_promise,
    keep_promise,
    make_promise,
    replan_promise,
    withdraw_promise,
)
from zhiyin.procedures.commands.updating import set_rhythm
from zhiyin.procedures.models import Promise
from zhiyin.procedures.queries.policies import promise_policy, rhythm_policy
from zhiyin.procedures.queries.promises import (
    open_promises,
    promise_with_details,
    promises_of_ticket,
    rhythm_of,
)
from zhiyin.procedures.shapes_approvals import TicketNamed
from zhiyin.tickets.queries.page import ticket_for_page

MONTH = 60 * 24 * 30


class AttemptShape(Shape):
    outcome: str
    words: str
    by: Named
    at: datetime


class MoveShape(Shape):
    from_at: datetime
    to_at: datetime
    reason: str
    by: Named | None
    at: datetime


class PromiseShape(Schema):
    id: int
    ticket: TicketNamed
    kind: str = Field(description="promise, call_back or update")
    text: str
    owner: Named | None = Field(description="who keeps it; of an update whoever has the ticket")
    made_by: Named | None
    made_at: datetime
    due_at: datetime
    first_due_at: datetime
    state: str = Field(description="open, kept, unreached or withdrawn")
    missed_at: datetime | None
    level: int = Field(description="how far up it has gone since it was missed: 1 leads, 2 managers")
    outcome: str
    settled_by: Named | None
    settled_at: datetime | None
    attempts: list[AttemptShape]
    moves: list[MoveShape]

    @staticmethod
    def resolve_owner(promise: Promise) -> Any:
        return promise.owner or (promise.ticket.assignee if promise.kind == Promise.Kind.UPDATE else None)


class PromisePage(Schema):
    items: list[PromiseShape]
    next_cursor: str | None


class RhythmShape(Shape):
    every_minutes: int
    by: Named | None = Field(description="who chose it; nobody when the priority brought it")


class TicketPromises(Schema):
    promises: list[PromiseShape]
    rhythm: RhythmShape | None


class PromiseBody(Schema):
    kind: Literal["promise", "call_back"] = "promise"
    text: str = Field("", max_length=2000)
    due_at: AwareDatetime
    owner_id: int | None = None


class KeepBody(Schema):
    outcome: str = Field("", max_length=2000)


class MoveBody(Schema):
    due_at: AwareDatetime
    reason: str = Field("", max_length=2000)


class PromiseHandOverBody(Schema):
    to_id: int


class WithdrawBody(Schema):
    reason: str = Field("", max_length=2000)


class AttemptBody(Schema):
    outcome: Literal["reached", "no_answer", "busy", "wrong_number", "asked_later"]
    words: str = Field("", max_length=2000)
    next_at: AwareDatetime | None = None


class RhythmBody(Schema):
    minutes: int = Field(ge=0, le=MONTH, description="0 ends it")


class PromisePolicyShape(Shape):
    warn_minutes: int
    lead_minutes: int
    manager_minutes: int
    most_attempts: int
    gap_minutes: int


class PromisePolicyBody(Schema):
    warn_minutes: int = Field(ge=0, le=MONTH)
    lead_minutes: int = Field(ge=0, le=MONTH)
    manager_minutes: int = Field(ge=0, le=MONTH)
    most_attempts: int = Field(ge=1, le=20)
    gap_minutes: int = Field(ge=1, le=MONTH)


class RhythmPolicyShape(Shape):
    by_priority: dict[str, int]
    draft_minutes: int
    draft_zh: str
    draft_en: str


class RhythmPolicyBody(Schema):
    by_priority: dict[str, int] = Field(default_factory=dict)
    draft_minutes: int = Field(60, ge=0, le=MONTH)
    draft_zh: str = Field("", max_length=5000)
    draft_en: str = Field("", max_length=5000)


@router.get("/promises", response=PromisePage, auth=needs("tickets.read"))
def get_promises(
    request: Signed,
    whose: Literal["mine", "all"] = "mine",
    kind: Literal["", "promise", "call_back", "update"] = "",
    missed: bool = False,
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """Open promises on tickets one may see, the next due first."""
    rows = open_promises(by=request.auth, whose=whose, kind=kind, missed=missed, at=timezone.now())
    return keyset_page(rows, order=("due_at", "id"), cursor=cursor, limit=limit)


@router.get("/tickets/{int:ticket_id}/promises", response=TicketPromises, auth=needs("tickets.read"))
def get_ticket_promises(request: Signed, ticket_id: int) -> Any:
    """What the ticket's customer was promised, and how often they hear from us."""
    ticket = ticket_for_page(ticket_id=ticket_id, by=request.auth)
    return {"promises": promises_of_ticket(ticket), "rhythm": rhythm_of(ticket)}


@router.post("/tickets/{int:ticket_id}/promises", response={201: PromiseShape}, auth=needs("tickets.reply"))
def post_promise(request: Signed, ticket_id: int, body: PromiseBody) -> Any:
    """Note what the customer was promised, or that they are to be called back."""
    promise = make_promise(ticket_id=ticket_id, by=request.auth, now=timezone.now(), **body.dict())
    return Status(201, promise_with_details(promise.pk))


@router.put("/tickets/{int:ticket_id}/rhythm", response=TicketPromises, auth=needs("tickets.reply"))
def put_rhythm(request: Signed, ticket_id: int, body: RhythmBody) -> Any:
    """Let the customer hear from us at least this often; 0 ends it."""
    set_rhythm(ticket_id=ticket_id, minutes=body.minutes, by=request.auth, now=timezone.now())
    return get_ticket_promises(request, ticket_id)


@router.post("/promises/{int:promise_id}/fulfilment", response=PromiseShape, auth=needs("tickets.reply"))
def post_kept(request: Signed, promise_id: int, body: KeepBody) -> Any:
    """What was promised is done."""
    keep_promise(promise_id=promise_id, outcome=body.outcome, by=request.auth, now=timezone.now())
    return promise_with_details(promise_id)


@router.post("/promises/{int:promise_id}/moves", response=PromiseShape, auth=needs("tickets.reply"))
def post_move(request: Signed, promise_id: int, body: MoveBody) -> Any:
    """Promise it for another moment."""
    replan_promise(promise_id=promise_id, by=request.auth, now=timezone.now(), **body.dict())
    return promise_with_details(promise_id)


@router.post("/promises/{int:promise_id}/hand-overs", response=PromiseShape, auth=needs("tickets.reply"))
def post_promise_hand_over(request: Signed, promise_id: int, body: PromiseHandOverBody) -> Any:
    """Let a colleague keep it."""
    hand_over_promise(promise_id=promise_id, to_id=body.to_id, by=request.auth, now=timezone.now())
    return promise_with_details(promise_id)


@router.post("/promises/{int:promise_id}/attempts", response=PromiseShape, auth=needs("tickets.reply"))
def post_attempt(request: Signed, promise_id: int, body: AttemptBody) -> Any:
    """Note that the customer was called, and what came of it."""
    note_attempt(promise_id=promise_id, by=request.auth, now=timezone.now(), **body.dict())
    return promise_with_details(promise_id)


@router.post("/promises/{int:promise_id}/withdrawal", response=PromiseShape, auth=needs("tickets.reply"))
def post_promise_withdrawal(request: Signed, promise_id: int, body: WithdrawBody) -> Any:
    """Take a promise back."""
    withdraw_promise(promise_id=promise_id, reason=body.reason, by=request.auth, now=timezone.now())
    return promise_with_details(promise_id)


@router.get("/promise-policy", response=PromisePolicyShape, auth=needs("procedures.manage"))
def get_promise_policy(request: Signed) -> Any:
    """How promises are watched."""
    return promise_policy()


@router.put("/promise-policy", response=PromisePolicyShape, auth=needs("procedures.manage"))
def put_promise_policy(request: Signed, body: PromisePolicyBody) -> Any:
    """Change how promises are watched."""
    return change_promise_policy(values=body.dict(), by=request.auth, now=timezone.now())


@router.get("/rhythm-policy", response=RhythmPolicyShape, auth=needs("procedures.manage"))
def get_rhythm_policy(request: Signed) -> Any:
    """Which tickets get a rhythm by themselves, and what is proposed when an update is near."""
    return rhythm_policy()


@router.put("/rhythm-policy", response=RhythmPolicyShape, auth=needs("procedures.manage"))
def put_rhythm_policy(request: Signed, body: RhythmPolicyBody) -> Any:
    """Change which tickets get a rhythm by themselves."""
    return change_rhythm_policy(values=body.dict(), by=request.auth, now=timezone.now())
