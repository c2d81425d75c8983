"""B4: two emergencies at once are ranked by whom they touch, by tier and by deadline, and the desk shows why."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenarios.kit import Person, eventually, set_up
from zhiyin.testing.centre import RunningCentre, running_centre

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    with running_centre(tmp_path_factory.mktemp("b4") / "data") as running:
        yield running


def test_two_emergencies(centre: RunningCentre) -> None:
    agent = set_up(centre)
    agent.post("/api/v1/channels", {"kind": "api", "key": "app", "name": "手机应用"})
    agent.post("/api/v1/routing/queues", {"name": "紧急", "accept_seconds": 120})
    first = _case(agent, "boss", "整个门店的收银都停了，请马上处理")
    second = _case(agent, "hotline", "付款成功但订单显示未支付")
    assert _order(agent) == [first, second]

    for number in range(3):
        under = _case(agent, f"c{number}", "我也是付款后显示未支付")
        agent.post(f"/api/v1/tickets/{second}/links", {"other_id": under, "relation": "child"})
    eventually(lambda: _order(agent)[0] == second, "the one that touches four customers at the front")

    agent.call("PUT", "/api/v1/people/presence", {"state": "available"})
    offers = eventually(lambda: agent.get("/api/v1/routing/offers"), "an offer")
    [offer] = [one for one in offers if one["ticket_id"] == second]
    terms = {term["name"]: term["value"] for term in offer["terms"]}
    assert terms["impact"] == 600.0
    agent.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")
    [decision] = agent.get(f"/api/v1/routing/tickets/{second}/decisions")
    why = {term["name"]: term["value"] for term in decision["terms"]}
    assert (decision["how"], why["impact"], why["priority"]) == ("push", 600.0, 60.0)
    assert decision["total"] == pytest.approx(sum(why.values()), abs=0.1)


def _case(agent: Person, customer: str, text: str) -> int:
    """The ticket of a customer who writes, once it waits."""
    body = {
        "external_id": f"m-{customer}",
        "thread_id": f"t-{customer}",
        "sender": {"kind": "external", "value": customer, "name": customer},
        "text": text,
    }
    agent.post("/api/v1/channels/app/messages", body)
    waiting = eventually(lambda: _named(agent, customer), f"{customer} in the queue")
    return int(waiting["ticket_id"])


def _named(agent: Person, customer: str) -> Any:
    found = [one for one in agent.get("/api/v1/routing/work") if one["customer"] == customer]
    return found[0] if found else None


def _order(agent: Person) -> list[int]:
    return [one["ticket_id"] for one in agent.get("/api/v1/routing/work")]
