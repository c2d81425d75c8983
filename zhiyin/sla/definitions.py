"""What a policy promises, as data: checked when it comes in, turned into rules when clocks are counted.

{"metric": "first_reply", "targets": {"1": 480, "2": 240, "3": 60, "4": 15}, "around_the_clock": false,
 "pauses_in": [], "pauses_for": ["approval"], "counts_robots": false, "groups": [], "warn_at": [75],
 "levels": [{"at": 90, "do": [{"act": "notify", "whom": "lead"}, {"act": "raise_priority"}]}]}

Targets are minutes by priority; a priority without one is promised nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from zhiyin.platform.calendars.timetable import MINUTE
from zhiyin.sla.clocks import BREACH, METRICS, Rule
from zhiyin.sla.history import MACHINE

TRACKS = ("customer", "internal", "regulator")
PROCEDURE = "procedure"  # the track of clocks that procedures start
Minutes = Annotated[int, Field(ge=1, le=60 * 24 * 400)]
Level = Annotated[int, Field(ge=1, le=1000)]
Cause = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Status = Literal["new", "open", "pending", "on_hold"]


class Act(BaseModel):
    """What is done at a level: notify (whom), tell_lead, raise_priority, assign (staff_id or group_id), open_task."""

    model_config = ConfigDict(extra="forbid")

    act: Literal["notify", "tell_lead", "raise_priority", "assign", "open_task"]
    whom: Literal["assignee", "group", "lead", "followers"] | None = None
    staff_ids: list[int] = Field([], max_length=50)
    staff_id: int | None = None
    group_id: int | None = None
    title: str = Field("", max_length=200)


class LevelForm(BaseModel):
    model_config = ConfigDict(extra="forbid")

    at: Level
    do: list[Act] = Field(max_length=10)


class MetricForm(BaseModel):
    """One metric of a policy."""

    model_config = ConfigDict(extra="forbid")

    metric: Literal[
        "first_reply",
        "next_reply",
        "periodic_update",
        "pausable_update",
        "requester_wait",
        "agent_work",
        "total_resolution",
        "group_ownership",
    ]
    targets: dict[Literal["1", "2", "3", "4"], Minutes]
    around_the_clock: bool = False
    pauses_in: list[Status] = []
    pauses_for: list[Cause] = Field([], max_length=20)
    counts_robots: bool = False
    groups: list[int] = Field([], max_length=50)
    warn_at: list[Level] = Field([75], max_length=10)
    levels: list[LevelForm] = Field([], max_length=10)


@dataclass(frozen=True)
class Wrong:
    """A fault of a definition: where, and which."""

    place: str
    what: str


def faults_of(
    metrics: Collection[MetricForm], *, staff: Collection[int], groups: Collection[int]
) -> list[Wrong]:
    """What would keep the metrics from working; `staff` and `groups` are those there are."""
    wrong = []
    if not metrics:
        wrong.append(Wrong("metrics", "required"))
    names = [metric.metric for metric in metrics]
    for number, metric in enumerate(metrics):
        place = f"metrics.{number}"
        if names.index(metric.metric) != number:
            wrong.append(Wrong(f"{place}.metric", "twice"))
        if not metric.targets:
            wrong.append(Wrong(f"{place}.targets", "required"))
        if not set(metric.groups) <= set(groups):
            wrong.append(Wrong(f"{place}.groups", "unknown"))
        if len({level.at for level in metric.levels}) < len(metric.levels):
            wrong.append(Wrong(f"{place}.levels", "twice"))
        for step, level in enumerate(metric.levels):
            wrong += [
                Wrong(f"{place}.levels.{step}.do.{turn}", fault)
                for turn, act in enumerate(level.do)
                if (fault := _fault(act, staff, groups))
            ]
    return wrong


def _fault(act: Act, staff: Collection[int], groups: Collection[int]) -> str:
    known = set(act.staff_ids) | {act.staff_id} - {None} <= set(staff) and (
        act.group_id is None or act.group_id in groups
    )
    if not known:
        return "unknown"
    lacking = {
        "notify": act.whom is None and not act.staff_ids,
        "assign": act.staff_id is None and act.group_id is None,
        "open_task": not act.title.strip(),
    }
    return "required" if lacking.get(act.act, False) else ""


def rule_of(metric: Mapping[str, Any], *, priority: int, robots: Collection[int]) -> Rule | None:
    """A kept metric as the rule for a ticket of this priority; None when it is promised nothing."""
    minutes = metric["targets"].get(str(priority))
    if minutes is None:
        return None
    levels = {*metric["warn_at"], *(level["at"] for level in metric["levels"]), BREACH}
    return Rule(
        metric=metric["metric"],
        target=minutes * MINUTE,
        levels=tuple(sorted(levels)),
        pauses_in=frozenset(metric["pauses_in"]),
        pauses_for=frozenset(metric["pauses_for"]),
        not_counted=frozenset() if metric["counts_robots"] else frozenset({MACHINE, *robots}),
        groups=frozenset(metric["groups"]),
    )


def acts_at(metric: Mapping[str, Any], level: int) -> list[dict[str, Any]]:
    """What is to be done at a level; empty where nothing is."""
    return [act for one in metric["levels"] if one["at"] == level for act in one["do"]]


assert set(METRICS) == set(get_args(MetricForm.model_fields["metric"].annotation))
