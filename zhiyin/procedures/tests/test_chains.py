from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhiyin.procedures.chains import Asked, BadChain, Stage, outcome_of, read_chain


def test_a_chain_is_read_and_told_back() -> None:
    data = [
        {
            "asks": [{"role": "lead"}, {"staff": 3}],
            "needs": "all",
            "minutes": 60,
            "then": {"role": "manager"},
        },
        {"asks": [{"group": 7}], "needs": "any"},
    ]
    stages = read_chain(data)
    assert stages[0] == Stage((Asked("role", "lead"), Asked("staff", 3)), "all", 60, Asked("role", "manager"))
    assert [stage.told() for stage in stages] == data


@pytest.mark.parametrize(
    ("data", "place"),
    [
        ([], "stages"),
        ("lead", "stages"),
        ([7], "stages.0"),
        ([{"asks": []}], "stages.0.asks"),
        ([{"asks": [{"role": "lead"}]}, {"asks": [{"role": ""}]}], "stages.1.asks.0"),
        ([{"asks": [{"role": "lead", "staff": 1}]}], "stages.0.asks.0"),
        ([{"asks": [{"staff": True}]}], "stages.0.asks.0"),
        ([{"asks": [{"queen": "red"}]}], "stages.0.asks.0"),
        ([{"asks": [{"role": "lead"}], "needs": "most"}], "stages.0.needs"),
        ([{"asks": [{"role": "lead"}], "minutes": 0}], "stages.0.minutes"),
        ([{"asks": [{"role": "lead"}], "then": {"role": "manager"}}], "stages.0.then"),
    ],
)
def test_a_bad_chain_is_refused_at_its_place(data: Any, place: str) -> None:
    with pytest.raises(BadChain) as refused:
        read_chain(data)
    assert refused.value.place == place


@given(st.sampled_from(["any", "all"]), st.lists(st.sampled_from([True, False, None]), min_size=1))
def test_one_no_ends_a_stage_and_yes_depends_on_what_it_needs(needs: str, answers: list[bool | None]) -> None:
    outcome = outcome_of(needs, answers)
    if False in answers:
        assert outcome is False
    elif needs == "any":
        assert outcome is (True if True in answers else None)
    else:
        assert outcome is (True if None not in answers else None)
