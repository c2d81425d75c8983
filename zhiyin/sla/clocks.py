"""Clocks as a pure function: what happened on a ticket, one rule and its hours give the spells the rule timed.

Moments and amounts are whole microseconds. A spell is active from its beginning to its end; in it the clock runs or
is paused. A level (a share of the target, 100 is the target itself) is reached at the first moment at which the clock
runs and has counted that much: an answer at the very moment it was due is in time.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from zhiyin.platform.calendars.timetable import Measure

ACTIVE = frozenset({"new", "open", "pending", "on_hold"})
BREACH = 100

# metric → statuses in which it pauses, unless the policy says otherwise
METRICS: dict[str, tuple[str, ...]] = {
    "first_reply": (),
    "next_reply": (),
    "periodic_update": (),
    "pausable_update": ("pending",),
    "requester_wait": ("pending",),
    "agent_work": ("pending", "on_hold"),
    "total_resolution": (),
    "group_ownership": ("pending",),
}
STEP = "step"  # the metric of clocks that procedures start and end by themselves
_REPLIES = ("first_reply", "next_reply")
_UPDATES = ("periodic_update", "pausable_update")
_RESOLUTIONS = ("requester_wait", "agent_work", "total_resolution")


class Moment(NamedTuple):
    """One thing that happened: opened, customer, reply (value: whose), status, group, pause and resume (value:
    the cause), done (what a step was for), over (the ticket is none any more)."""

    at: int
    what: str
    value: Any = None


@dataclass(frozen=True)
class Rule:
    """What one policy promises of one metric to a ticket of one priority."""

    metric: str
    target: int
    levels: tuple[int, ...] = (BREACH,)
    pauses_in: frozenset[str] = frozenset()
    pauses_for: frozenset[str] = frozenset()
    not_counted: frozenset[int] = frozenset()  # whose answers are none
    groups: frozenset[int] = frozenset()  # group_ownership only; empty for every group


class ClockEvent(NamedTuple):
    at: int
    what: str  # activate, pause, resume, level, breach, fulfil, cancel
    value: Any = None  # the cause of a pause, the share of a level


@dataclass
class Spell:
    """One time a rule was active, and how it stands."""

    number: int
    begun: int
    group: int | None = None
    runs: list[list[int]] = field(default_factory=list)  # [from, to] the clock ran; to -1 while it does
    pauses: list[list[Any]] = field(default_factory=list)  # [from, to or None, cause]
    ended: int | None = None
    outcome: str = ""  # fulfilled, cancelled; '' while it is active
    events: list[ClockEvent] = field(default_factory=list)
    elapsed: int = 0
    reached: dict[int, int] = field(default_factory=dict)  # level → when
    due_at: int | None = None
    next_at: int | None = None  # when the next level will be reached

    @property
    def state(self) -> str:
        if self.outcome:
            return self.outcome
        return "running" if self.runs and self.runs[-1][1] < 0 else "paused"

    @property
    def breached_at(self) -> int | None:
        return self.reached.get(BREACH)

    def begin(self, at: int) -> None:
        """Active again: what was counted before counts on."""
        self.ended, self.outcome = None, ""
        self.events.append(ClockEvent(at, "activate"))

    def run(self, at: int) -> None:
        if self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1][1] = at
            self.events.append(ClockEvent(at, "resume"))
        self.runs.append([at, -1])

    def pause(self, at: int, cause: str) -> None:
        self._stand_still(at)
        self.pauses.append([at, None, cause])
        self.events.append(ClockEvent(at, "pause", cause))

    def end(self, at: int, outcome: str) -> None:
        self._stand_still(at)
        if self.pauses and self.pauses[-1][1] is None:
            self.pauses[-1][1] = at
        self.ended, self.outcome = at, outcome
        self.events.append(ClockEvent(at, "fulfil" if outcome == "fulfilled" else "cancel"))

    def _stand_still(self, at: int) -> None:
        if self.runs and self.runs[-1][1] < 0:
            self.runs[-1][1] = at


def replay(history: Iterable[Moment], rule: Rule, hours: Measure, *, now: int) -> list[Spell]:
    """The spells of a rule in a history in order of time, counted until `now`."""
    follower = _Follower(rule)
    for moment in history:
        follower.hear(moment)
        now = max(now, moment.at)
    for spell in follower.spells:
        count(spell, rule.target, rule.levels, hours, now=now)
    return follower.spells


def count(spell: Spell, target: int, levels: Iterable[int], hours: Measure, *, now: int) -> None:
    """Fill in what a spell has counted by `now`, which levels it has reached, and when the next ones are due."""
    left = sorted({*levels, BREACH})
    elapsed = 0
    for start, end in spell.runs:
        until = end if end >= 0 else None
        while left:
            at = hours.after(start, max(0, target * left[0] // 100 - elapsed))
            if at is None or (until is not None and at >= until) or (until is None and at > now):
                break
            spell.reached[left.pop(0)] = at
        if until is None:
            spell.due_at = hours.after(start, max(0, target - elapsed))
            spell.next_at = hours.after(start, max(0, target * left[0] // 100 - elapsed)) if left else None
        elapsed += hours.between(start, until if until is not None else max(now, start))
    spell.elapsed = elapsed
    told = [
        ClockEvent(at, "breach" if level == BREACH else "level", level) for level, at in spell.reached.items()
    ]
    spell.events = sorted([*spell.events, *told], key=lambda event: event.at)


class _Follower:
    """Hears what happened, one thing after the other, and begins, paces and ends spells."""

    def __init__(self, rule: Rule) -> None:
        self.rule = rule
        self.spells: list[Spell] = []
        self.status = "new"
        self.group: int | None = None
        self.causes: dict[str, None] = {}  # in force, in the order they came
        self.is_answered = self.is_over = False

    def hear(self, moment: Moment) -> None:
        if self.is_over:
            return
        counts = moment.what == "reply" and moment.value not in self.rule.not_counted
        self._note(moment)
        self._end(moment, counts=counts)
        self._begin(moment, counts=counts)
        self._pace(moment.at)
        if counts or self.status not in ACTIVE:
            self.is_answered = True

    @property
    def _open(self) -> Spell | None:
        return self.spells[-1] if self.spells and not self.spells[-1].outcome else None

    def _note(self, moment: Moment) -> None:
        match moment.what:
            case "status":
                self.status = moment.value
            case "reply" if self.status == "new":
                self.status = "open"
            case "group":
                self.group = moment.value
            case "pause" if moment.value in self.rule.pauses_for:
                self.causes[moment.value] = None
            case "resume":
                self.causes.pop(moment.value, None)
            case "over":
                self.is_over = True

    def _end(self, moment: Moment, *, counts: bool) -> None:
        spell, metric = self._open, self.rule.metric
        if spell is None:
            return
        if self.is_over:
            self._close(spell, moment.at, "cancelled")
        elif self.status not in ACTIVE:
            by_solving = metric in _RESOLUTIONS or metric == "group_ownership"
            self._close(spell, moment.at, "fulfilled" if by_solving else "cancelled")
        elif self._is_done(spell, moment, counts=counts):
            self._close(spell, moment.at, "fulfilled")

    def _is_done(self, spell: Spell, moment: Moment, *, counts: bool) -> bool:
        if self.rule.metric in (*_REPLIES, *_UPDATES):
            return counts
        if self.rule.metric == "group_ownership":
            return self.group != spell.group
        return moment.what == "done"

    def _close(self, spell: Spell, at: int, outcome: str) -> None:
        if spell.begun == at and metric_is_silent(self.rule.metric, outcome):
            self.spells.pop()
        else:
            spell.end(at, outcome)

    def _begin(self, moment: Moment, *, counts: bool) -> None:
        if self._open is not None or self.is_over or self.status not in ACTIVE:
            return
        metric = self.rule.metric
        if metric == "first_reply":
            begins = moment.what == "customer" and not self.is_answered and not self.spells
        elif metric == "next_reply":
            begins = moment.what == "customer" and self.is_answered
        elif metric in _UPDATES:
            begins = counts
        elif metric in _RESOLUTIONS:
            if self.spells:
                self.spells[-1].begin(moment.at)
                return
            begins = moment.what in ("opened", "customer")
        elif metric == STEP:
            begins = moment.what == "opened" and not self.spells
        else:
            begins = self.group is not None and (not self.rule.groups or self.group in self.rule.groups)
        if begins:
            self.spells.append(Spell(len(self.spells) + 1, moment.at, self.group))
            self.spells[-1].begin(moment.at)

    def _pace(self, at: int) -> None:
        spell = self._open
        if spell is None:
            return
        cause = f"status:{self.status}" if self.status in self.rule.pauses_in else next(iter(self.causes), "")
        runs = bool(spell.runs) and spell.runs[-1][1] < 0
        rests = bool(spell.pauses) and spell.pauses[-1][1] is None
        if cause and not rests:
            spell.pause(at, cause)
        elif not cause and not runs:
            spell.run(at)


def metric_is_silent(metric: str, outcome: str) -> bool:
    """Whether a spell that lasted no time at all says nothing: an update that is due no more, a group passed through."""
    return outcome == "cancelled" or metric in (*_UPDATES, "group_ownership")
