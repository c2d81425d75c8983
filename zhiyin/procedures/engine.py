"""What a procedure asks and allows at a step: pure functions over its content."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zhiyin.procedures.conditions import Facts, all_hold
from zhiyin.procedures.content import Clock, Content, FormField, Level, Outcome, Owner, SideTask, Step
from zhiyin.tickets.forms.fitting import fit_value
from zhiyin.tickets.forms.misfits import Misfit

FAILED = "failed"  # of a call: no answer in time, or none that is an outcome


@dataclass(frozen=True)
class Filled:
    """What came of filling in a form: the values that fit, those that don't, and what is still missing."""

    values: Mapping[str, Any]  # None for one that was emptied
    misfits: Mapping[str, Misfit]
    missing: Sequence[FormField]


def shown_fields(fields: Sequence[FormField], facts: Facts) -> list[FormField]:
    """The questions that are asked as things stand."""
    return [field for field in fields if all_hold(field.shown_when, facts)]


def fill(fields: Sequence[FormField], told: Mapping[str, Any], facts: Facts) -> Filled:
    """Fit what was told to a form, with the values that the case has already. What is not shown is dropped."""
    known = {field.key: field for field in fields}
    values: dict[str, Any] = {}
    misfits: dict[str, Misfit] = {}
    for key, value in told.items():
        field = known.get(key)
        try:
            if field is None:
                raise Misfit("这一步没有这个问题。", "This step has no such question.")
            values[key] = fit_value(field.kind, field.rules, value)
        except Misfit as misfit:
            misfits[key] = misfit
    after = _with(facts, values)
    shown = shown_fields(fields, after)
    hidden = known.keys() - {field.key for field in shown}
    kept = {key: value for key, value in values.items() if key not in hidden}
    missing = [field for field in shown if field.required and after.values.get(field.key) is None]
    return Filled(kept, misfits, missing)


def open_outcomes(step: Step, facts: Facts) -> list[Outcome]:
    """The outcomes that may be chosen as things stand."""
    return [outcome for outcome in step.outcomes if all_hold(outcome.when, facts)]


def outcome_of(step: Step, key: str, facts: Facts) -> Outcome | None:
    """The outcome, where it may be chosen."""
    return next((outcome for outcome in open_outcomes(step, facts) if outcome.key == key), None)


def minutes_of(clock: Clock, facts: Facts, *, in_hours: bool) -> int:
    """How long the clock gives, in minutes: the first length whose conditions hold, else the usual one; that may
    differ in business hours."""
    sooner = (one.minutes for one in clock.unless if all_hold(one.when, facts))
    usual = clock.working_minutes if in_hours and clock.working_minutes else clock.minutes
    return next(sooner, usual)


def tasks_beside(step: Step, facts: Facts) -> list[SideTask]:
    """The work of others that the step asks for as things stand."""
    return [task for task in step.tasks if all_hold(task.when, facts)]


def owner_at(content: Content, owner: Owner, level: int) -> Owner:
    """Whom an owner comes to on a rung of the escalation path."""
    if owner.to != "level":
        return owner
    rung = rung_at(content, level)
    return rung.owner if rung else Owner()


def rung_at(content: Content, level: int) -> Level | None:
    return content.levels[level] if 0 <= level < len(content.levels) else None


def is_same_place(step: Step | None, other: Step | None) -> bool:
    """Whether a case may go on at `other` as it stood in `step`."""
    return step is not None and other is not None and (step.key, step.kind) == (other.key, other.kind)


def _with(facts: Facts, values: Mapping[str, Any]) -> Facts:
    return Facts(
        values={**facts.values, **values},
        lineage=facts.lineage,
        type_id=facts.type_id,
        priority=facts.priority,
        tier=facts.tier,
    )
