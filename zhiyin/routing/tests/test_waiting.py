"""How long somebody will wait: the pure part, and how true it is in simulated centres."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.waiting import CENTRES, LEAST_HELD, MOST_ERROR, live_through
from zhiyin.routing.scoring import Work
from zhiyin.routing.simulation.centre import Contact, Fate, Policy, Run
from zhiyin.routing.simulation.promising import told_in
from zhiyin.routing.waiting import QueueState, WaitEstimate, estimate_wait


def expected(state: QueueState, place: int) -> WaitEstimate:
    found = estimate_wait(state, place=place)
    assert found is not None
    return found


@pytest.mark.parametrize("centre", CENTRES[2:4], ids=["100 calls at once", "300 chats at once"])
def test_four_of_five_numbers_are_within_a_quarter_of_the_wait(
    centre: tuple[int, int, float, float | None],
) -> None:
    found = live_through(*centre, days=1)
    assert found.as_number > 900
    assert found.p80_error <= MOST_ERROR
    assert found.held >= LEAST_HELD


def test_in_a_small_centre_a_range_is_told_and_holds() -> None:
    found = live_through(*CENTRES[0], days=3)
    assert found.told > 100
    assert found.as_number < found.told / 2
    assert found.held >= LEAST_HELD


def test_nobody_serving_has_no_estimate_until_something_is_seen_to_move() -> None:
    assert estimate_wait(QueueState(serving=0, handling=300.0), place=1) is None
    assert estimate_wait(QueueState(serving=0, handling=300.0, watched=600.0), place=1) is None
    assert expected(QueueState(serving=0, handling=300.0, starts=6, watched=600.0), 3).mean == 300


def test_somebody_free_serves_at_once() -> None:
    found = expected(QueueState(serving=3, handling=300.0, free=2), 2)
    assert (found.low, found.high) == (0, 30)
    assert expected(QueueState(serving=3, handling=300.0, free=2), 3).mean == 100


def test_with_nothing_seen_it_is_what_people_and_handling_say() -> None:
    found = expected(QueueState(serving=4, handling=300.0), 10)
    assert found.mean == pytest.approx(750)
    assert found.low < 750 < found.high
    assert not found.is_sure


def test_what_is_seen_outweighs_what_was_expected_the_more_of_it_there_is() -> None:
    """Expected: one in 75 s. Seen: one in 25 s."""
    few = expected(QueueState(serving=4, handling=300.0, starts=4, watched=100.0), 10)
    many = expected(QueueState(serving=4, handling=300.0, starts=36, watched=900.0), 10)
    assert few.mean == pytest.approx(500)
    assert many.mean == pytest.approx(300)
    assert many.high - many.low < few.high - few.low


def test_who_gives_up_makes_the_wait_shorter_for_those_behind() -> None:
    patient = QueueState(serving=4, handling=300.0)
    many, few = (expected(QueueState(4, 300.0, given_up=n, waited=14_400.0), 100).mean for n in (30, 3))
    assert many < few < expected(patient, 100).mean == pytest.approx(7_500)


def test_long_sums_are_as_exact_as_short_ones() -> None:
    rate, leaving = 0.05, 1 / 600
    exact = sum(1 / (rate + step * leaving) for step in range(500))
    state = QueueState(serving=15, handling=300.0, given_up=10, waited=6_000.0 - 3_600.0)
    assert expected(state, 500).mean == pytest.approx(exact, rel=1e-4)


def test_a_far_place_with_much_seen_is_told_as_one_number() -> None:
    state = QueueState(serving=60, handling=300.0, starts=180, watched=900.0)
    assert expected(state, 60).is_sure
    assert not expected(state, 3).is_sure


@given(
    serving=st.integers(1, 500),
    handling=st.floats(5, 5_000),
    free=st.integers(0, 5),
    starts=st.integers(0, 2_000),
    given_up=st.integers(0, 500),
    watched=st.floats(0, 900),
    place=st.integers(1, 500),
)
def test_a_place_further_back_never_waits_less(
    serving: int, handling: float, free: int, starts: int, given_up: int, watched: float, place: int
) -> None:
    state = QueueState(serving, handling, free, starts, given_up, watched, waited=watched * place)
    nearer, further = expected(state, place), expected(state, place + 1)
    assert 0 <= nearer.low <= nearer.high
    if place > free:
        assert nearer.mean <= further.mean
        assert nearer.low <= nearer.mean <= nearer.high


def test_only_what_was_known_at_the_moment_is_told() -> None:
    """Three come while one is served by one person; the third sees one before it, and nothing has left since."""
    came = [(1, 0.0, 0.0), (2, 10.0, 100.0), (3, 20.0, 200.0)]
    run = Run(Policy(), 400.0, {}, {})
    for number, at, answered in came:
        run.fates[number] = Fate(Contact(Work(number, at), 100.0), answered_at=answered)
    second, third = told_in(run, serving=1)
    assert (second.place, third.place) == (1, 2)
    assert second.estimate.mean == pytest.approx(600)  # nothing was finished yet: the usual
    assert third.waited == 180
