"""The simulation against the exact values, and what a changed policy shows."""

from __future__ import annotations

import pytest

from zhiyin.routing.rings import FIRST, Ring, needs_in_ring, open_ring
from zhiyin.routing.scoring import Agent, Need, Work
from zhiyin.routing.simulation.centre import Contact, Policy, Run, Shift, simulate
from zhiyin.routing.simulation.erlang import erlang_a, erlang_c
from zhiyin.routing.simulation.making import Stream, make_contacts, make_people
from zhiyin.routing.simulation.summing import Summary, sum_up

RATE, HOUR = 100 / 1800, 3600.0


def run_plain(people: int, *, patience: float | None, hours: float, seed: int = 5) -> Summary:
    contacts = make_contacts([Stream(RATE, 300, patience)], seconds=hours * HOUR, seed=seed)
    run = simulate(contacts, make_people(people), Policy(), seconds=hours * HOUR)
    return sum_up(run, within=20, from_second=HOUR)


def test_a_simulation_without_abandonment_comes_to_erlang_c() -> None:
    exact = erlang_c(rate=RATE, handling=300, people=22, within=20)
    found = run_plain(22, patience=None, hours=250)
    assert found.offered > 49_000
    assert found.service_level == pytest.approx(exact.service_level, abs=0.012)
    assert found.occupancy == pytest.approx(exact.occupancy, abs=0.01)
    assert found.abandoned == 0


@pytest.mark.parametrize("people", [16, 18, 20])
def test_a_simulation_with_abandonment_comes_to_erlang_a(people: int) -> None:
    exact = erlang_a(rate=RATE, handling=300, people=people, patience=120, within=20)
    found = run_plain(people, patience=120, hours=250)
    assert found.service_level == pytest.approx(exact.service_level, abs=0.012)
    assert found.abandoned == pytest.approx(exact.abandoned, abs=0.006)
    assert found.wait == pytest.approx(exact.wait, rel=0.06)
    assert found.occupancy == pytest.approx(exact.occupancy, abs=0.012)


def test_the_same_seed_is_the_same_day() -> None:
    assert run_plain(18, patience=120, hours=5) == run_plain(18, patience=120, hours=5)


def test_contacts_that_wait_at_the_end_are_neither_answered_nor_abandoned() -> None:
    contacts = [Contact(Work(number, 10.0 * number), 1_000.0) for number in (1, 2)]
    run = simulate(contacts, [Agent(1, {})], Policy(), seconds=100.0)
    found = sum_up(run, within=20)
    assert (found.offered, found.answered, found.abandoned) == (2, 1, 0)
    assert (found.service_level, found.longest_wait) == (0.5, 80.0)
    assert run.worked[1].busy == 90.0


def test_a_ring_asks_for_less_and_opens_to_more() -> None:
    rings = [Ring(), Ring(after=60, level=2), Ring(after=180, without=frozenset({"yue"}))]
    needs = (Need("yue", 4), Need("zh", 1))
    assert needs_in_ring(needs, rings, 0, 7) == (Need("yue", 4), Need("zh", 1), Need("queue:7", FIRST))
    assert needs_in_ring(needs, rings, 1, 7) == (Need("yue", 2), Need("zh", 1), Need("queue:7", FIRST - 1))
    assert needs_in_ring(needs, rings, 2, 7) == (Need("zh", 1), Need("queue:7", FIRST - 2))
    assert [open_ring(rings, waited) for waited in (0, 59, 60, 500)] == [0, 0, 1, 2]


def replay(policy: Policy) -> Run:
    """Two hours in which Cantonese is asked for more than those who speak it can answer."""
    streams = [
        Stream(1 / 40, 240, 600, (Need("yue", 1),), queue="q"),
        Stream(1 / 60, 240, 600, (Need("zh", 1),), queue="q"),
    ]
    people = [
        Agent(number, {"queue:q": FIRST, "zh": 3} | ({"yue": 3} if number <= 4 else {}), {"chat": 1})
        for number in range(1, 15)
    ]
    contacts = make_contacts(streams, seconds=2 * HOUR, seed=11)
    return simulate(contacts, people, policy, seconds=2 * HOUR)


def test_what_if_skills_were_widened() -> None:
    """More are answered in time, at the price of contacts that are handed on."""
    strict = sum_up(replay(Policy("strict", rings={"q": [Ring()]})), within=60)
    widened = [Ring(), Ring(after=30, without=frozenset({"yue"}))]
    wide = sum_up(replay(Policy("wide", rings={"q": widened})), within=60)
    assert strict.offered == wide.offered
    assert strict.transfers == 0
    assert wide.transfers > 0
    assert wide.service_level > strict.service_level + 0.2
    assert wide.abandoned < strict.abandoned / 2
    assert wide.p90_wait < strict.p90_wait
    assert wide.occupancy > strict.occupancy
    assert 1 / 14 <= strict.fairness < wide.fairness <= 1


def at(second: float, handling: float = 50.0, number: int = 0) -> Contact:
    return Contact(Work(number or int(second), second), handling)


def test_people_take_work_while_they_are_there_and_finish_what_they_have() -> None:
    contacts = [at(10), at(95), at(120), at(400)]
    shifts = {1: [Shift(0, 100), Shift(300, 350)]}
    run = simulate(contacts, make_people(1, kind="ticket"), Policy(), seconds=1_000, shifts=shifts)
    answered = {number: fate.answered_at for number, fate in run.fates.items()}
    assert answered == {10: 10, 95: 95, 120: 300, 400: None}
    assert (run.worked[1].busy, run.worked[1].there) == (150, 195)  # until 145 and until 350
    found = sum_up(run, within=20)
    assert found.occupancy == pytest.approx(150 / 195)
    assert found.longest_wait == 600


def test_who_comes_back_with_work_in_hand_has_no_room_for_more() -> None:
    shifts = {1: [Shift(0, 20), Shift(40, 500)]}
    run = simulate([at(10, 100), at(30)], make_people(1, kind="ticket"), Policy(), seconds=500, shifts=shifts)
    assert run.fates[30].answered_at == 110
    assert run.worked[1].there == 500


def test_who_was_never_there_takes_nothing_and_is_not_counted() -> None:
    run = simulate(
        [at(10)], make_people(2, kind="ticket"), Policy(), seconds=100, shifts={2: [Shift(0, 100)]}
    )
    assert run.fates[10].agent_id == 2
    found = sum_up(run, within=20)
    assert (found.occupancy, found.fairness) == (0.5, 1.0)


def test_a_shift_may_be_for_some_kinds_of_channel_only() -> None:
    contacts = [Contact(Work(1, 10.0, kind="chat"), 5.0), Contact(Work(2, 10.0, kind="mail"), 5.0)]
    people = [Agent(1, {}, {"chat": 1, "mail": 1})]
    shifts = {1: [Shift(0, 50, frozenset({"mail"})), Shift(50, 100)]}
    run = simulate(contacts, people, Policy(), seconds=100, shifts=shifts)
    assert {number: fate.answered_at for number, fate in run.fates.items()} == {1: 50, 2: 10}
