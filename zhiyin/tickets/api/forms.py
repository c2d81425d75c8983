"""Custom fields, forms and ticket templates."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.layout import MANAGE, Name, Position, named
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.forming import (
    FormLine,
    FormPlan,
    NewField,
    add_field,
    add_form,
    change_field,
    change_form,
    delete_form,
)
from zhiyin.tickets.commands.templating import add_template, change_template, delete_template
from zhiyin.tickets.layout_shapes import FieldShape, FormLineShape, FormShape, TemplateShape
from zhiyin.tickets.queries import layout
from zhiyin.tickets.shapes_macros import LONGEST_TEXT, FieldValues

Help = Annotated[str, Field(max_length=500)]
Kind = Literal[
    "text", "long_text", "number", "date", "choice", "choices", "cascade", "person", "customer", "file", "checkbox"
]  # fmt: skip

TakenFrom = Literal["", "order", "phone", "address", "email", "amount", "date", "options"]


class NewFieldBody(Schema):
    key: str = Field(pattern=r"^[a-z][a-z0-9_]{0,49}$", description="its name for programs; never changes")
    kind: Kind
    name_zh: Name
    name_en: Name
    help_zh: Help = ""
    help_en: Help = ""
    rules: dict[str, Any] = {}
    is_personal: bool | None = Field(
        None, description="goes when tickets are anonymised; null: as fits its kind"
    )
    taken_from: TakenFrom | None = Field(
        None,
        description="what of a conversation is proposed for it, '' nothing; null: as its kind and key say",
    )


class FieldBody(Schema):
    """Only what is named changes."""

    name_zh: Name | None = None
    name_en: Name | None = None
    help_zh: Help | None = None
    help_en: Help | None = None
    rules: dict[str, Any] | None = None
    active: bool | None = None
    is_personal: bool | None = None
    taken_from: TakenFrom | None = None
    position: Position | None = None


class FormBody(Schema):
    """The whole form: what it does not name it does not have."""

    name_zh: Name
    name_en: Name
    active: bool = True
    is_default: bool = False
    lines: list[FormLineShape] = Field([], max_length=100)

    def plan(self) -> FormPlan:
        lines = [FormLine(**line.dict()) for line in self.lines]
        return FormPlan(**{**self.dict(), "lines": lines})


class TemplateBody(Schema):
    """Only what is named changes."""

    name: Name | None = None
    subject: str | None = Field(None, max_length=1000)
    text: str | None = Field(None, max_length=LONGEST_TEXT)
    type_id: int | None = None
    category_id: int | None = None
    group_id: int | None = None
    priority: int | None = Field(None, ge=1, le=4)
    tags: list[str] | None = Field(None, max_length=50)
    fields: FieldValues | None = None
    active: bool | None = None
    position: Position | None = None


class NewTemplateBody(TemplateBody):
    name: Name


@router.get("/ticket-fields", response=list[FieldShape], auth=needs("tickets.read"))
def get_fields(request: Signed) -> Any:
    """The custom fields, in their order."""
    return layout.custom_fields()


@router.post("/ticket-fields", response={201: FieldShape}, auth=MANAGE)
def post_field(request: Signed, body: NewFieldBody) -> Any:
    """Add a field; it is shown once a form has it."""
    return Status(201, add_field(new=NewField(**body.dict()), by=request.auth, now=timezone.now()))


@router.patch("/ticket-fields/{int:field_id}", response=FieldShape, auth=MANAGE)
def patch_field(request: Signed, field_id: int, body: FieldBody) -> Any:
    """Change a field's words and rules, move it, or take it out of use; values on tickets stay."""
    return change_field(field_id=field_id, changes=named(body), by=request.auth, now=timezone.now())


@router.get("/ticket-forms", response=list[FormShape], auth=needs("tickets.read"))
def get_forms(request: Signed) -> Any:
    """The forms with their fields and conditions, the default one first."""
    return layout.forms()


@router.post("/ticket-forms", response={201: FormShape}, auth=MANAGE)
def post_form(request: Signed, body: FormBody) -> Any:
    """Add a form."""
    form = add_form(plan=body.plan(), by=request.auth, now=timezone.now())
    return Status(201, layout.forms().get(pk=form.pk))


@router.put("/ticket-forms/{int:form_id}", response=FormShape, auth=MANAGE)
def put_form(request: Signed, form_id: int, body: FormBody) -> Any:
    """Put the whole form anew."""
    form = change_form(form_id=form_id, plan=body.plan(), by=request.auth, now=timezone.now())
    return layout.forms().get(pk=form.pk)


@router.delete("/ticket-forms/{int:form_id}", response={204: None}, auth=MANAGE)
def remove_form(request: Signed, form_id: int) -> Any:
    """Delete a form; types that had it show the default one. Values on tickets stay."""
    delete_form(form_id=form_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get("/ticket-templates", response=list[TemplateShape], auth=needs("tickets.read"))
def get_templates(request: Signed) -> Any:
    """The templates for new tickets, in their order."""
    return layout.ticket_templates()


@router.post("/ticket-templates", response={201: TemplateShape}, auth=MANAGE)
def post_template(request: Signed, body: NewTemplateBody) -> Any:
    """Add a template."""
    return Status(201, add_template(values=named(body), by=request.auth, now=timezone.now()))


@router.patch("/ticket-templates/{int:template_id}", response=TemplateShape, auth=MANAGE)
def patch_template(request: Signed, template_id: int, body: TemplateBody) -> Any:
    """Change a template; null takes type, category or group away."""
    values = named(body, "type_id", "category_id", "group_id")
    return change_template(template_id=template_id, values=values, by=request.auth, now=timezone.now())


@router.delete("/ticket-templates/{int:template_id}", response={204: None}, auth=MANAGE)
def remove_template(request: Signed, template_id: int) -> Any:
    """Delete a template."""
    delete_template(template_id=template_id, by=request.auth, now=timezone.now())
    return Status(204, None)
