"""Where a place lies."""

from __future__ import annotations

import pytest

from zhiyin.platform.text.regions import depth_in, lies_in_one_of


@pytest.mark.parametrize(
    ("place", "region", "depth"),
    [
        ("中国大陆/广东", "", 0),
        ("", "", 0),
        ("中国大陆/广东", "中国大陆", 1),
        ("中国大陆 / 广东", "广东", 2),
        ("中国大陆/广东", "中国大陆/广东", 2),
        ("EU/Germany", "germany", 2),
        ("EU/Germany", "ger", None),
        ("广东", "中国大陆", None),
        ("", "广东", None),
        ("中国大陆/广东", "广东/中国大陆", None),
    ],
)
def test_a_region_fits_a_place_by_one_of_its_parts(place: str, region: str, depth: int | None) -> None:
    assert depth_in(place, region) == depth


def test_no_regions_are_everywhere_and_an_unknown_place_is_in_none() -> None:
    assert lies_in_one_of("", [])
    assert lies_in_one_of("", ["", " "])
    assert lies_in_one_of("CN/广东", ["日本", "cn"])
    assert not lies_in_one_of("", ["日本"])
    assert not lies_in_one_of("广东", ["日本"])
