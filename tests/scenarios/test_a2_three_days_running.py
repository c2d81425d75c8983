"""A2, by routing: a customer complains on three days by three channels; whoever knows the case gets it, each time sooner."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.scenarios.kit import Person, eventually
from tests.scenarios.team import Team
from zhiyin.testing.centre import running_centre

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
WAYS = {  # the channel, and as whom they come there
    "mail": ("email", "zhou@example.com"),
    "hotline": ("phone", "13800138000"),
    "wechat": ("external", "wx-zhou"),
}


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with running_centre(tmp_path_factory.mktemp("a2") / "data") as centre:
        yield Team(centre)


def test_three_days_running(team: Team) -> None:
    _prepare(team)
    team.agent.call("PUT", "/api/v1/people/presence", {"state": "available"})
    first = _complains(team, "mail", "退款三天没到账")
    offer = _offered(team.agent)
    assert offer["ticket_id"] == first
    _answers(team.agent, offer)

    team.second.call("PUT", "/api/v1/people/presence", {"state": "available"})  # idle for longer than she
    second = _complains(team, "hotline", "我昨天写过邮件，退款还是没到")
    offer = _offered(team.agent)
    assert (offer["ticket_id"], team.second.get("/api/v1/routing/offers")) == (second, [])
    _answers(team.agent, offer)
    [decision] = [one for one in _decisions(team, second) if one["how"] == "push"]
    assert {term["name"]: term["value"] for term in decision["terms"]}["last_agent"] == 300
    assert decision["staff"]["name"] == "李娜"

    for person in (team.agent, team.second):
        person.call("PUT", "/api/v1/people/presence", {"state": "break", "reason": "例会"})
    eventually(lambda: _ready(team) == 0, "both at the meeting")
    other = _writes(team, "app", "external", "someone-else", "想问下发票怎么开")
    third = _complains(team, "wechat", "第三次了！退款到底什么时候到？")
    assert [one["ticket_id"] for one in _work(team)] == [other, third]
    tickets = [team.admin.get(f"/api/v1/tickets/{one}")["ticket"] for one in (first, second, third)]
    assert {one["customer"]["name"] for one in tickets} == {"周敏"}  # one customer behind three identities
    team.lead.post(f"/api/v1/tickets/{third}/links", {"other_id": second, "relation": "related"})
    raised = team.lead.call("PATCH", f"/api/v1/tickets/{third}", {"priority": 4})  # escalated
    assert raised.status_code == 200, raised.text
    eventually(
        lambda: [one["ticket_id"] for one in _work(team)] == [third, other], "the third time at the front"
    )

    team.agent.call("PUT", "/api/v1/people/presence", {"state": "available"})
    offer = _offered(team.agent)
    assert offer["ticket_id"] == third
    team.agent.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")
    why = {term["name"]: term["value"] for term in offer["terms"]}
    assert (why["priority"], why["last_agent"]) == (1800, 300)
    assert team.admin.get(f"/api/v1/tickets/{third}")["ticket"]["assignee"]["name"] == "李娜"


def _prepare(team: Team) -> None:
    for key in WAYS:
        team.admin.post("/api/v1/channels", {"kind": "api", "key": key, "name": key})
    identities = [{"kind": kind, "value": value} for kind, value in WAYS.values()]
    team.admin.post("/api/v1/customers", {"name": "周敏", "identities": identities})
    capacity = {"units": 1, "exclusive": False}
    assert team.admin.call("PUT", "/api/v1/routing/kinds/api", capacity).status_code == 200
    queue = {"name": "售后", "accept_seconds": 120, "preferred_seconds": 90}
    team.admin.post("/api/v1/routing/queues", queue)


def _complains(team: Team, channel: str, text: str) -> int:
    kind, value = WAYS[channel]
    return _writes(team, channel, kind, value, text)


def _writes(team: Team, channel: str, kind: str, value: str, text: str) -> int:
    """The ticket of what somebody writes, once it is in the queue."""
    message = {
        "external_id": f"m-{text}",
        "thread_id": f"t-{text}",
        "sender": {"kind": kind, "value": value, "name": value},
        "text": text,
    }
    team.admin.post(f"/api/v1/channels/{channel}/messages", message)
    return int(eventually(lambda: _said(team, text), f"“{text}” in the queue")["ticket_id"])


def _said(team: Team, text: str) -> Any:
    rows = team.admin.get("/api/v1/tickets?view=all")["items"]
    ticket = next((row for row in rows if row["preview"] == text), None)
    if ticket is None:
        return None
    return next((one for one in _work(team) if one["ticket_id"] == ticket["id"]), None)


def _work(team: Team) -> Any:
    return team.admin.get("/api/v1/routing/work")


def _ready(team: Team) -> int:
    [queue] = team.admin.get("/api/v1/routing/monitor")["queues"]
    return int(queue["ready"])


def _offered(person: Person) -> Any:
    person.post("/api/v1/people/presence/heartbeats")
    return eventually(lambda: person.get("/api/v1/routing/offers"), "an offer")[0]


def _answers(person: Person, offer: Any) -> None:
    """Take it, answer, and be done with it."""
    person.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")
    path = f"/api/v1/tickets/{offer['ticket_id']}"
    assert person.call("PATCH", path, {"status": "solved"}).status_code == 200


def _decisions(team: Team, ticket_id: int) -> Any:
    return team.admin.get(f"/api/v1/routing/tickets/{ticket_id}/decisions")
