"""What a program hands in."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import AfterValidator, Field, model_validator

MAX_ATTACHMENTS = 20


def _is_base64(value: str) -> str:
    try:
        base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as error:
        raise ValueError("not base64") from error
    return value


def _is_not_blank(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be blank")
    return value


def _is_printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must not have control characters")
    return value


Name = Annotated[str, Field(max_length=300)]
Thread = Annotated[str, Field(max_length=300), AfterValidator(_is_printable)]
Id = Annotated[Thread, Field(min_length=1), AfterValidator(_is_not_blank)]


class SenderBody(Schema):
    """Who wrote: an e-mail address, a phone number, or an id of your own system (`external`)."""

    kind: Literal["email", "phone", "external", "visitor"]
    value: Id
    name: Name = ""


class AttachmentBody(Schema):
    name: Name = "file"
    media_type: Annotated[str, Field(max_length=200)] = "application/octet-stream"
    content_base64: Annotated[str, AfterValidator(_is_base64)]


class MessageBody(Schema):
    """A customer's message; at least one of text, html and attachments."""

    external_id: Id = Field(description="your id of the message; the same id is taken in once")
    thread_id: Thread = Field("", description="messages with the same one join one ticket")
    sender: SenderBody
    subject: Annotated[str, Field(max_length=1000)] = ""
    text: Annotated[str, Field(max_length=500_000)] = ""
    html: Annotated[str, Field(max_length=1_000_000)] = ""
    attachments: Annotated[list[AttachmentBody], Field(max_length=MAX_ATTACHMENTS)] = []
    sent_at: datetime | None = None

    @model_validator(mode="after")
    def says_something(self) -> Self:
        if not (self.text.strip() or self.html.strip() or self.attachments):
            raise ValueError("one of text, html and attachments is needed")
        return self


class TakenIn(Schema):
    """`id` is ours; the ticket shows up a moment later."""

    id: int
    external_id: str
    received_at: datetime
