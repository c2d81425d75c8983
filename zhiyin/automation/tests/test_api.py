"""Automation over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from zhiyin.automation.models import Rule, Run
from zhiyin.automation.tests.scene import edit, happen, rule
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import Event, PendingEvent
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
RULES = "/api/v1/automation/rules"
BODY: dict[str, Any] = {"name": "R", "occasion": {"on": "created"}, "actions": {"priority": 3}}


@pytest.fixture
def client(administrator: Staff) -> ApiClient:
    return client_for(administrator)


def make(client: ApiClient, **told: Any) -> dict[str, Any]:
    answer = client.post(RULES, BODY | told)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_a_rule_is_published_changed_switched_ordered_and_removed(client: ApiClient) -> None:
    first, second = make(client), make(client, name="Other")
    assert (first["version"]["number"], first["active"], first["is_last"]) == (1, False, False)
    changed = client.put(f"{RULES}/{first['id']}", BODY | {"name": "Sooner"}).json()
    assert (changed["name"], changed["version"]["number"]) == ("Sooner", 2)
    assert client.patch(f"{RULES}/{first['id']}", {"active": True}).json()["active"]
    assert client.put(f"{RULES}/order", {"rule_ids": [second["id"], first["id"]]}).status_code == 204
    listed = client.get(RULES).json()
    assert ([one["name"] for one in listed["rules"]], listed["kept_days"]) == (["Other", "Sooner"], 90)
    assert [one["number"] for one in client.get(f"{RULES}/{first['id']}/versions").json()] == [2, 1]
    assert client.put("/api/v1/automation/log", {"kept_days": 30}).json() == {"kept_days": 30}
    assert client.put("/api/v1/automation/log", {"kept_days": 1}).status_code == 422
    assert client.delete(f"{RULES}/{first['id']}").status_code == 204
    assert client.get(f"{RULES}/{first['id']}").status_code == 404


def test_the_list_takes_as_many_queries_for_one_rule_as_for_twenty(
    client: ApiClient, administrator: Staff, django_assert_max_num_queries: Any
) -> None:
    for number in range(20):
        rule(f"R{number}", by=administrator)
    happen(make_ticket())
    client.get(RULES)
    with django_assert_max_num_queries(8):
        listed = client.get(RULES).json()["rules"]
    assert [one["figures"]["done"] for one in listed] == [1] * 20


def test_cycles_are_told_where_a_rule_is_published(client: ApiClient) -> None:
    on = {"on": "priority_changed", "now": [2]}
    first = make(client, occasion=on, actions={"priority": 3})
    client.patch(f"{RULES}/{first['id']}", {"active": True})
    other = make(client, name="B", occasion={"on": "priority_changed", "now": [3]}, actions={"priority": 2})
    assert other["cycles"] == [["B", "R", "B"]]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"occasion": {"on": "nonsense"}}, 422),
        ({"occasion": {"on": "time"}}, 422),
        ({"occasion": "created"}, 422),
        ({"actions": {"priority": "high"}}, 422),
        ({"actions": {"assignee": "me"}}, 422),
        ({"conditions": {"all": 3}}, 422),
        ({"name": ""}, 422),
    ],
)
def test_bad_input_is_refused_and_nothing_kept(client: ApiClient, told: dict[str, Any], code: int) -> None:
    assert client.post(RULES, BODY | told).status_code == code
    assert client.post("/api/v1/automation/trials", BODY | told).status_code == code
    assert not Rule.objects.exists()


def test_a_draft_is_tried_and_nothing_is_written(client: ApiClient, administrator: Staff) -> None:
    tickets = [happen(make_ticket(sender=f"{number}@example.com")) for number in range(4)]
    edit(tickets[0], administrator, priority=4)
    edit(tickets[1], administrator, priority=3)
    happen(make_ticket(sender="x@example.com", subject="发票"))
    before = list(Ticket.objects.order_by("pk").values())
    told = Event.objects.count()
    tried = client.post(
        "/api/v1/automation/trials",
        BODY
        | {
            "occasion": {"on": "priority_changed"},
            "conditions": {"all": [{"field": "subject", "is": "contains", "value": "退款"}]},
            "actions": {"priority": 3, "tags_add": ["up"], "message": "您好"},
        },
    ).json()
    assert {name: tried[name] for name in ("tickets", "occasions", "fitting", "changing")} == {
        "tickets": 5, "occasions": 2, "fitting": 2, "changing": 2,
    }  # fmt: skip
    assert tried["by_action"] == {"priority": 1, "tags_add": 2, "message": 2}
    sample = next(one for one in tried["samples"] if one["ticket_id"] == tickets[0].pk)
    assert sample["before"] == {"priority": 4, "tags": []}
    assert sample["after"] == {"priority": 3, "tags": ["up"]}
    assert sample["beside"] == ["message"]
    assert list(Ticket.objects.order_by("pk").values()) == before
    assert (Event.objects.count(), PendingEvent.objects.count(), Run.objects.count()) == (told, 0, 0)


def test_the_log_says_why_a_ticket_changed(
    client: ApiClient, administrator: Staff, owner: Staff, stranger: Staff
) -> None:
    made = rule("R", by=administrator)
    ticket = happen(make_ticket())
    for answer in (
        client.get(f"/api/v1/tickets/{ticket.pk}/rule-runs").json(),
        client.get(f"{RULES}/{made.pk}/runs").json()["items"],
    ):
        assert [(one["rule_name"], one["version"], one["outcome"], one["did"]) for one in answer] == [
            ("R", 1, "done", {"tags_add": ["R"]})
        ]
    assert client.get(f"{RULES}/{made.pk}/runs?outcome=failed").json()["items"] == []
    Ticket.objects.filter(pk=ticket.pk).update(assignee=administrator, group=None)
    assert client_for(stranger).get(f"{RULES}/{made.pk}/runs").status_code == 403
    timeline = client.get(f"/api/v1/tickets/{ticket.pk}/timeline").json()["items"]
    acted = [one for one in timeline if (one["event"] or {}).get("type") == "automation.rule_acted"]
    assert acted[0]["event"]["params"]["name"] == "R"


def test_rules_leave_and_come_as_a_file(client: ApiClient) -> None:
    make(client)
    file = client.get("/api/v1/automation/rules.json").json()
    assert file["format"] == "zhiyin.automation/1"
    told = client.post("/api/v1/automation/rules.json", file).json()
    assert told == {"added": [], "changed": ["R"], "refused": []}
    assert client.post("/api/v1/automation/rules.json", {"format": "x", "rules": []}).status_code == 422
    names = [one["name"] for one in client.get("/api/v1/automation/actions").json()]
    assert {"status", "message", "web_hook"} <= set(names)
