"""The JSON shapes of web-hooks."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Schema
from pydantic import Field

from zhiyin.integrations.models import EVERYTHING


class FollowableShape(Schema):
    type: str
    zh: str
    en: str


class OwnerShape(Schema):
    id: int
    name: str


class WebhookShape(Schema):
    id: int
    name: str
    url: str
    events: list[str]
    active: bool
    created_by: OwnerShape | None
    created_at: datetime
    delivered_at: datetime | None
    failures: int
    failing_since: datetime | None
    disabled_at: datetime | None
    disabled_reason: str


class NewWebhookShape(WebhookShape):
    secret: str = Field(description="shown this once; the receiver checks signatures with it")


class WebhookBody(Schema):
    name: str = Field("", max_length=100)
    url: str = Field(min_length=1, max_length=2000)
    events: list[str] = Field(max_length=100, description=f"types of facts, or `{EVERYTHING}` for all")
    active: bool = True


class WebhookChange(Schema):
    """What is left out stays as it is."""

    name: str | None = Field(None, max_length=100)
    url: str | None = Field(None, min_length=1, max_length=2000)
    events: list[str] | None = Field(None, max_length=100)
    active: bool | None = None


class SecretShape(Schema):
    secret: str


class TryShape(Schema):
    at: datetime
    status: int = Field(description="0: no answer")
    reason: str
    ms: int


class WebhookDeliveryShape(Schema):
    id: int
    message_id: str
    type: str
    position: int | None
    data: dict[str, Any]
    at: datetime
    state: str
    attempts: int
    tries: list[TryShape]
    next_try_at: datetime | None
    created_at: datetime
    settled_at: datetime | None


class DeliveryPage(Schema):
    items: list[WebhookDeliveryShape]
    next_cursor: str | None
