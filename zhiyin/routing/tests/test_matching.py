"""Every choice is held against trying all."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhiyin.routing.matching.engine import Engine, Match
from zhiyin.routing.scoring import Agent, Need, Weights, Work, score
from zhiyin.routing.simulation.centre import Contact, Policy, simulate
from zhiyin.routing.tests.scene import agents, works

AT = 10_000.0
WEIGHTS = Weights()


def total(work: Work, agent: Agent) -> float:
    return score(work, agent, AT, WEIGHTS).total


@given(agents(), works(count=1))
def test_what_arrives_goes_to_the_best_of_all_with_room(people: list[Agent], found: list[Work]) -> None:
    engine = Engine()
    for agent in people:
        assert engine.sign_in(agent, AT) == []
    for work in found:
        able = [agent for agent in people if agent.meets(work.needs) and agent.room("ticket")]
        best = max((total(work, agent) for agent in able), default=None)
        scores = {agent.id: total(work, agent) for agent in able}
        match = engine.arrive(work, AT)
        assert (match is None) == (best is None)
        if match is not None and best is not None:
            assert scores[match.agent_id] == pytest.approx(best)


@given(agents(count=1, most=1), works())
def test_who_is_free_gets_the_best_of_all_that_waits(people: list[Agent], found: list[Work]) -> None:
    engine = Engine()
    for work in found:
        assert engine.arrive(work, AT) is None
    (agent,) = people
    scores = {work.id: total(work, agent) for work in found if agent.meets(work.needs)}
    matches = engine.sign_in(agent, AT)
    assert len(matches) == min(1, len(scores))
    for match in matches:
        assert scores[match.work_id] == pytest.approx(max(scores.values()))


@given(agents(), works(count=12), st.randoms(use_true_random=False))
@settings(max_examples=150)
def test_nobody_gets_more_than_they_have_room_for_and_nothing_is_given_twice(
    people: list[Agent], found: list[Work], chance: Random
) -> None:
    engine = Engine()
    given_out: dict[int, int] = {}
    for agent in people:
        engine.sign_in(agent, AT)
    for work in found:
        matches = [match] if (match := engine.arrive(work, AT)) else []
        if chance.random() < 0.4:
            matches += engine.finish(chance.choice(people).id, "ticket", AT)
        for one in matches:
            assert one.work_id not in given_out
            given_out[one.work_id] = one.agent_id
        assert all(0 <= agent.load.get("ticket", 0) <= agent.limits["ticket"] for agent in people)
    assert len(given_out) + engine.waiting == len(found)
    for work in found:  # nobody waits whom somebody with room could serve
        if work.id not in given_out:
            assert not any(agent.meets(work.needs) and agent.room("ticket") for agent in people)


def test_a_ring_opens_work_to_others_at_its_rank() -> None:
    engine = Engine()
    engine.sign_in(Agent(1, {"zh": 1}), 0.0)
    assert engine.arrive(Work(1, 0.0, (Need("yue"),)), 0.0) is None
    assert engine.widen(1, [Need("zh")], 60.0) == Match(1, 1)
    assert engine.waiting == 0
    assert engine.widen(1, [Need("zh")], 61.0) is None


def test_work_in_two_rings_is_given_once() -> None:
    engine = Engine()
    engine.arrive(Work(1, 0.0, (Need("yue"),)), 0.0)
    engine.widen(1, [Need("zh")], 60.0)
    assert engine.sign_in(Agent(1, {"yue": 1}), 61.0) == [Match(1, 1)]
    assert engine.sign_in(Agent(2, {"zh": 1}), 62.0) == []


def test_work_kept_for_one_person_opens_to_all_after_a_while() -> None:
    engine = Engine()
    engine.sign_in(Agent(1, {"zh": 5}), 0.0)
    assert engine.arrive(Work(1, 0.0, (Need("agent:2"),)), 0.0) is None
    assert engine.widen(1, [], 30.0) == Match(1, 1)


def test_who_left_gets_nothing_and_what_was_taken_back_is_not_given() -> None:
    engine = Engine()
    engine.sign_in(Agent(1, {}), 0.0)
    engine.sign_out(1)
    assert engine.arrive(Work(1, 0.0), 0.0) is None
    assert engine.withdraw(1) == Work(1, 0.0)
    assert engine.sign_in(Agent(2, {}), 0.0) == []
    assert engine.finish(1, "ticket", 0.0) == []


def test_the_longest_wait_under_a_flood_of_important_customers_has_a_bound() -> None:
    """A plain customer is served before any that came more than the longest head start later.

    One person serves 10 an hour. 3 important ones come every 10 minutes for ever; the plain one came first.
    """
    engine = Engine()
    agent = Agent(1, {}, load={"ticket": 1})
    engine.sign_in(agent, 0.0)
    engine.arrive(Work(0, 0.0, priority=1), 0.0)
    entered, served, number = {0: 0.0}, [], 0
    for minute in range(0, 60 * 24, 6):
        at = minute * 60.0
        for _ in range(2):
            number += 1
            entered[number] = at
            engine.arrive(Work(number, at, priority=4, tier=5), at)
        served += [match.work_id for match in engine.finish(1, "ticket", at + 300)]
        if 0 in served:
            break
    assert 0 in served
    overtook = [one for one in served if one != 0]
    assert all(entered[one] <= WEIGHTS.longest_start for one in overtook)
    assert len(overtook) <= 2 * (WEIGHTS.longest_start / 360 + 1)


@given(
    st.lists(st.tuples(st.integers(0, 20_000), st.integers(1, 4), st.integers(0, 5)), min_size=1, max_size=60)
)
def test_nobody_is_overtaken_by_whom_came_later_than_the_longest_head_start(
    arrivals: list[tuple[int, int, int]],
) -> None:
    engine = Engine()
    engine.sign_in(Agent(1, {}, load={"ticket": 1}), 0.0)
    entered = {}
    for number, (at, priority, tier) in enumerate(sorted(arrivals), 1):
        entered[number] = float(at)
        engine.arrive(Work(number, float(at), priority=priority, tier=tier), float(at))
    order = []
    while matches := engine.finish(1, "ticket", 30_000.0):
        order += [match.work_id for match in matches]
    assert sorted(order) == sorted(entered)
    for place, work_id in enumerate(order):  # whoever is behind did not come so much earlier
        for behind in order[place + 1 :]:
            assert entered[work_id] <= entered[behind] + WEIGHTS.longest_start


@given(
    people=st.integers(1, 4),
    flood=st.lists(
        st.tuples(st.integers(0, 20_000), st.integers(60, 900), st.integers(1, 4), st.integers(0, 5)),
        max_size=60,
    ),
    plain=st.integers(0, 8_000),
)
def test_the_longest_wait_has_a_bound_whatever_important_customers_flood_in(
    people: int, flood: list[tuple[int, int, int, int]], plain: int
) -> None:
    """Before a plain customer goes at most what was there, and what comes within the longest head start after them:
    with n such pieces of work, the longest of h seconds, and c people, they wait at most h * (1 + n / c)."""
    came = [(at, handling, priority, tier) for at, handling, priority, tier in flood]
    contacts = [
        Contact(Work(number, float(at), priority=priority, tier=tier), float(handling))
        for number, (at, handling, priority, tier) in enumerate(sorted([*came, (plain, 300, 1, 0)]), 1)
    ]
    run = simulate(contacts, [Agent(number, {}) for number in range(1, people + 1)], Policy(), seconds=1e6)
    for fate in run.fates.values():
        entered, waited = fate.contact.work.entered_at, fate.waited
        before = [
            one.contact.handling
            for one in run.fates.values()
            if one is not fate and one.contact.work.entered_at <= entered + WEIGHTS.longest_start
        ]
        longest = max(before, default=0.0)
        assert waited is not None
        assert waited <= longest * (1 + len(before) / people) + 1e-6
