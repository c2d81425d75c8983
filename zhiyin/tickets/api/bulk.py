"""Changing many tickets at once: preview, do, look, undo."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.errors import language_of
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.bulk_changing import (
    MOST_AT_ONCE,
    BulkOrder,
    start_bulk_change,
    undo_bulk_change,
)
from zhiyin.tickets.models import BulkChange
from zhiyin.tickets.queries.bulk import outcomes_of, preview_of, recent_changes, troubles_of
from zhiyin.tickets.shapes_macros import NO_ACTIONS, Actions


class PreviewOfBulk(Schema):
    ticket_ids: list[int] = Field(max_length=MOST_AT_ONCE)
    macro_id: int | None = None


class BulkBody(Schema):
    """What is done to which tickets: actions, a macro (its text is sent), or marking as spam."""

    ticket_ids: list[int] = Field(min_length=1, max_length=MOST_AT_ONCE)
    actions: Actions = NO_ACTIONS
    macro_id: int | None = None
    text: str = Field("", max_length=20_000, description="sent to each customer, where no macro is named")
    is_spam: bool = False
    idempotency_key: str = Field(min_length=8, max_length=100)


class BulkPreviewShape(Schema):
    total: int
    reachable: int
    messages: int


class BulkTrouble(Schema):
    """A ticket that was refused, with the reason, or whose `kept` could not be brought back."""

    ticket_id: int
    number: str
    state: str
    code: str
    reason: str
    kept: list[str]


class BulkShape(Schema):
    id: int
    state: str
    total: int
    outcomes: dict[str, int]
    created_at: datetime
    undo_until: datetime
    troubles: list[BulkTrouble]


@router.post("/bulk-changes/previews", response=BulkPreviewShape, auth=needs("tickets.edit"))
def post_bulk_preview(request: Signed, body: PreviewOfBulk) -> Any:
    """How many tickets a bulk change would reach, and how many customers it would write to."""
    return preview_of(ticket_ids=body.ticket_ids, macro_id=body.macro_id, by=request.auth)


@router.post("/bulk-changes", response={201: BulkShape}, auth=needs("tickets.edit"))
def post_bulk_change(request: Signed, body: BulkBody) -> Any:
    """Change many tickets; the same idempotency key does it once. Beyond 50 it goes on after the answer."""
    change = start_bulk_change(
        order=BulkOrder(
            ticket_ids=body.ticket_ids,
            actions=body.actions.named(),
            macro_id=body.macro_id,
            text=body.text,
            is_spam=body.is_spam,
        ),
        idempotency_key=body.idempotency_key,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, _told(change, request))


@router.get("/bulk-changes", response=list[BulkShape], auth=needs("tickets.edit"))
def get_bulk_changes(request: Signed) -> Any:
    """Your bulk changes that can still be undone, the latest first."""
    changes = recent_changes(by=request.auth, now=timezone.now())
    outcomes = outcomes_of(changes)
    return [_shape(change, outcomes.get(change.pk, {}), []) for change in changes]


@router.get("/bulk-changes/{int:change_id}", response=BulkShape, auth=needs("tickets.edit"))
def get_bulk_change(request: Signed, change_id: int) -> Any:
    """How far one of your bulk changes is, with what was refused."""
    return _told(BulkChange.objects.get(pk=change_id, staff=request.auth), request)


@router.post("/bulk-changes/{int:change_id}/undo", response=BulkShape, auth=needs("tickets.edit"))
def post_bulk_undo(request: Signed, change_id: int) -> Any:
    """Bring back what was before, of what nobody changed since; within 15 minutes."""
    change = undo_bulk_change(change_id=change_id, by=request.auth, now=timezone.now())
    return _told(change, request)


def _told(change: BulkChange, request: Signed) -> BulkShape:
    language = language_of(request)
    troubles = [
        BulkTrouble(
            ticket_id=item.ticket_id,
            number=item.ticket.number,
            state=item.state,
            code=item.code,
            reason=item.reason_zh if language == "zh" else item.reason_en,
            kept=item.kept,
        )
        for item in troubles_of(change)
    ]
    return _shape(change, outcomes_of([change]).get(change.pk, {}), troubles)


def _shape(change: BulkChange, outcomes: dict[str, int], troubles: list[BulkTrouble]) -> BulkShape:
    return BulkShape(
        id=change.pk,
        state=change.state,
        total=change.total,
        outcomes=outcomes,
        created_at=change.created_at,
        undo_until=change.undo_until,
        troubles=troubles,
    )
