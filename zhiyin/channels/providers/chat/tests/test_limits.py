"""Nobody can flood us: limits per visitor and per address, told with how long to wait."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db.models import F

from zhiyin.channels.providers.chat.models import Line, Visitor
from zhiyin.channels.providers.chat.tests.world import SHOP, Browser, make_chat
from zhiyin.platform.limits.limits import Limit, TooFast, use
from zhiyin.platform.limits.models import Allowance

pytestmark = pytest.mark.django_db


def let_pass(seconds: float) -> None:
    """As if this much time had gone by (negative: as if that much had been used up ahead)."""
    Allowance.objects.update(used_until=F("used_until") - timedelta(seconds=seconds))


def test_a_limit_allows_its_number_at_once_and_then_one_by_one() -> None:
    limit = Limit("t", times=3, per_seconds=300)
    for _ in range(3):
        use(limit, "a")
    with pytest.raises(TooFast) as refused:
        use(limit, "a")
    assert 90 <= refused.value.params["seconds"] <= 100
    use(limit, "b")
    let_pass(100)
    use(limit, "a")


def test_a_visitor_who_writes_too_fast_is_told_when_to_go_on() -> None:
    browser = Browser(make_chat(), language="en")
    browser.come()
    assert browser.say("1").status_code == 201
    let_pass(-60)
    refused = browser.say("2")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_fast")
    assert int(refused["Retry-After"]) >= 1
    assert refused["Access-Control-Allow-Origin"] == SHOP
    assert Line.objects.count() == 1


def test_one_address_can_not_make_visitors_without_end() -> None:
    channel = make_chat()
    assert Browser(channel).post("/sessions").status_code == 200
    let_pass(-600)
    assert Browser(channel).post("/sessions").status_code == 429
    assert Visitor.objects.count() == 1


def test_addresses_are_not_kept_in_the_clear() -> None:
    Browser(make_chat()).come()
    assert "127.0.0.1" not in str(list(Allowance.objects.values()))
