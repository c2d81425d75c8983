"""The JSON shapes of service levels."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.sla.definitions import MetricForm

Track = Literal["customer", "internal", "regulator"]


class SlaPolicyBody(Schema):
    """A policy as it is published; `calendar_id` null counts around the clock, `robots` are staff whose answers
    are a machine's."""

    name_zh: str = Field("", max_length=100)
    name_en: str = Field("", max_length=100)
    track: Track = "customer"
    conditions: dict[str, Any] = {"all": []}
    calendar_id: int | None = None
    metrics: list[MetricForm] = Field(max_length=8)
    robots: list[int] = Field([], max_length=50)


class PublishBody(SlaPolicyBody):
    includes_open: bool = Field(False, description="open tickets come under it at once")


class TrialBody(SlaPolicyBody):
    policy_id: int | None = Field(None, description="the policy it would be a new version of")
    days: int = Field(90, ge=1, le=366)


class SlaVersionShape(Schema):
    id: int
    number: int
    published_at: datetime
    by_name: str


class SlaPolicyShape(SlaPolicyBody):
    """A policy with what its present version says."""

    id: int
    active: bool
    version: SlaVersionShape


class PackShape(Schema):
    """An example to begin from."""

    key: str
    name_zh: str
    name_en: str
    note_zh: str
    note_en: str
    track: Track
    conditions: dict[str, Any]
    metrics: list[MetricForm]


class MetricShape(Schema):
    """A metric there is, and the statuses in which it usually pauses."""

    metric: str
    pauses_in: list[str]


class CalendarName(Schema):
    id: int
    name: str


class SlaPolicyList(Schema):
    policies: list[SlaPolicyShape]
    calendars: list[CalendarName]
    packs: list[PackShape]
    metrics: list[MetricShape]


class SwitchBody(Schema):
    active: bool


class SlaOrderBody(Schema):
    policy_ids: list[int] = Field(max_length=500)


class TallyShape(Schema):
    """`share` is in time / (in time + breached), from 0 to 1; null where nothing is decided."""

    in_time: int
    breached: int
    running: int
    share: float | None


class TrialMetric(Schema):
    metric: str
    draft: TallyShape
    present: TallyShape | None = Field(
        None, description="what the clocks there are came to on the same tickets"
    )


class TrialPriority(Schema):
    priority: int
    draft: TallyShape


class TrialResult(Schema):
    days: int
    tickets: int
    seconds: float
    metrics: list[TrialMetric]
    priorities: list[TrialPriority]


class TrialShape(Schema):
    id: int
    state: Literal["waiting", "done", "failed"]
    result: TrialResult | None


class AttainmentRow(Schema):
    track: str
    metric: str
    policy_id: int | None
    policy_zh: str
    policy_en: str
    tally: TallyShape


class AttainmentShape(Schema):
    """Promises that began in the last days; `all` adds up what is above the lines of ratios."""

    days: int
    rows: list[AttainmentRow]
    all: TallyShape


class SlaPauseShape(Schema):
    since: datetime
    until: datetime | None
    cause: str = Field(description="status:pending, or the cause that was named: approval")


class ClockPolicy(Schema):
    id: int
    name_zh: str
    name_en: str
    version: int


class SlaClockShape(Schema):
    """One promise, and why it stands as it does; `elapsed_seconds` are working time as of `counted_at`."""

    id: int
    track: str
    metric: str
    key: str
    name: str
    state: Literal["running", "paused", "fulfilled", "cancelled"]
    activated_at: datetime
    due_at: datetime | None
    breached_at: datetime | None
    ended_at: datetime | None
    target_minutes: int
    priority: int
    elapsed_seconds: int
    counted_at: datetime
    is_counting: bool = Field(description="it runs, and its hours are open now")
    pauses: list[SlaPauseShape]
    policy: ClockPolicy | None
    calendar_name: str = Field(description="'' is around the clock")


class CoverageShape(Schema):
    """The version that the ticket runs under, in one track."""

    track: str
    policy: ClockPolicy
    since: datetime


class SlaClockList(Schema):
    clocks: list[SlaClockShape]
    coverages: list[CoverageShape]
