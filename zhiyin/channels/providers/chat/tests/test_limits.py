"""Nobody can flood us: limits per visitor and per address, told with how long to wait."""

from __future__ import annotations

import time

import pytest

from zhiyin.channels.providers.chat.limits import Limit, TooFast, use
from zhiyin.channels.providers.chat.models import Allowance, Line, Visitor
from zhiyin.channels.providers.chat.tests.world import SHOP, Browser, make_chat

pytestmark = pytest.mark.django_db


def test_a_limit_allows_its_number_at_once_and_then_one_by_one() -> None:
    limit = Limit("t", times=3, per_seconds=1)
    for _ in range(3):
        use(limit, "a")
    with pytest.raises(TooFast) as refused:
        use(limit, "a")
    assert refused.value.params == {"seconds": 1}
    use(limit, "b")
    time.sleep(0.36)
    use(limit, "a")


def test_a_visitor_who_writes_too_fast_is_told_when_to_go_on() -> None:
    browser = Browser(make_chat(), language="en")
    browser.come()
    told = [browser.say(f"{n}") for n in range(32)]
    refused = [answer for answer in told if answer.status_code == 429]
    assert refused
    assert refused[0].json()["code"] == "chat.too_fast"
    assert int(refused[0]["Retry-After"]) >= 1
    assert refused[0]["Access-Control-Allow-Origin"] == SHOP
    assert Line.objects.count() == 32 - len(refused)


def test_one_address_can_not_make_visitors_without_end() -> None:
    channel = make_chat()
    statuses = [Browser(channel).post("/sessions").status_code for _ in range(62)]
    assert statuses[:60] == [200] * 60
    assert statuses[-1] == 429
    assert Visitor.objects.count() == statuses.count(200)


def test_addresses_are_not_kept_in_the_clear() -> None:
    Browser(make_chat()).come()
    assert "127.0.0.1" not in str(list(Allowance.objects.values()))
