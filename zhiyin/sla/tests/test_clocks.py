"""Clocks by example, and against an oracle that walks through time step by step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest

from zhiyin.platform.calendars.timetable import MINUTE, Always
from zhiyin.sla.clocks import Moment, Rule, Spell, replay
from zhiyin.sla.history import MACHINE, Told, moments_of
from zhiyin.sla.tests.oracle import Case, Steps, Walk, random_case

ALWAYS = Always()
OPENED = [Moment(0, "group", 1), Moment(0, "opened"), Moment(0, "customer")]


def minutes(*told: tuple[int, str, Any] | tuple[int, str]) -> list[Moment]:
    return [*OPENED, *(Moment(one[0] * MINUTE, *one[1:]) for one in told)]


def rule(metric: str, target: int = 60, **more: Any) -> Rule:
    return Rule(metric, target * MINUTE, levels=(75, 100), **more)


def clocks(metric: str, *told: Any, now: int = 600, target: int = 60, **more: Any) -> list[Spell]:
    return replay(minutes(*told), rule(metric, target, **more), ALWAYS, now=now * MINUTE)


def test_a_first_reply_in_time_fulfils() -> None:
    (spell,) = clocks("first_reply", (30, "reply", 7))
    assert (spell.state, spell.elapsed, spell.reached) == ("fulfilled", 30 * MINUTE, {})


def test_an_answer_at_the_very_moment_is_in_time_and_one_later_is_not() -> None:
    (spell,) = clocks("first_reply", (60, "reply", 7))
    assert (spell.breached_at, spell.reached) == (None, {75: 45 * MINUTE})
    (late,) = replay(
        [*OPENED, Moment(60 * MINUTE + 1, "reply", 7)], rule("first_reply"), ALWAYS, now=600 * MINUTE
    )
    assert late.breached_at == 60 * MINUTE


def test_what_is_open_says_when_it_is_due_and_when_it_wants_to_be_looked_at() -> None:
    (spell,) = clocks("first_reply", now=10)
    assert (spell.state, spell.due_at, spell.next_at) == ("running", 60 * MINUTE, 45 * MINUTE)
    (spell,) = clocks("first_reply", now=50)
    assert (spell.reached, spell.next_at) == ({75: 45 * MINUTE}, 60 * MINUTE)


def test_a_customers_second_message_does_not_start_the_wait_anew() -> None:
    spells = clocks("next_reply", (5, "reply", 7), (10, "customer"), (20, "customer"), (30, "reply", 7))
    assert [(one.begun, one.ended) for one in spells] == [(10 * MINUTE, 30 * MINUTE)]


def test_a_machines_answer_stops_the_clock_only_where_the_policy_says_so() -> None:
    (spell,) = clocks("first_reply", (1, "reply", 9), (40, "reply", 7), not_counted=frozenset({9}))
    assert spell.ended == 40 * MINUTE
    (spell,) = clocks("first_reply", (1, "reply", 9), (40, "reply", 7))
    assert spell.ended == MINUTE


def test_what_nobody_of_the_staff_answered_is_a_machines_answer() -> None:
    told = [
        Told("tickets.customer_wrote", {}, 1),
        Told("tickets.answered_from_knowledge", {"by_id": None}, 2),
        Told("tickets.answered_from_knowledge", {"by_id": 7}, 3),  # the reply itself is told besides
    ]
    replies = [one for one in moments_of(1, told, group_id=None) if one.what == "reply"]
    assert [(one.at, one.value) for one in replies] == [(2, MACHINE)]


def test_time_with_the_customer_is_not_ours() -> None:
    told = [(10, "reply", 7), (10, "status", "pending"), (100, "status", "open"), (120, "status", "solved")]
    (spell,) = clocks("requester_wait", *told, pauses_in=frozenset({"pending"}))
    assert (spell.elapsed, spell.state) == (30 * MINUTE, "fulfilled")
    assert spell.pauses == [[10 * MINUTE, 100 * MINUTE, "status:pending"]]
    assert [event.what for event in spell.events] == ["activate", "pause", "resume", "fulfil"]


def test_waiting_for_an_approval_pauses_those_that_say_so() -> None:
    told = [(10, "pause", "approval"), (70, "resume", "approval")]
    (spell,) = clocks("first_reply", *told, now=80, pauses_for=frozenset({"approval"}))
    assert (spell.due_at, spell.elapsed) == (120 * MINUTE, 20 * MINUTE)
    (spell,) = clocks("first_reply", *told, now=80)
    assert spell.breached_at == 60 * MINUTE


def test_a_paused_clock_is_due_at_no_time() -> None:
    (spell,) = clocks("agent_work", (10, "status", "on_hold"), pauses_in=frozenset({"on_hold"}))
    assert (spell.state, spell.due_at, spell.next_at) == ("paused", None, None)


def test_a_reopened_case_goes_on_counting() -> None:
    told = [(20, "status", "solved"), (500, "status", "open")]
    (spell,) = clocks("total_resolution", *told, now=510)
    assert (spell.state, spell.elapsed, spell.due_at) == ("running", 30 * MINUTE, 540 * MINUTE)


def test_every_answer_begins_the_time_to_the_next_update() -> None:
    spells = clocks("periodic_update", (5, "reply", 7), (50, "reply", 7), (60, "status", "solved"))
    assert [(one.begun, one.outcome) for one in spells] == [
        (5 * MINUTE, "fulfilled"),
        (50 * MINUTE, "cancelled"),
    ]


def test_each_group_answers_for_its_own_time() -> None:
    spells = clocks("group_ownership", (30, "group", 2), (130, "group", None), (140, "group", 3), now=150)
    assert [(one.group, one.elapsed // MINUTE, one.breached_at is not None) for one in spells] == [
        (1, 30, False),
        (2, 100, True),
        (3, 10, False),
    ]


def test_solving_without_an_answer_is_no_answer() -> None:
    (spell,) = clocks("first_reply", (5, "status", "solved"))
    assert spell.state == "cancelled"


def test_what_is_merged_away_is_promised_no_more() -> None:
    (spell,) = clocks("total_resolution", (5, "over"), (6, "customer"))
    assert (spell.state, spell.ended) == ("cancelled", 5 * MINUTE)


def _told(spell: Spell) -> tuple[Any, ...]:
    return spell.begun, spell.ended, spell.outcome, spell.elapsed, spell.reached


def _walked(case: Case) -> list[tuple[Any, ...]]:
    return [
        (
            case.at(one.begun),
            case.at(one.ended) if one.ended is not None else None,
            one.outcome,
            case.at(one.counted),
            {level: case.at(step) for level, step in one.reached.items()},
        )
        for one in Walk(case).go()
    ]


def disagreements(numbers: Iterable[int]) -> list[int]:
    """The random cases that are not counted as by walking through time."""
    wrong = []
    for number in numbers:
        case = random_case(number)
        found = replay(case.history, case.rule, Steps(case), now=case.at(case.steps))
        if [_told(spell) for spell in found] != _walked(case):
            wrong.append(number)
    return wrong


@pytest.mark.parametrize("start", range(0, 400, 50))
def test_random_histories_are_counted_as_by_walking_through_time(start: int) -> None:
    """bench/clocks.py walks through 10,000."""
    assert disagreements(range(start, start + 50)) == []
