"""What a version of a procedure says: the shape of its data. Whether it makes sense is in `checking`.

Conditions are lists; all must hold. Each is about one thing:

    {"about": "field", "key": "severity", "any_of": ["urgent"]}   without values: filled in
    {"about": "field", "key": "amount", "at_most": 500}           at_least, at_most: of numbers
    {"about": "category", "any_of": [3]}                          in one of them or beneath it
    {"about": "type" | "priority" | "tier", "any_of": [...]}
"""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

KEY = r"^[a-z][a-z0-9_]{0,49}$"
MOST_STEPS, MOST_OUTCOMES, MOST_FIELDS, MOST_TASKS, MOST_CHECKS = 60, 12, 40, 20, 30
LONGEST_MINUTES = 60 * 24 * 365

Key = Field(pattern=KEY)
Name = Field(min_length=1, max_length=200, pattern=r"\S")
About = Field("", max_length=2000)


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)


class Condition(Part):
    about: Literal["field", "category", "type", "priority", "tier"]
    key: str = ""
    any_of: list[str | int | bool] = Field(default_factory=list, max_length=50)
    at_least: float | None = None
    at_most: float | None = None


class Owner(Part):
    """Who is to do it. `assignee` is whoever has the ticket, `level` the rung of the escalation path the case is on."""

    to: Literal["assignee", "level", "role", "group", "skill", "person"] = "assignee"
    role: str = ""  # its code
    id: int | None = None  # of the group, skill or person


class Sooner(Part):
    """Another length where its conditions hold; the first that fits is taken."""

    when: list[Condition] = Field(min_length=1, max_length=10)
    minutes: int = Field(ge=1, le=LONGEST_MINUTES)


class Clock(Part):
    minutes: int = Field(ge=1, le=LONGEST_MINUTES)
    calendar_id: int | None = None  # none: around the clock
    working_minutes: int | None = Field(
        None, ge=1, le=LONGEST_MINUTES
    )  # in business hours, where there are any
    unless: list[Sooner] = Field(default_factory=list, max_length=10)


class FormField(Part):
    """One question of a form; kinds and rules are those of the tickets' custom fields."""

    key: str = Key
    kind: Literal[
        "text",
        "long_text",
        "number",
        "date",
        "choice",
        "choices",
        "cascade",
        "person",
        "checkbox",
        "customer",
        "file",
    ]
    zh: str = Name
    en: str = Name
    rules: dict[str, Any] = Field(default_factory=dict)
    required: bool = False
    shown_when: list[Condition] = Field(default_factory=list, max_length=10)


class Check(Part):
    zh: str = Name
    en: str = Name


class Work(Part):
    """What is asked of somebody: of a step, or beside it."""

    zh: str = Name
    en: str = Name
    about_zh: str = About
    about_en: str = About
    owner: Owner = Owner()
    clock: Clock | None = None
    fields: list[FormField] = Field(default_factory=list, max_length=MOST_FIELDS)
    checklist: list[Check] = Field(default_factory=list, max_length=MOST_CHECKS)


class SideTask(Work):
    """Work of others while a step goes on. `shows` is what they see of the ticket beside its subject."""

    key: str = Key
    required: bool = True
    shows: list[str] = Field(
        default_factory=list, max_length=MOST_FIELDS
    )  # customer, conversation, keys of fields
    when: list[Condition] = Field(default_factory=list, max_length=10)


class Outcome(Part):
    key: str = Key
    zh: str = Name
    en: str = Name
    to: str  # the key of the next step
    when: list[Condition] = Field(default_factory=list, max_length=10)
    asks_note: bool = False
    completes: bool = True  # the form, the check-list and the work beside must be done first


class Call(Part):
    """An outside system that is asked or told. It answers {"outcome": …}; where it does not, `failed` is the outcome."""

    system: str
    sends: list[str] = Field(default_factory=list, max_length=MOST_FIELDS)  # keys of fields
    once: bool = False  # it pays or sends something: called again, it goes under the same id, and counts once
    patience_minutes: int = Field(5, ge=0, le=60 * 24 * 7)  # how long a system that is down is tried again


class Approval(Part):
    """Leave that is asked for; the outcomes are `approved` and `rejected`."""

    kind: str = Key
    amount: str = ""  # the key of the field that says how much
    reason: str = ""  # the key of the field that says why
    chain: list[dict[str, Any]] | None = Field(
        None, max_length=10
    )  # none: the company's rules for kind and amount


class Step(Work):
    key: str = Key
    kind: Literal["work", "call", "approval", "procedure", "end"] = "work"
    tasks: list[SideTask] = Field(default_factory=list, max_length=MOST_TASKS)
    outcomes: list[Outcome] = Field(default_factory=list, max_length=MOST_OUTCOMES)
    call: Call | None = None
    approval: Approval | None = None
    procedure: str = ""  # the key of the sub-procedure
    solves: bool = False  # an end that solves the ticket


class Level(Part):
    """A rung of the escalation path."""

    zh: str = Name
    en: str = Name
    owner: Owner
    moves_ticket: bool = False  # to the group that is its owner


class Content(Part):
    start: str
    steps: list[Step] = Field(min_length=1, max_length=MOST_STEPS)
    levels: list[Level] = Field(default_factory=list, max_length=6)
    updates_minutes: int | None = Field(
        None, ge=5, le=60 * 24 * 30
    )  # how often the customer hears from us at least
    holds_ticket: bool = True  # the ticket can't be solved or closed while it runs

    def step(self, key: str) -> Step | None:
        return next((step for step in self.steps if step.key == key), None)

    def all_fields(self) -> dict[str, FormField]:
        """Every question of the procedure, by key."""
        asked = [field for step in self.steps for work in (step, *step.tasks) for field in work.fields]
        return {field.key: field for field in asked}


def read_content(data: dict[str, Any]) -> Content:
    """A stored version as it is meant."""
    return Content.model_validate(data)
