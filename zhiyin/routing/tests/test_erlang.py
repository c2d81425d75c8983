"""Against the golden values of the metric dictionary. 100 calls in half an hour unless said otherwise."""

from __future__ import annotations

import pytest

from zhiyin.routing.simulation.erlang import (
    TooFew,
    erlang_a,
    erlang_c,
    incomplete_beta,
    least_people,
)

RATE = 100 / 1800


@pytest.mark.parametrize(
    ("handling", "people", "level", "wait", "occupancy"),
    [
        (180, 14, 88.84, 7.84, 71.43),
        (300, 21, 82.63, 16.05, 79.37),
        (300, 20, 72.93, 30.43, 83.33),
        (300, 19, 58.83, 61.84, 87.72),
        (300, 18, 38.88, 150.3, 92.59),
        (600, 40, 84.73, 17.17, 83.33),
    ],
)
def test_erlang_c(handling: float, people: int, level: float, wait: float, occupancy: float) -> None:
    found = erlang_c(rate=RATE, handling=handling, people=people, within=20)
    assert found.service_level * 100 == pytest.approx(level, abs=0.005)
    assert found.wait == pytest.approx(wait, abs=0.05)
    assert found.occupancy * 100 == pytest.approx(occupancy, abs=0.005)


@pytest.mark.parametrize(
    ("rate", "handling", "within", "level", "people"),
    [
        (RATE, 180, 20, 0.8, 14),
        (RATE, 300, 20, 0.8, 21),
        (RATE, 600, 20, 0.8, 40),
        (3 * RATE, 300, 20, 0.8, 57),
        (RATE, 300, 15, 0.95, 24),
    ],
)
def test_the_fewest_who_hold_a_service_level(
    rate: float, handling: float, within: float, level: float, people: int
) -> None:
    assert least_people(rate=rate, handling=handling, within=within, service_level=level) == people


def test_the_service_level_of_the_national_standard() -> None:
    found = erlang_c(rate=RATE, handling=300, people=24, within=15)
    assert (found.service_level * 100, found.wait) == pytest.approx((95.59, 2.60), abs=0.005)


@pytest.mark.parametrize(
    ("people", "abandoned", "level", "occupancy"),
    [
        (16, 14.02, 63.9, None),
        (18, 8.22, 77.7, 84.98),
        (19, 6.04, 83.4, 82.42),
        (20, 4.31, 87.9, 79.74),
        (21, 2.97, 91.5, 77.00),
    ],
)
def test_erlang_a(people: int, abandoned: float, level: float, occupancy: float | None) -> None:
    found = erlang_a(rate=RATE, handling=300, people=people, patience=120, within=20)
    assert found.abandoned * 100 == pytest.approx(abandoned, abs=0.005)
    assert found.service_level * 100 == pytest.approx(level, abs=0.3)
    if occupancy is not None:
        assert found.occupancy * 100 == pytest.approx(occupancy, abs=0.005)


def test_too_few_for_the_load_are_refused() -> None:
    with pytest.raises(TooFew):
        erlang_c(rate=RATE, handling=300, people=16, within=20)


def test_long_patience_comes_to_erlang_c() -> None:
    patient = erlang_a(rate=RATE, handling=300, people=21, patience=1e7, within=20)
    endless = erlang_c(rate=RATE, handling=300, people=21, within=20)
    assert patient.service_level == pytest.approx(endless.service_level, abs=1e-4)
    assert patient.wait == pytest.approx(endless.wait, rel=1e-3)


def test_the_incomplete_beta_function() -> None:
    assert incomplete_beta(0.3, 1, 1) == pytest.approx(0.3)
    assert incomplete_beta(0.5, 2, 3) == pytest.approx(0.6875)
    assert incomplete_beta(0.9, 5, 1) == pytest.approx(0.9**5)
    assert (incomplete_beta(0.0, 2, 2), incomplete_beta(1.0, 2, 2)) == (0.0, 1.0)
