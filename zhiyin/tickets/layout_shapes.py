"""The JSON shapes of what tickets can hold."""

from __future__ import annotations

from typing import Any, Literal

from ninja import Schema
from pydantic import Field


class StatusShape(Schema):
    id: int
    name_zh: str
    name_en: str
    status: str = Field(description="the fixed status it is inside")
    position: int
    active: bool


class TypeShape(Schema):
    id: int
    name_zh: str
    name_en: str
    form_id: int | None = Field(description="null: the default form")
    position: int
    active: bool


class FieldShape(Schema):
    id: int
    key: str
    kind: str
    name_zh: str
    name_en: str
    help_zh: str
    help_en: str
    rules: dict[str, Any]
    position: int
    active: bool
    is_personal: bool = Field(description="its values go when a ticket is anonymised")
    taken_from: str = Field(description="what of a conversation is proposed for it; '' for nothing")


class ConditionShape(Schema):
    """Holds when the ticket has one of the values; of a field without values: when it is filled in."""

    about: Literal["category", "type", "field"]
    key: str = Field("", max_length=50, description="of the field")
    any_of: list[str | int | float | bool] = Field([], max_length=500)


class FormLineShape(Schema):
    field_id: int
    required: Literal["never", "on_close", "always"] = "never"
    shown_when: list[ConditionShape] = Field([], max_length=20, description="all must hold")


class FormShape(Schema):
    id: int
    name_zh: str
    name_en: str
    is_default: bool
    active: bool
    lines: list[FormLineShape]

    @staticmethod
    def resolve_lines(form: Any) -> Any:
        return form.lines.all()


class TemplateShape(Schema):
    id: int
    name: str
    subject: str
    text: str
    type_id: int | None
    category_id: int | None
    group_id: int | None
    priority: int
    tags: list[str]
    fields: dict[str, Any]
    position: int
    active: bool
