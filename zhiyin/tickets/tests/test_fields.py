"""What fits a field and what a form shows; the front end is held to the same cases."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from zhiyin.tickets.forms.fitting import fit_value
from zhiyin.tickets.forms.forming import Line, Situation, missing_lines, shown_lines
from zhiyin.tickets.forms.misfits import Misfit
from zhiyin.tickets.forms.ruling import tidy_rules

CASES = json.loads((Path(__file__).parent / "field_cases.json").read_text())
OPTION = {"value": "a", "zh": "甲", "en": "A"}


@pytest.mark.parametrize("case", CASES["fitting"], ids=lambda case: f"{case['kind']}-{case['value']}")
def test_a_value_is_kept_as_it_should_be_or_refused(case: dict[str, Any]) -> None:
    if case.get("refused"):
        with pytest.raises(Misfit) as refusal:
            fit_value(case["kind"], case["rules"], case["value"])
        assert all(refusal.value.told().values())
    else:
        kept = fit_value(case["kind"], case["rules"], case["value"])
        assert (kept, type(kept)) == (case["kept"], type(case["kept"]))


@pytest.mark.parametrize("case", CASES["forming"], ids=lambda case: case["says"])
def test_a_form_shows_and_asks(case: dict[str, Any]) -> None:
    lines = [Line(**line) for line in case["lines"]]
    at = Situation(**case["at"])
    assert [line.key for line in shown_lines(lines, at)] == case["shown"]
    assert [line.key for line in missing_lines(lines, at, closing=False)] == case["missing"]
    assert [line.key for line in missing_lines(lines, at, closing=True)] == case["missing_on_close"]


@pytest.mark.parametrize(
    ("kind", "told", "kept"),
    [
        ("text", {"max_length": 20, "pattern": "", "min": 3}, {"max_length": 20}),
        ("number", {"min": 0, "max": None, "decimals": 2}, {"min": 0, "decimals": 2}),
        (
            "choice",
            {"options": [{"value": " a ", "zh": "甲"}]},
            {"options": [{"value": "a", "zh": "甲", "en": "甲"}]},
        ),
        ("checkbox", {"options": [OPTION]}, {}),
    ],
)
def test_rules_are_kept_without_what_the_kind_does_not_know(
    kind: str, told: dict[str, Any], kept: dict[str, Any]
) -> None:
    assert tidy_rules(kind, told) == kept


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("text", {"max_length": 0}),
        ("text", {"pattern": "("}),
        ("text", {"pattern": "(a+)+"}),
        ("text", {"pattern": "(a|aa)*b"}),
        ("text", {"pattern": r"(a)\1"}),
        ("number", {"min": 5, "max": 1}),
        ("number", {"min": "1"}),
        ("number", {"decimals": 9}),
        ("date", {"min": "gestern"}),
        ("choice", {}),
        ("choice", {"options": [OPTION, OPTION]}),
        ("choice", {"options": [{"value": "", "zh": "甲", "en": "A"}]}),
        ("choice", {"options": [{**OPTION, "children": [{"value": "b", "zh": "乙", "en": "B"}]}]}),
        ("choice", {"options": ["a"]}),
        ("cascade", {"options": [{**OPTION, "children": [OPTION]}]}),
    ],
)
def test_rules_that_make_no_sense_are_refused(kind: str, told: dict[str, Any]) -> None:
    with pytest.raises(Misfit) as refusal:
        tidy_rules(kind, told)
    assert all(refusal.value.told().values())


@pytest.mark.parametrize("pattern", [r"[A-Z]{2}\d{4}", r"1[3-9]\d{9}", r"(?:LT|RX)-\d+", r"[(*+)]+x"])
def test_patterns_people_need_are_taken(pattern: str) -> None:
    assert tidy_rules("text", {"pattern": pattern}) == {"pattern": pattern}
