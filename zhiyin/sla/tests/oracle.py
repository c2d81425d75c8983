"""Clocks counted the slow way: step by step through time, looking at every step at what is so. Knows nothing of `clocks`.

Random histories come with it. Everything falls on whole steps, so that walking by steps is exact.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from zhiyin.platform.calendars.timetable import SECOND
from zhiyin.sla.clocks import METRICS, Moment, Rule

LEVELS = (50, 75, 90, 100, 150)
ACTIVE = ("new", "open", "pending", "on_hold")


@dataclass
class Case:
    """A history, a rule and opening times; one step is so many seconds."""

    seconds: int
    steps: int
    opens: list[bool]
    history: list[Moment]
    rule: Rule

    def at(self, step: int) -> int:
        return step * self.seconds * SECOND


class Steps:
    """Opening times of a case, as the clocks ask for them."""

    def __init__(self, case: Case) -> None:
        self.size, self.opens = case.seconds * SECOND, case.opens

    def between(self, a: int, b: int) -> int:
        first, last = a // self.size, b // self.size
        return sum(self.opens[first:last]) * self.size

    def after(self, at: int, amount: int) -> int | None:
        step = at // self.size
        left = -(-amount // self.size)
        while left > 0:
            if step >= len(self.opens):
                return None
            left -= self.opens[step]
            step += 1
        return step * self.size


@dataclass
class Walked:
    """One spell as walking found it: in steps."""

    begun: int
    ended: int | None = None
    outcome: str = ""
    counted: int = 0
    reached: dict[int, int] = field(default_factory=dict)
    runs: bool = False
    group: Any = None


class Walk:
    """Goes through a case step by step."""

    def __init__(self, case: Case) -> None:
        self.case, self.rule = case, case.rule
        self.spells: list[Walked] = []
        self.status, self.over, self.answered = "new", False, False
        self.group: int | None = None
        self.causes: list[str] = []

    def go(self) -> list[Walked]:
        at: dict[int, list[Moment]] = {}
        for moment in self.case.history:
            at.setdefault(moment.at // (self.case.seconds * SECOND), []).append(moment)
        for step in range(self.case.steps + 1):
            for moment in at.get(step, ()):
                self._hear(moment, step)
            spell = self._current()
            if spell is None or not spell.runs:
                continue
            for level in LEVELS:
                if level not in spell.reached and spell.counted * 100 >= self._target() * level:
                    spell.reached[level] = step
            if step < self.case.steps and self.case.opens[step]:
                spell.counted += 1
        return self.spells

    def _target(self) -> int:
        return self.rule.target // (self.case.seconds * SECOND)

    def _current(self) -> Walked | None:
        last = self.spells[-1] if self.spells else None
        return last if last is not None and last.outcome == "" else None

    def _hear(self, moment: Moment, step: int) -> None:
        if self.over:
            return
        what, value = moment.what, moment.value
        is_answer = what == "reply" and value not in self.rule.not_counted
        self._note(what, value)
        self.over = what == "over"
        is_done = self.status in ("solved", "closed")
        spell = self._current()
        if spell is not None:
            self._finish(spell, step, is_answer, is_done)
        if self._current() is None and not self.over and not is_done and self._starts(what, is_answer):
            self._begin(step)
        spell = self._current()
        if spell is not None:
            spell.runs = self.status not in self.rule.pauses_in and not self.causes
        if is_answer or is_done:
            self.answered = True

    def _note(self, what: str, value: Any) -> None:
        if what == "status":
            self.status = value
        if what == "reply" and self.status == "new":
            self.status = "open"
        if what == "group":
            self.group = value
        if what == "pause" and value in self.rule.pauses_for and value not in self.causes:
            self.causes.append(value)
        if what == "resume" and value in self.causes:
            self.causes.remove(value)

    def _begin(self, step: int) -> None:
        if self.rule.metric in ("requester_wait", "agent_work", "total_resolution") and self.spells:
            self.spells[-1].ended, self.spells[-1].outcome = None, ""
        else:
            self.spells.append(Walked(step, group=self.group))

    def _finish(self, spell: Walked, step: int, is_answer: bool, is_done: bool) -> None:
        metric, outcome = self.rule.metric, ""
        if self.over:
            outcome = "cancelled"
        elif is_done:
            outcome = "cancelled" if metric.endswith(("reply", "update")) else "fulfilled"
        elif (is_answer and metric.endswith(("reply", "update"))) or (
            metric == "group_ownership" and self.group != spell.group
        ):
            outcome = "fulfilled"
        if outcome:
            spell.ended, spell.outcome, spell.runs = step, outcome, False
            silent = outcome == "cancelled" or metric.endswith("update") or metric == "group_ownership"
            if spell.begun == step and silent:
                self.spells.remove(spell)

    def _starts(self, what: str, is_answer: bool) -> bool:
        metric = self.rule.metric
        if metric == "first_reply":
            return what == "customer" and not self.answered and not self.spells
        if metric == "next_reply":
            return what == "customer" and self.answered
        if metric.endswith("update"):
            return is_answer
        if metric == "group_ownership":
            return self.group is not None and (not self.rule.groups or self.group in self.rule.groups)
        return bool(self.spells) or what in ("opened", "customer")


def random_case(number: int) -> Case:
    """The case of this number: some minute by minute over days, some second by second over an hour or two."""
    rng = Random(number)
    by_minute = number % 2 == 0
    steps = rng.randint(500, 6000)
    metric = rng.choice(list(METRICS))
    rule = Rule(
        metric=metric,
        target=rng.choice([1, 2, 4, 20, 100, 600, 2000]) * (60 if by_minute else 1) * SECOND,
        levels=LEVELS,
        pauses_in=frozenset(METRICS[metric] if rng.random() < 0.5 else rng.sample(ACTIVE, rng.randint(0, 2))),
        pauses_for=frozenset(rng.sample(["approval", "supplier"], rng.randint(0, 2))),
        not_counted=frozenset(rng.sample([1, 2], rng.randint(0, 1))),
        groups=frozenset(rng.sample([1, 2], rng.randint(0, 1))),
    )
    case = Case(60 if by_minute else 1, steps, _opening(rng, steps), [], rule)
    case.history = _history(rng, case)
    return case


def _opening(rng: Random, steps: int) -> list[bool]:
    """Stretches of open and closed time; often none of the latter."""
    opens: list[bool] = []
    is_open = rng.random() < 0.7
    longest = steps if rng.random() < 0.3 else 700
    while len(opens) <= steps:
        opens += [is_open] * rng.randint(1, longest)
        is_open = not is_open
    return opens[: steps + 1]


def _history(rng: Random, case: Case) -> list[Moment]:
    count = rng.randint(1, 14)
    places = sorted(rng.choices(range(case.steps + 1), k=count))
    begins = [("group", rng.choice([None, 1, 2])), ("opened", None)]
    begins += [("customer", None)] if rng.random() < 0.8 else []
    told: list[tuple[int, tuple[str, Any]]] = [(places[0], one) for one in begins]
    told += [(place, _something(rng)) for place in places[1:]]
    return [Moment(case.at(place), what, value) for place, (what, value) in told]


def _something(rng: Random) -> tuple[str, Any]:
    choices: Sequence[tuple[str, Any]] = [
        ("customer", None),
        ("customer", None),
        ("reply", 1),
        ("reply", 2),
        ("reply", 3),
        ("status", rng.choice(["open", "pending", "on_hold", "solved", "open"])),
        ("status", "open"),
        ("group", rng.choice([1, 2, 3])),
        ("pause", rng.choice(["approval", "supplier"])),
        ("resume", rng.choice(["approval", "supplier"])),
        ("over", None) if rng.random() < 0.1 else ("customer", None),
    ]
    return rng.choice(choices)
