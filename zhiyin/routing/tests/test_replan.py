"""Plans are held against trying every plan there is, and against the sum of `score`."""

from __future__ import annotations

import copy
from itertools import product

import pytest
from hypothesis import given, settings

from zhiyin.routing.matching.engine import Engine, Match
from zhiyin.routing.matching.replan import replan
from zhiyin.routing.scoring import Agent, Need, Weights, Work, score
from zhiyin.routing.tests.scene import agents, crowd, flood, works

AT = 10_000.0
WEIGHTS = Weights()


def held(people: list[Agent], found: list[Work], at: float = AT) -> Engine:
    engine = Engine(held=True)
    for work in found:
        engine.arrive(work, at)
    for agent in people:
        assert engine.sign_in(agent, at) == []
    return engine


def worth(matches: list[Match], people: list[Agent], found: list[Work], at: float = AT) -> float:
    """The sum of scores, each taken as the plan is given out one by one."""
    by_id = {agent.id: copy.deepcopy(agent) for agent in people}
    waiting = {work.id: work for work in found}
    total = 0.0
    for match in sorted(matches):
        agent, work = by_id[match.agent_id], waiting.pop(match.work_id)
        assert agent.meets(work.needs)
        assert agent.room(work.kind) > 0
        total += score(work, agent, at, WEIGHTS).total
        agent.load[work.kind] = agent.load.get(work.kind, 0) + 1
        agent.taken += 1
        agent.idle_since = at
    return total


def every_plan(people: list[Agent], found: list[Work]) -> list[list[Match]]:
    plans = []
    for chosen in product([None, *people], repeat=len(found)):
        matches = [
            Match(work.id, agent.id) for work, agent in zip(found, chosen, strict=True) if agent is not None
        ]
        fits = all(
            agent is None or agent.meets(work.needs) for work, agent in zip(found, chosen, strict=True)
        )
        if fits and all(
            sum(one.agent_id == agent.id for one in matches) <= agent.room("ticket") for agent in people
        ):
            plans.append(matches)
    return plans


@given(agents(count=3, most=2), works(count=4))
@settings(max_examples=80)
def test_a_plan_gives_as_much_as_can_be_given_and_is_worth_the_most(
    people: list[Agent], found: list[Work]
) -> None:
    plan = replan(held(people, found), AT)
    plans = every_plan(people, found)
    most = max(len(one) for one in plans)
    assert len(plan) == most
    best = max(worth(one, people, found) for one in plans if len(one) == most)
    assert worth(plan, people, found) == pytest.approx(best, abs=0.1 * (4 * most + 1))  # tenths of a second


def test_a_plan_sees_what_one_at_a_time_does_not() -> None:
    """The only one who speaks Cantonese is left for those who need it."""
    people = [Agent(1, {"zh": 5, "yue": 5}, idle_since=0.0), Agent(2, {"zh": 1}, idle_since=AT)]
    found = [Work(1, 9_000.0, (Need("zh"),)), Work(2, 9_900.0, (Need("yue"),))]
    assert sorted(replan(held(people, found), AT)) == [Match(1, 2), Match(2, 1)]


def test_a_plan_given_out_is_the_state_from_which_matching_goes_on() -> None:
    people = [Agent(1, {}, {"ticket": 2}), Agent(2, {}, {"ticket": 1})]
    engine = held(people, [Work(number, 9_000.0) for number in (1, 2, 3, 4)])
    plan = replan(engine, AT)
    assert len(plan) == 3
    engine.carry_out(plan, AT)
    assert engine.waiting == 1
    assert [agent.room("ticket") for agent in people] == [0, 0]
    (match,) = engine.finish(2, "ticket", AT + 60)
    assert match.agent_id == 2
    assert engine.waiting == 0


def test_kinds_that_block_each_other_are_not_planned_together() -> None:
    agent = Agent(1, {}, {"chat": 2, "phone": 1}, exclusive=frozenset({"phone"}))
    engine = held([agent], [Work(1, 9_000.0, kind="chat"), Work(2, 9_000.0, kind="phone")])
    assert replan(engine, AT) == [Match(1, 1)]


def test_one_at_a_time_comes_close_to_the_plan() -> None:
    people, found = crowd(people=300, skills=12), flood(works=2_000, skills=12)
    best = worth(replan(held(people, found, 0.0), 0.0), people, found, 0.0)
    engine = Engine()
    before = copy.deepcopy(people)
    for work in found:
        engine.arrive(work, 0.0)
    greedy = [match for agent in people for match in engine.sign_in(agent, 0.0)]
    assert 0.95 * best <= worth(greedy, before, found, 0.0) <= best * 1.0001
