"""The JSON of the chat API."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import AfterValidator, Field, StringConstraints


def storable(text: str) -> str:
    """PostgreSQL keeps neither NUL nor half of a surrogate pair."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode()


Text = Annotated[str, AfterValidator(storable)]
Short = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=200)]
Url = Annotated[Text, StringConstraints(strip_whitespace=True, max_length=2000)]
Email = Annotated[
    Text,
    StringConstraints(
        strip_whitespace=True,
        max_length=254,
        pattern=r"^([^@\s<>\"',;:\x00-\x1f]+@[^@\s<>\"',;:\x00-\x1f]+\.[^@\s<>\"',;:.\x00-\x1f]{2,})?$",
    ),
]
Number = Annotated[int, Field(ge=0, le=2_147_483_647)]
MOST_FILES = 10
LONGEST_TEXT = 8000


class ConfigShape(Schema):
    name: str
    title: str
    greeting: str
    reply_hint: str
    color: str
    theme: str
    position: str
    email_offered: bool
    email_after_seconds: int
    max_file_bytes: int
    hours: Any
    pre_chat: Any


class FileShape(Schema):
    id: int
    key: str
    name: str
    media_type: str
    size: int
    url: str


class MessageShape(Schema):
    """`id` is the number in the conversation: catch up with `after`, page back with `before`."""

    id: int
    from_: str = Field(alias="from", serialization_alias="from")
    name: str
    text: str
    files: list[FileShape]
    at: datetime
    client_id: str
    read: bool


class SessionShape(Schema):
    visitor_token: str
    conversation_id: int
    history: list[MessageShape]
    has_more: bool
    read_up_to: int
    email: str


class PageShape(Schema):
    items: list[MessageShape]
    has_more: bool
    staff_read_up_to: int


class IdentityBody(Schema):
    """`id` needs `hmac`; name, e-mail and phone without an id are only the visitor's own word."""

    id: Short = ""
    name: Short = ""
    email: Email = ""
    phone: Short = ""
    hmac: Short = ""


class SessionBody(Schema):
    visitor_token: Short | None = None
    identity: IdentityBody | None = None
    page_url: Url = ""
    locale: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9-]{0,10}$")] = "zh-CN"


class MessageBody(Schema):
    client_id: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{8,64}$")]
    text: Annotated[Text, StringConstraints(max_length=LONGEST_TEXT)] = ""
    file_ids: Annotated[list[Annotated[int, Field(ge=1, le=2**63 - 1)]], Field(max_length=MOST_FILES)] = []
    page_url: Url = ""


class Window(Schema):
    after: Number = 0
    before: Number = 0


class TypingBody(Schema):
    on: bool


class ReadBody(Schema):
    up_to: Number


class EmailBody(Schema):
    email: Annotated[Email, StringConstraints(min_length=6)]
