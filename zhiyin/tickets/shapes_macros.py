"""The JSON shapes of macros and of what they do."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.people.shapes import Named
from zhiyin.tickets.models import Macro
from zhiyin.tickets.queries.timeline import AttachedFile
from zhiyin.tickets.shapes import AttachmentShape, attachment_shape

TicketStatus = Literal["open", "pending", "on_hold", "solved", "closed"]
Kind = Literal["macro", "script"]
Visibility = Literal["me", "group", "everyone"]
LONGEST_TEXT = 200_000
FieldValues = Annotated[dict[Annotated[str, Field(max_length=50)], Any], Field(max_length=200)]


class Actions(Schema):
    """What is done to a ticket; only what is named. null takes type, category or group away."""

    status: TicketStatus | None = None
    custom_status_id: int | None = Field(None, description="brings its fixed status along")
    priority: int | None = Field(None, ge=1, le=4)
    type_id: int | None = None
    category_id: int | None = None
    group_id: int | None = None
    assignee: Literal["me", "nobody"] | int | None = None
    tags_add: list[str] = Field([], max_length=50)
    tags_remove: list[str] = Field([], max_length=50)
    fields: FieldValues = Field({}, description="values of custom fields, by key; null takes one away")
    note: str = Field("", max_length=LONGEST_TEXT)
    region: str = Field("", max_length=100, description="the widest first: 中国大陆/广东")

    def named(self) -> dict[str, Any]:
        """What was named, as commands take it."""
        told = self.dict(exclude_unset=True)
        may_be_null = ("type_id", "category_id", "group_id")
        return {name: value for name, value in told.items() if value is not None or name in may_be_null}


NO_ACTIONS = Actions.model_construct()


class MacroBody(Schema):
    name: str = Field(min_length=1, max_length=200)
    kind: Kind = "macro"
    folder: str = Field("", max_length=200)
    tags: list[str] = Field([], max_length=50)
    situation: str = Field("", max_length=200)
    mood: str = Field("", max_length=200)
    region: str = Field("", max_length=200)
    languages: list[str] = Field([], max_length=20)
    visibility: Visibility = "me"
    group_id: int | None = None
    text: str = Field("", max_length=LONGEST_TEXT)
    actions: Actions = NO_ACTIONS
    attachment_ids: list[int] = Field([], max_length=20)


class MacroShape(Schema):
    id: int
    kind: str
    name: str
    folder: str
    tags: list[str]
    situation: str
    mood: str
    region: str
    languages: list[str]
    visibility: str
    owner: Named
    group: Named | None
    text: str
    actions: dict[str, Any]
    attachments: list[AttachmentShape]
    used_count: int
    own_count: int
    is_favourite: bool
    updated_at: datetime
    updated_by: Named

    @staticmethod
    def resolve_attachments(macro: Macro) -> list[AttachmentShape]:
        return [attachment_shape(AttachedFile(kept.file)) for kept in macro.files.all()]


class MacroInSettings(MacroShape):
    is_editable: bool


class FilledShape(Schema):
    """A text with its placeholders filled; `empty` have no value here, `unknown` are no placeholders at all."""

    text: str
    empty: list[str]
    unknown: list[str]


class SuggestedMacro(MacroShape):
    filled: FilledShape
