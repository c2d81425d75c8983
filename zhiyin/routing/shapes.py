"""The JSON shapes of routing."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from ninja import Field, Schema
from pydantic import AwareDatetime, StringConstraints

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
ClosedText = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
Level = Annotated[int, Field(ge=1, le=5)]
Units = Annotated[int, Field(ge=0, le=200)]
Kind = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]


class PersonShape(Schema):
    id: int
    name: str


class TermShape(Schema):
    """One reason, in seconds of waiting."""

    name: str
    value: float


class RunnerUpShape(Schema):
    id: int
    name: str
    total: float


class RoutingDecisionShape(Schema):
    """`how`: push, plan, pull, manual, returned; moved, released, followed, overflowed: into which queue, and `by` whom
    (followed: its conditions changed). Runners-up are the people who came next, where one was looked for."""

    id: int
    at: datetime
    how: str
    reason: str
    queue: str
    ring: int
    staff: PersonShape | None
    by: PersonShape | None
    terms: list[TermShape]
    total: float
    version: int
    considered: int
    runners_up: list[RunnerUpShape]
    offer: str | None


class OfferShape(Schema):
    id: int
    ticket_id: int
    number: str
    subject: str
    preview: str
    customer: str
    tier: str
    channel: str
    kind: str
    queue: str
    priority: int
    waiting_since: datetime
    is_call_back: bool
    offered_at: datetime
    expires_at: datetime
    terms: list[TermShape]


class TakenShape(Schema):
    item_id: int
    ticket_id: int


class EstimateShape(Schema):
    """Seconds: the mean, and between which two values eight of ten waits lie."""

    mean: float
    low: float
    high: float


class QueueNowShape(Schema):
    id: int
    name: str
    waiting: int
    offered: int
    held: int
    longest_since: datetime | None
    at_risk: int
    ready: int
    estimate: EstimateShape | None


class PersonNowShape(Schema):
    id: int
    name: str
    state: str
    custom_id: int | None
    reason: str
    since: datetime | None
    load: dict[str, int]
    limits: dict[str, int]
    skills: dict[str, int]


class MonitorShape(Schema):
    at: datetime
    queues: list[QueueNowShape]
    people: list[PersonNowShape]


class WorkShape(Schema):
    id: int
    ticket_id: int
    number: str
    subject: str
    customer: str
    tier: str
    kind: str
    queue_id: int
    queue: str
    state: str
    ring: int
    can_widen: bool  # its queue has a wider ring
    priority: int
    asked: list[tuple[str, int]]
    entered_at: datetime
    due_at: datetime | None
    holder: PersonShape | None
    last_agent: PersonShape | None
    moved_by: PersonShape | None  # who put it into its queue, past its conditions


class HandingBody(Schema):
    staff_id: int
    confirmed: bool = False


class MovingBody(Schema):
    queue_id: int


class RingShape(Schema):
    after_seconds: Annotated[int, Field(ge=0, le=604_800)] = 0
    group_ids: list[int] = Field(default_factory=list, max_length=100)
    without: list[int] = Field(default_factory=list, max_length=100, description="ids of skills")
    level: Level = 5


class QueueBody(Schema):
    name: Name
    position: Annotated[int, Field(ge=0, le=10_000)] = 0
    is_active: bool = True
    condition: dict[str, Any] = Field(default_factory=dict)
    dispatch: Literal["push", "pull"] = "push"
    accepts_by_itself: bool = False
    accept_seconds: Annotated[int, Field(ge=5, le=3600)] = 30
    preferred_seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
    weights: dict[str, Any] = Field(default_factory=dict)
    calendar_id: int | None = None
    most_wait_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    overflow_id: int | None = None
    offers_call_back: bool = False
    call_back_minutes: Annotated[int, Field(ge=0, le=10_080)] = 0
    closed_zh: ClosedText = ""
    closed_en: ClosedText = ""
    rings: list[RingShape] = Field(default_factory=list, max_length=10)


class QueueShape(QueueBody):
    id: int
    version: int


class SkillNeedBody(Schema):
    condition: dict[str, Any] = Field(default_factory=dict)
    level: Level = 1


class SkillNeedShape(SkillNeedBody):
    skill_id: int


class CapacityBody(Schema):
    units: Units
    exclusive: bool = False
    after_contact_seconds: Annotated[int, Field(ge=0, le=3600)] = 0
    quiet_minutes: Annotated[int, Field(ge=0, le=1440)] = 0
    away_minutes: Annotated[int, Field(ge=0, le=1440)] = 10


class CapacityShape(CapacityBody):
    kind: str


class CapacityLimitsBody(Schema):
    limits: dict[Kind, Units] = Field(default_factory=dict, max_length=50)


class WaitingCaseShape(Schema):
    ticket_id: int
    number: str
    customer: str


class PlaceShape(WaitingCaseShape):
    then: int
    now: int


class NextDecisionShape(Schema):
    """What somebody would get next by the weights as they are, and by the others."""

    staff: PersonShape
    now: WaitingCaseShape | None
    then: WaitingCaseShape | None


class WeightsPreviewShape(Schema):
    """`moved` of all that waits would stand elsewhere."""

    waiting: int
    moved: int
    order: list[PlaceShape]
    decisions: list[NextDecisionShape]


class WeightsBody(Schema):
    weights: dict[str, Any] = Field(default_factory=dict)


class WhatIfBody(Schema):
    """Another policy for one queue, over a time that was; at most 31 days."""

    queue_id: int
    since: AwareDatetime
    until: AwareDatetime
    weights: dict[str, Any] | None = None
    rings: list[RingShape] | None = Field(None, max_length=10)
    within_seconds: Annotated[int, Field(ge=1, le=86_400)] = 60


class SummaryShape(Schema):
    """See the metric dictionary; shares of 1, times in seconds."""

    name: str
    offered: int
    answered: int
    abandoned: float
    service_level: float
    wait: float
    median_wait: float
    p90_wait: float
    longest_wait: float
    occupancy: float
    transfers: float
    fairness: float


class SimulationShape(Schema):
    """`state`: waiting, done, failed. Summaries: as queues are set, and as they were changed. Where nobody's presence
    is known of that time, people count as there all the time."""

    id: int
    state: str
    summaries: list[SummaryShape]
    seconds: float | None
    knows_presence: bool
