"""What a procedure asks and allows, as pure functions."""

from __future__ import annotations

from typing import Any

import pytest

from zhiyin.procedures.conditions import Facts, holds
from zhiyin.procedures.content import Clock, Condition, Content, FormField, Owner, Step
from zhiyin.procedures.engine import (
    fill,
    is_same_place,
    minutes_of,
    open_outcomes,
    outcome_of,
    owner_at,
    shown_fields,
)

FACTS = Facts(values={"severity": "urgent", "amount": 500}, lineage=[1, 5], type_id=2, priority=4, tier="vip")


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"about": "field", "key": "severity", "any_of": ["urgent", "important"]}, True),
        ({"about": "field", "key": "severity", "any_of": ["routine"]}, False),
        ({"about": "field", "key": "severity"}, True),
        ({"about": "field", "key": "cause"}, False),
        ({"about": "field", "key": "amount", "at_most": 500}, True),
        ({"about": "field", "key": "amount", "at_least": 500.01}, False),
        ({"about": "field", "key": "severity", "at_least": 1}, False),
        ({"about": "category", "any_of": [1]}, True),
        ({"about": "category", "any_of": [4]}, False),
        ({"about": "type", "any_of": [2]}, True),
        ({"about": "priority", "any_of": [3]}, False),
        ({"about": "tier", "any_of": ["vip"]}, True),
    ],
)
def test_conditions_hold_of_values_and_of_the_ticket(told: dict[str, Any], expected: bool) -> None:
    assert holds(Condition.model_validate(told), FACTS) is expected


def field(key: str, kind: str = "text", **more: Any) -> FormField:
    return FormField.model_validate({"key": key, "kind": kind, "zh": key, "en": key, **more})


HARDWARE: dict[str, Any] = {
    "shown_when": [{"about": "field", "key": "area", "any_of": ["hardware"]}],
    "required": True,
}
AREAS = {"options": [{"value": one, "zh": one, "en": one} for one in ("hardware", "software")]}
FORM = [
    field("area", "choice", rules=AREAS, required=True),
    field("serial", "text", **HARDWARE),
    field("cost", "number", rules={"max": 10}),
]


def test_a_form_asks_for_what_its_own_answers_call_for() -> None:
    nothing = Facts(values={})
    assert [one.key for one in shown_fields(FORM, nothing)] == ["area", "cost"]
    filled = fill(FORM, {"area": "hardware"}, nothing)
    assert (filled.values, [one.key for one in filled.missing]) == ({"area": "hardware"}, ["serial"])
    assert fill(FORM, {"area": "hardware", "serial": "S1"}, nothing).missing == []


def test_what_does_not_fit_is_named_and_what_is_not_asked_is_dropped() -> None:
    filled = fill(FORM, {"area": "garden", "cost": 11, "colour": "red"}, Facts(values={}))
    assert set(filled.misfits) == {"area", "cost", "colour"}
    assert fill(FORM, {"area": "software", "serial": "S1"}, Facts(values={})).values == {"area": "software"}


def test_emptying_a_required_answer_makes_it_missing() -> None:
    held = Facts(values={"area": "hardware", "serial": "S1"})
    filled = fill(FORM, {"serial": ""}, held)
    assert (filled.values, [one.key for one in filled.missing]) == ({"serial": None}, ["serial"])


def test_the_first_length_that_fits_is_the_clock_and_business_hours_have_their_own() -> None:
    sooner = [{"when": [{"about": "field", "key": "severity", "any_of": ["urgent"]}], "minutes": 240}]
    clock = Clock.model_validate({"minutes": 2880, "working_minutes": 1080, "unless": sooner})
    assert minutes_of(clock, FACTS, in_hours=False) == 240
    assert minutes_of(clock, Facts(values={}), in_hours=False) == 2880
    assert minutes_of(clock, Facts(values={}), in_hours=True) == 1080


def test_outcomes_are_open_as_their_conditions_hold() -> None:
    small = [{"about": "field", "key": "amount", "at_most": 100}]
    step = Step.model_validate(
        {
            "key": "pay",
            "zh": "付",
            "en": "Pay",
            "outcomes": [
                {"key": "quick", "zh": "快", "en": "Quick", "to": "x", "when": small},
                {"key": "ask", "zh": "问", "en": "Ask", "to": "y"},
            ],
        }
    )
    assert [one.key for one in open_outcomes(step, FACTS)] == ["ask"]
    assert outcome_of(step, "quick", FACTS) is None
    assert outcome_of(step, "quick", Facts(values={"amount": 100})) is not None


def test_a_level_is_the_owner_of_its_rung_and_above_the_path_the_assignee() -> None:
    content = Content.model_validate(
        {
            "start": "end",
            "steps": [{"key": "end", "kind": "end", "zh": "完", "en": "End"}],
            "levels": [
                {"zh": "一", "en": "One", "owner": {"to": "assignee"}},
                {"zh": "二", "en": "Two", "owner": {"to": "skill", "id": 3}},
            ],
        }
    )
    level = Owner(to="level")
    assert owner_at(content, level, 1) == Owner(to="skill", id=3)
    assert owner_at(content, level, 2) == Owner()
    assert owner_at(content, Owner(to="role", role="lead"), 1) == Owner(to="role", role="lead")


def test_a_case_may_go_on_only_at_the_same_kind_of_step() -> None:
    one, other = (
        Step.model_validate({"key": "a", "kind": kind, "zh": "a", "en": "a"}) for kind in ("work", "call")
    )
    assert is_same_place(one, one)
    assert not is_same_place(one, other)
    assert not is_same_place(one, None)
