"""B3: work goes to who is there and has the skill, a ring widens by rule, and a worker's death changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenarios.kit import Person, eventually, set_up
from zhiyin.testing.centre import RunningCentre, running_centre

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
WIDENS_AFTER = 40


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    with running_centre(tmp_path_factory.mktemp("b3") / "data") as running:
        yield running


def test_fair_and_skilled(centre: RunningCentre) -> None:
    agent = set_up(centre)
    _set_queue(agent)
    _say(agent, 1, "你好，订单什么时候发货？")
    _say(agent, 2, "Hello, when will my order be shipped?")
    queue = eventually(lambda: _waiting(agent, 2), "both customers in the queue")
    assert queue["ready"] == 0

    agent.call("PUT", "/api/v1/people/presence", {"state": "available", "reason": "早班"})
    [offer] = eventually(lambda: agent.get("/api/v1/routing/offers"), "the offer to who came")
    assert "发货" in offer["preview"]

    centre.kill("worker")
    taken = agent.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")
    assert agent.post(f"/api/v1/routing/offers/{offer['id']}/acceptance") == taken

    [widened] = eventually(lambda: _heard(agent), "the ring that asks for no English", patience=150)
    assert "shipped" in widened["preview"]
    agent.post(f"/api/v1/routing/offers/{widened['id']}/acceptance")

    for one, ring in ((offer, 0), (widened, 1)):
        decisions = agent.get(f"/api/v1/routing/tickets/{one['ticket_id']}/decisions")
        pushed = [decision for decision in decisions if decision["how"] == "push"]
        assert [(decision["ring"], decision["offer"]) for decision in pushed] == [(ring, "accepted")]
        assert pushed[0]["terms"][0]["name"] == "waiting"
        assert agent.get(f"/api/v1/tickets/{one['ticket_id']}")["ticket"]["assignee"]["name"] == "林晓"


def _set_queue(agent: Person) -> None:
    agent.post("/api/v1/channels", {"kind": "api", "key": "app", "name": "手机应用"})
    english = {"name_zh": "英语", "name_en": "English", "kind": "language"}
    skill = agent.post("/api/v1/people/skills", english)
    need = {"condition": {"languages": ["en"]}, "level": 2}
    assert agent.call("PUT", f"/api/v1/routing/needs/{skill['id']}", need).status_code == 204
    rings: list[dict[str, Any]] = [{}, {"after_seconds": WIDENS_AFTER, "without": [skill["id"]]}]
    agent.post("/api/v1/routing/queues", {"name": "在线", "accept_seconds": 120, "rings": rings})


def _say(agent: Person, number: int, text: str) -> None:
    body = {
        "external_id": f"m{number}",
        "thread_id": f"t{number}",
        "sender": {"kind": "external", "value": f"customer-{number}", "name": "王芳"},
        "text": text,
    }
    agent.post("/api/v1/channels/app/messages", body)


def _waiting(agent: Person, count: int) -> Any:
    [queue] = agent.get("/api/v1/routing/monitor")["queues"]
    return queue if queue["waiting"] == count else None


def _heard(agent: Person) -> Any:
    """What is offered, from a desk that says it is open."""
    agent.post("/api/v1/people/presence/heartbeats")
    return agent.get("/api/v1/routing/offers")
