"""The JSON shapes of automation."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.automation.definitions import Occasion

Outcome = Literal["done", "unchanged", "failed", "refused"]


class AutomationRuleBody(Schema):
    """A rule as it is published: when, if, then."""

    name: str = Field(min_length=1, max_length=100)
    occasion: Occasion
    conditions: dict[str, Any] = {"all": []}
    actions: dict[str, Any] = Field({}, description="see GET /automation/actions")
    is_last: bool = Field(False, description="rules behind it have no turn on the same occasion")


class AutomationVersionShape(Schema):
    number: int
    published_at: datetime
    by_name: str


class FiguresShape(Schema):
    """Of the last seven days."""

    matched: int
    done: int
    unchanged: int
    failed: int
    refused: int
    average_ms: int
    last_at: datetime | None


class AutomationRuleShape(AutomationRuleBody):
    """A rule with what its present version says; `cycles` are ways of rules in force back to this one, by names."""

    id: int
    active: bool
    failures: int
    switched_off_at: datetime | None
    version: AutomationVersionShape
    figures: FiguresShape
    cycles: list[list[str]]


class AutomationRuleList(Schema):
    rules: list[AutomationRuleShape]
    kept_days: int


class AutomationSwitch(Schema):
    active: bool


class AutomationOrder(Schema):
    rule_ids: list[int] = Field(max_length=500)


class KeptBody(Schema):
    kept_days: int = Field(ge=7, le=3650)


class ActionShape(Schema):
    name: str
    zh: str
    en: str
    only_rules: bool


class RuleSampleShape(Schema):
    """A ticket that the draft would have a turn on, its values before and after, and what is done beside them."""

    ticket_id: int
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    beside: list[str]


class RuleTriedShape(Schema):
    tickets: int
    occasions: int = Field(description="tickets on which the occasion came up")
    fitting: int = Field(description="of those, how many meet the conditions as they are now")
    changing: int
    by_action: dict[str, int]
    samples: list[RuleSampleShape]
    names: dict[str, dict[int, str]]
    seconds: float


class RuleRunShape(Schema):
    id: int
    rule_id: int
    rule_name: str
    version: int
    ticket_id: int
    subject: str
    outcome: Outcome
    did: dict[str, Any]
    problems: dict[str, dict[str, str]]
    chain: list[int]
    took_ms: int
    at: datetime


class RunPage(Schema):
    items: list[RuleRunShape]
    next_cursor: str | None


class RulesFile(Schema):
    format: str = Field(max_length=50)
    rules: list[Any] = Field(max_length=500)


class ImportedRules(Schema):
    added: list[str]
    changed: list[str]
    refused: list[dict[str, str]]
