"""Bad definitions are refused with the place where they are bad."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from zhiyin.procedures.checking import Known, check
from zhiyin.procedures.content import Content
from zhiyin.procedures.shipped import FOLDER
from zhiyin.procedures.ways import can_end, reached_from, usual_way

KNOWN = Known(
    key="own",
    roles=frozenset({"lead"}),
    groups=frozenset({1}),
    skills=frozenset({7}),
    people=frozenset({3}),
    calendars=frozenset({4}),
    systems=frozenset({"risk"}),
    procedures={"inner": frozenset(), "rounder": frozenset({"own"})},
)
GOOD: dict[str, Any] = {
    "start": "receive",
    "levels": [{"zh": "一线", "en": "First", "owner": {"to": "assignee"}}],
    "steps": [
        {
            "key": "receive",
            "zh": "受理",
            "en": "Receive",
            "owner": {"to": "role", "role": "lead"},
            "clock": {"minutes": 60, "calendar_id": 4},
            "fields": [
                {"key": "amount", "kind": "number", "zh": "金额", "en": "Amount", "rules": {"min": 1}}
            ],
            "tasks": [
                {
                    "key": "look",
                    "zh": "查看",
                    "en": "Look",
                    "owner": {"to": "skill", "id": 7},
                    "shows": ["customer", "amount"],
                }
            ],
            "outcomes": [
                {"key": "again", "zh": "再看", "en": "Again", "to": "receive"},
                {"key": "done", "zh": "完成", "en": "Done", "to": "end"},
            ],
        },
        {"key": "end", "kind": "end", "zh": "结束", "en": "End"},
    ],
}


def changed(*path: str | int, value: Any) -> dict[str, Any]:
    data = copy.deepcopy(GOOD)
    part: Any = data
    for name in path[:-1]:
        part = part[name]
    part[path[-1]] = value
    return data


def places(data: dict[str, Any]) -> list[str]:
    return [problem.place for problem in check(data, KNOWN)[1]]


def test_a_good_one_has_no_problems_and_a_loop_with_a_way_out_is_good() -> None:
    assert check(GOOD, KNOWN)[1] == []


def step(key: str, to: str, **more: Any) -> dict[str, Any]:
    outcome = {"key": "on", "zh": "下一步", "en": "On", "to": to}
    return {"key": key, "zh": key, "en": key, "outcomes": [outcome], **more}


@pytest.mark.parametrize(
    ("data", "place", "words"),
    [
        (changed("start", value="nowhere"), "start", "no step nowhere"),
        (changed("steps", 0, "outcomes", value=[]), "steps.0.outcomes", "dead end"),
        (changed("steps", 0, "outcomes", 1, "to", value="gone"), "steps.0.outcomes.1.to", "no step gone"),
        (changed("steps", 0, "outcomes", 1, "to", value="receive"), "steps.0", "round for ever"),
        (changed("steps", 0, "owner", "role", value="king"), "steps.0.owner", "no such role"),
        (changed("steps", 0, "owner", value={"to": "group", "id": 9}), "steps.0.owner", "no such group"),
        (changed("steps", 0, "owner", value={"to": "person", "id": 9}), "steps.0.owner", "no such colleague"),
        (changed("steps", 0, "tasks", 0, "owner", "id", value=8), "steps.0.tasks.0.owner", "no such skill"),
        (
            changed("steps", 0, "tasks", 0, "shows", value=["secret"]),
            "steps.0.tasks.0.shows.0",
            "no question secret",
        ),
        (changed("steps", 0, "clock", "calendar_id", value=5), "steps.0.clock.calendar_id", "business hours"),
        (
            changed("steps", 0, "fields", 0, "rules", value={"decimals": 99}),
            "steps.0.fields.0.rules",
            "Decimals",
        ),
        (changed("steps", 0, "fields", 0, "kind", value="colour"), "steps.0.fields.0.kind", "does not fit"),
        (changed("steps", 0, "zh", value=" "), "steps.0.zh", "Fill this in"),
        (changed("steps", 1, "key", value="receive"), "steps.1.key", "already"),
        (changed("levels", 0, "owner", value={"to": "level"}), "levels.0.owner", "escalation path"),
        (
            changed("steps", 0, "outcomes", 1, "when", value=[{"about": "field", "key": "colour"}]),
            "steps.0.outcomes.1.when.0.key",
            "no question colour",
        ),
        (
            changed(
                "steps",
                0,
                "outcomes",
                value=[
                    {
                        "key": "x",
                        "zh": "x",
                        "en": "x",
                        "to": "end",
                        "when": [{"about": "field", "key": "amount"}],
                    }
                ],
            ),
            "steps.0.outcomes",
            "Leave one without",
        ),
        (changed("steps", value=[*GOOD["steps"], step("island", "end")]), "steps.2", "No way leads here"),
    ],
)
def test_each_fault_is_told_at_its_place(data: dict[str, Any], place: str, words: str) -> None:
    problems = check(data, KNOWN)[1]
    told = {problem.place: problem for problem in problems}
    assert place in told, problems
    assert words.lower() in told[place].en.lower()
    assert told[place].zh


@pytest.mark.parametrize(
    ("more", "place"),
    [
        ({"kind": "call", "call": {"system": "oracle"}}, "steps.0.call.system"),
        ({"kind": "call", "call": {"system": "risk", "sends": ["x"]}}, "steps.0.call.sends.0"),
        ({"kind": "call", "call": {"system": "risk"}}, "steps.0.outcomes"),  # no `failed`
        ({"kind": "approval"}, "steps.0.approval"),
        ({"kind": "approval", "approval": {"kind": "refund", "amount": "words"}}, "steps.0.approval.amount"),
        ({"kind": "procedure", "procedure": "lost"}, "steps.0.procedure"),
        ({"kind": "procedure", "procedure": "own"}, "steps.0.procedure"),
        ({"kind": "procedure", "procedure": "rounder"}, "steps.0.procedure"),
    ],
)
def test_kinds_of_steps_need_what_they_are_for(more: dict[str, Any], place: str) -> None:
    data = {
        "start": "one",
        "steps": [step("one", "end", **more), {"key": "end", "kind": "end", "zh": "完", "en": "End"}],
    }
    assert place in places(data)


def test_a_sub_procedure_that_is_not_its_own_is_good() -> None:
    inside = step("one", "end", kind="procedure", procedure="inner")
    inside["outcomes"][0]["key"] = "done"
    data = {"start": "one", "steps": [inside, {"key": "end", "kind": "end", "zh": "完", "en": "End"}]}
    assert places(data) == []


def test_ways_lead_where_they_lead() -> None:
    content = Content.model_validate(GOOD)
    assert reached_from(content, "receive") == {"receive", "end"}
    assert can_end(content) == {"receive", "end"}
    assert usual_way(content, start="receive") == ["receive", "end"]  # though its first outcome leads back


def test_what_ships_makes_sense_and_speaks_both_languages() -> None:
    told = {path.stem: json.loads(path.read_text("utf-8")) for path in FOLDER.glob("*.json")}
    assert set(told) == {"complex_complaint", "refund", "key_account_delay", "vip_task_force", "repair_order"}
    skills = {"support": 1, "engineering": 2, "product": 3, "logistics": 4}
    inside = {
        key: frozenset(step.get("procedure", "") for step in one["content"]["steps"]) - {""}
        for key, one in told.items()
    }
    for key, one in told.items():
        text = json.dumps(one["content"])
        for name, pk in skills.items():
            text = text.replace(f'"id": "{name}"', f'"id": {pk}')
        known = Known(
            key=key,
            roles=frozenset({"lead"}),
            skills=frozenset(skills.values()),
            systems=frozenset({"risk", "payments"}),
            procedures=inside,
        )
        assert check(json.loads(text), known)[1] == [], key
