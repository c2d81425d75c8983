"""The JSON shapes of retention and legal holds."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.people.shapes import Named
from zhiyin.trust.models import LONGEST_DAYS, RetentionRule
from zhiyin.trust.queries.naming import scope_names

ActionName = Literal["delete", "anonymise"]


class RetentionRuleBody(Schema):
    action: ActionName
    days: int = Field(ge=1, le=LONGEST_DAYS, description="since a ticket was solved or closed")
    channel_id: int | None = None
    channel_kind: str = Field("", max_length=40, description="with no channel_id either: all channels")


class RuleChange(Schema):
    days: int | None = Field(None, ge=1, le=LONGEST_DAYS)
    active: bool | None = None


class RetentionRuleShape(Schema):
    id: int
    action: ActionName
    days: int
    channel_id: int | None
    channel_kind: str
    scope_zh: str
    scope_en: str
    active: bool
    applied_at: datetime | None
    is_running: bool

    @staticmethod
    def resolve_scope_zh(rule: RetentionRule) -> str:
        return scope_names(rule)[0]

    @staticmethod
    def resolve_scope_en(rule: RetentionRule) -> str:
        return scope_names(rule)[1]

    @staticmethod
    def resolve_is_running(rule: Any) -> bool:
        return bool(getattr(rule, "is_running", False))


class ScopeChannel(Named):
    kind: str


class ScopeKind(Schema):
    kind: str
    name_zh: str
    name_en: str


class ScopesShape(Schema):
    """What rules can be for, beside all channels."""

    channels: list[ScopeChannel]
    kinds: list[ScopeKind]


class RetentionSampleShape(Schema):
    id: int
    number: str
    subject: str
    customer_name: str = Field(alias="customer.name")
    over_at: datetime = Field(alias="solved_at")


class OfChannelShape(Schema):
    channel: Named
    channel_kind: str = Field(alias="channel.kind")
    tickets: int
    messages: int
    files: int
    oldest_at: datetime | None
    newest_at: datetime | None
    held: int
    still_open: int
    sample: list[RetentionSampleShape]


class PreviewShape(Schema):
    before: datetime
    channels: list[OfChannelShape]


class RetentionRunShape(Schema):
    id: int
    rule_id: int | None
    action: ActionName
    days: int
    scope_zh: str
    scope_en: str
    before: datetime
    by: Named | None
    state: Literal["running", "done", "stopped"]
    tickets: int
    messages: int
    customers: int
    strays: int = Field(description="messages that were on no ticket")
    held: int = Field(description="kept, being on legal hold")
    failed: int = Field(description="kept, since something else needs them")
    started_at: datetime
    moved_at: datetime
    ended_at: datetime | None


class HoldBody(Schema):
    reason: str = Field(min_length=1, max_length=1000)


class HoldShape(Schema):
    ticket_id: int
    number: str = Field(alias="ticket.number")
    subject: str = Field(alias="ticket.subject")
    reason: str
    by: Named
    at: datetime


class HoldPage(Schema):
    items: list[HoldShape]
    next_cursor: str | None
