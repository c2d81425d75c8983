from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.routing.scoring import Agent, Need, Term, Weights, Work, rank_key, rank_terms, score
from zhiyin.routing.tests.scene import agents, works

WEIGHTS = Weights()


def test_a_score_names_every_term_in_seconds_of_waiting() -> None:
    work = Work(1, 0.0, (Need("yue", 2),), priority=3, tier=1, touched=4, due_at=7200.0, last_agent_id=7)
    agent = Agent(7, {"yue": 4}, {"ticket": 4}, {"ticket": 1}, idle_since=80.0, taken=2)
    found = score(work, agent, 100.0, WEIGHTS)
    assert found.terms == (
        Term("waiting", 100.0),
        Term("priority", 600.0),
        Term("tier", 300.0),
        Term("impact", 600.0),
        Term("deadline", 0.0),
        Term("skill", 48.0),
        Term("room", 90.0),
        Term("idle", 20.0),
        Term("last_agent", 300.0),
        Term("fairness", -60.0),
    )
    assert (found.total, found.version) == (1998.0, 1)


def test_a_deadline_lifts_work_to_the_longest_head_start_before_it_is_due() -> None:
    work = Work(1, 0.0, due_at=3000.0)
    at = 3000.0 - WEIGHTS.lead
    assert sum(term.value for term in rank_terms(work, at, WEIGHTS)) == pytest.approx(WEIGHTS.longest_start)
    assert rank_key(Work(2, 0.0, due_at=100_000.0), WEIGHTS) == rank_key(Work(3, 0.0), WEIGHTS)


def test_a_customer_of_high_tier_gets_the_most_experienced() -> None:
    needs = (Need("zh"),)
    junior, senior = Agent(1, {"zh": 2}, idle_since=-200.0), Agent(2, {"zh": 5}, idle_since=0.0)
    for tier, best in [(0, junior), (3, senior)]:
        work = Work(1, 0.0, needs, tier=tier)
        assert max([junior, senior], key=lambda one: score(work, one, 0.0, WEIGHTS).total) is best


@given(works(), st.floats(10_000, 20_000), st.floats(0, 5_000))
def test_a_rank_grows_by_one_a_second_whatever_the_work(found: list[Work], at: float, later: float) -> None:
    for work in found:
        now, then = (
            sum(term.value for term in rank_terms(work, moment, WEIGHTS)) for moment in (at, at + later)
        )
        assert then - now == pytest.approx(later, abs=1e-6)
        assert now == pytest.approx(at - rank_key(work, WEIGHTS), abs=1e-6)


@given(works())
def test_no_head_start_is_over_the_longest(found: list[Work]) -> None:
    for work in found:
        assert 0 <= work.entered_at - rank_key(work, WEIGHTS) <= WEIGHTS.longest_start + 1e-6


def test_an_exclusive_kind_blocks_all_others_and_is_blocked_by_them() -> None:
    limits = {"phone": 1, "chat": 3}
    phone = frozenset({"phone"})
    assert Agent(1, {}, limits, {"phone": 1}, exclusive=phone).room("chat") == 0
    assert Agent(1, {}, limits, {"chat": 1}, exclusive=phone).room("phone") == 0
    assert Agent(1, {}, limits, {"chat": 1}, exclusive=phone).room("chat") == 2
    assert Agent(1, {}, limits, {"chat": 0}, exclusive=phone).room("phone") == 1
    assert Agent(1, {}, limits, {"chat": 9}).room("chat") == 0


@given(agents())
def test_everybody_meets_the_need_for_themselves(found: list[Agent]) -> None:
    for agent in found:
        assert agent.meets((Need(f"agent:{agent.id}", 5),))
        assert not agent.meets((Need(f"agent:{agent.id + 1}"),))
