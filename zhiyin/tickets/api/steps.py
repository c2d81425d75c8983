"""Checklists and their templates."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.people.shapes import Named
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.checking import (
    MOST_ITEMS,
    Step,
    add_steps,
    attach_template,
    change_step,
    order_steps,
    remove_step,
    save_template,
    tick_step,
)
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.steps import checklist_templates, steps_of

LONGEST_STEP = 500


class StepShape(Schema):
    id: int
    text: str
    assignee: Named | None
    due_at: datetime | None
    done_at: datetime | None
    done_by: Named | None


class StepBody(Schema):
    text: str = Field(min_length=1, max_length=LONGEST_STEP, pattern=r"\S")
    assignee_id: int | None = None
    due_at: AwareDatetime | None = None


class StepChange(Schema):
    """Only what is named changes."""

    text: str | None = Field(None, min_length=1, max_length=LONGEST_STEP, pattern=r"\S")
    assignee_id: int | None = None
    due_at: AwareDatetime | None = None
    done: bool | None = None


class OrderBody(Schema):
    item_ids: list[int] = Field(max_length=MOST_ITEMS)


class ChecklistTemplateShape(Schema):
    id: int
    name: str
    steps: list[str]
    active: bool


class ChecklistTemplateBody(Schema):
    name: str = Field(min_length=1, max_length=100, pattern=r"\S")
    steps: list[str] = Field(min_length=1, max_length=50)
    active: bool = True


class AttachBody(Schema):
    template_id: int


@router.get("/tickets/{int:ticket_id}/steps", response=list[StepShape], auth=needs("tickets.read"))
def get_steps(request: Signed, ticket_id: int) -> Any:
    """The ticket's checklist."""
    return _steps(ticket_id, request.auth)


@router.post("/tickets/{int:ticket_id}/steps", response=list[StepShape], auth=needs("tickets.reply"))
def post_step(request: Signed, ticket_id: int, body: StepBody) -> Any:
    """Add a step."""
    add_steps(ticket_id=ticket_id, steps=[Step(**body.dict())], by=request.auth, now=timezone.now())
    return _steps(ticket_id, request.auth)


@router.post(
    "/tickets/{int:ticket_id}/steps/templates", response=list[StepShape], auth=needs("tickets.reply")
)
def post_template_steps(request: Signed, ticket_id: int, body: AttachBody) -> Any:
    """Put a template's steps on the ticket."""
    attach_template(ticket_id=ticket_id, template_id=body.template_id, by=request.auth, now=timezone.now())
    return _steps(ticket_id, request.auth)


@router.put("/tickets/{int:ticket_id}/steps/order", response=list[StepShape], auth=needs("tickets.reply"))
def put_order(request: Signed, ticket_id: int, body: OrderBody) -> Any:
    """Put the steps in another order."""
    order_steps(ticket_id=ticket_id, item_ids=body.item_ids, by=request.auth, now=timezone.now())
    return _steps(ticket_id, request.auth)


@router.patch(
    "/tickets/{int:ticket_id}/steps/{int:item_id}", response=list[StepShape], auth=needs("tickets.reply")
)
def patch_step(request: Signed, ticket_id: int, item_id: int, body: StepChange) -> Any:
    """Tick a step, or change its text, assignee or due moment."""
    named = body.dict(exclude_unset=True)
    done = named.pop("done", None)
    if named.get("text", "") is None:
        del named["text"]
    now = timezone.now()
    if named:
        change_step(ticket_id=ticket_id, item_id=item_id, changes=named, by=request.auth, now=now)
    if done is not None:
        tick_step(ticket_id=ticket_id, item_id=item_id, done=done, by=request.auth, now=now)
    return _steps(ticket_id, request.auth)


@router.delete(
    "/tickets/{int:ticket_id}/steps/{int:item_id}", response=list[StepShape], auth=needs("tickets.reply")
)
def delete_step(request: Signed, ticket_id: int, item_id: int) -> Any:
    """Take a step away."""
    remove_step(ticket_id=ticket_id, item_id=item_id, by=request.auth, now=timezone.now())
    return _steps(ticket_id, request.auth)


@router.get("/checklist-templates", response=list[ChecklistTemplateShape], auth=needs("tickets.read"))
def get_templates(request: Signed) -> Any:
    """Checklists that can be put on tickets."""
    return checklist_templates()


@router.post("/checklist-templates", response={201: ChecklistTemplateShape}, auth=needs("categories.manage"))
def post_template(request: Signed, body: ChecklistTemplateBody) -> Any:
    """Add a checklist template."""
    return Status(201, save_template(template_id=None, by=request.auth, **body.dict()))


@router.put(
    "/checklist-templates/{int:checklist_id}",
    response=ChecklistTemplateShape,
    auth=needs("categories.manage"),
)
def put_template(request: Signed, checklist_id: int, body: ChecklistTemplateBody) -> Any:
    """Change a checklist template; tickets keep the steps they have."""
    return save_template(template_id=checklist_id, by=request.auth, **body.dict())


def _steps(ticket_id: int, by: Staff) -> Any:
    return steps_of(ticket_for_page(ticket_id=ticket_id, by=by))
