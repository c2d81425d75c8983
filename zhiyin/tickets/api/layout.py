"""What tickets can hold: custom statuses, types, fields, forms and templates."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field, StringConstraints

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.categories import CategoryShape
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.statuses import add_status, add_type, change_custom_status, change_type
from zhiyin.tickets.layout_shapes import FieldShape, FormShape, StatusShape, TemplateShape, TypeShape
from zhiyin.tickets.queries import layout

MANAGE = needs("forms.manage")
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Position = Annotated[int, Field(ge=0, le=10_000)]


class LayoutShape(Schema):
    """All lists at once, in the company's order, those out of use too."""

    statuses: list[StatusShape]
    types: list[TypeShape]
    categories: list[CategoryShape]
    fields: list[FieldShape]
    forms: list[FormShape]
    templates: list[TemplateShape]


class NewStatusBody(Schema):
    status: Literal["new", "open", "pending", "on_hold", "solved", "closed"]
    name_zh: Name
    name_en: Name


class StatusBody(Schema):
    """Only what is named changes; the fixed status it is inside stays."""

    name_zh: Name | None = None
    name_en: Name | None = None
    active: bool | None = None
    position: Position | None = None


class NewTypeBody(Schema):
    name_zh: Name
    name_en: Name
    form_id: int | None = None


class TypeBody(StatusBody):
    """Only what is named changes; a form of null is the default one."""

    form_id: int | None = None


@router.get("/tickets/layout", response=LayoutShape, auth=needs("tickets.read"))
def get_layout(request: Signed) -> Any:
    """Statuses, types, categories, fields, forms and templates: what the desk needs to show any ticket."""
    return {
        "statuses": layout.custom_statuses(),
        "types": layout.ticket_types(),
        "categories": layout.category_tree(),
        "fields": layout.custom_fields(),
        "forms": layout.forms(),
        "templates": layout.ticket_templates(),
    }


@router.get("/ticket-statuses", response=list[StatusShape], auth=needs("tickets.read"))
def get_statuses(request: Signed) -> Any:
    """The custom statuses, in their order."""
    return layout.custom_statuses()


@router.post("/ticket-statuses", response={201: StatusShape}, auth=MANAGE)
def post_status(request: Signed, body: NewStatusBody) -> Any:
    """Add a custom status inside a fixed one."""
    return Status(201, add_status(**body.dict(), by=request.auth, now=timezone.now()))


@router.patch("/ticket-statuses/{int:custom_status_id}", response=StatusShape, auth=MANAGE)
def patch_status(request: Signed, custom_status_id: int, body: StatusBody) -> Any:
    """Rename or move a custom status, or take it out of use; tickets that have it keep it."""
    return change_custom_status(
        custom_status_id=custom_status_id, changes=named(body), by=request.auth, now=timezone.now()
    )


@router.get("/ticket-types", response=list[TypeShape], auth=needs("tickets.read"))
def get_types(request: Signed) -> Any:
    """The types of tickets, in their order."""
    return layout.ticket_types()


@router.post("/ticket-types", response={201: TypeShape}, auth=MANAGE)
def post_type(request: Signed, body: NewTypeBody) -> Any:
    """Add a type."""
    return Status(201, add_type(**body.dict(), by=request.auth, now=timezone.now()))


@router.patch("/ticket-types/{int:type_id}", response=TypeShape, auth=MANAGE)
def patch_type(request: Signed, type_id: int, body: TypeBody) -> Any:
    """Rename or move a type, give it a form, or take it out of use; tickets that have it keep it."""
    return change_type(type_id=type_id, changes=named(body, "form_id"), by=request.auth, now=timezone.now())


def named(body: Schema, *nullable: str) -> dict[str, Any]:
    """What the request names; null only where it means none."""
    told = body.dict(exclude_unset=True)
    return {name: value for name, value in told.items() if value is not None or name in nullable}
