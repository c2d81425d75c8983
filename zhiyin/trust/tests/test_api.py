"""Retention over HTTP: what would go, rules, runs and holds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.tickets import arrive, make_channel
from zhiyin.tickets.models import Ticket
from zhiyin.trust.commands.holding import hold_ticket
from zhiyin.trust.commands.running import go_on
from zhiyin.trust.models import LegalHold, RetentionRule, RetentionRun
from zhiyin.trust.tests.scene import NOW, full, keeper, mailbox, over, rule

pytestmark = pytest.mark.django_db
LONG_AGO = 5000
BODY = {"action": "delete", "days": 30}


@pytest.fixture
def by() -> Staff:
    return keeper()


def test_a_preview_tells_what_would_go_and_what_would_stay_by_channel(by: Staff) -> None:
    one, chat = mailbox("One"), make_channel("chat")
    going = [full(days=LONG_AGO, by=by, sender=f"c{number}@example.com") for number in range(2)]
    Ticket.objects.filter(pk__in=[ticket.pk for ticket in going]).update(channel=one)
    held = over(days=LONG_AGO, by=by, channel=one)
    hold_ticket(ticket_id=held.pk, reason="诉讼", by=by, now=NOW)
    arrive(channel=chat, at=NOW - timedelta(days=LONG_AGO))
    told = {row["channel"]["name"]: row for row in preview(by)["channels"]}
    counts = ("tickets", "messages", "files", "held", "still_open")
    assert {name: told["One"][name] for name in counts} == {
        "tickets": 2,
        "messages": 6,
        "files": 2,
        "held": 1,
        "still_open": 0,
    }
    assert [row["id"] for row in told["One"]["sample"]] == [ticket.pk for ticket in going]
    assert {name: told["Chat"][name] for name in counts} == dict.fromkeys(counts[:4], 0) | {"still_open": 1}
    assert Ticket.objects.count() == 4
    assert not RetentionRule.objects.exists()


def preview(by: Staff, **more: Any) -> dict[str, Any]:
    answer = client_for(by).post("/api/v1/retention/preview", BODY | more)
    assert answer.status_code == 200, answer.content
    told: dict[str, Any] = answer.json()
    return told


def test_a_preview_shows_tickets_only_to_those_who_may_see_them(by: Staff, support: Group) -> None:
    ticket = over(days=LONG_AGO, by=by)
    Ticket.objects.filter(pk=ticket.pk).update(group=support)
    officer = make_staff(roles=["security_owner"])
    [row] = preview(officer)["channels"]
    assert (row["tickets"], row["sample"]) == (1, [])


def test_a_preview_costs_the_same_for_many_tickets(by: Staff) -> None:
    client = client_for(by)
    over(days=LONG_AGO, by=by)
    client.post("/api/v1/retention/preview", BODY)  # signs in
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            client.post("/api/v1/retention/preview", BODY)
        counts.append(len(asked))
        for number in range(6):
            over(days=LONG_AGO, by=by, sender=f"c{number}@example.com")
    assert counts[0] == counts[1]


def test_a_rule_is_made_applied_and_taken_away(by: Staff) -> None:
    client = client_for(by)
    over(days=LONG_AGO, by=by)
    made = client.post("/api/v1/retention/rules", BODY).json()
    assert (made["scope_zh"], made["scope_en"], made["active"], made["is_running"]) == (
        "所有渠道",
        "All channels",
        True,
        False,
    )
    assert client.post("/api/v1/retention/rules", BODY).json()["code"] == "trust.rule_there_already"
    changed = client.patch(f"/api/v1/retention/rules/{made['id']}", {"days": 60}).json()
    assert (changed["days"], changed["active"]) == (60, True)
    started = client.post(f"/api/v1/retention/rules/{made['id']}/runs", {})
    assert (started.status_code, started.json()["state"]) == (202, "running")
    assert client.get("/api/v1/retention/rules").json()[0]["is_running"] is True
    while go_on(now=timezone.now()):
        pass
    [run] = client.get("/api/v1/retention/runs").json()
    assert (run["state"], run["tickets"], run["by"]["id"], run["days"]) == ("done", 1, by.pk, 60)
    assert client.delete(f"/api/v1/retention/rules/{made['id']}").status_code == 204
    [run] = client.get("/api/v1/retention/runs").json()
    assert (run["rule_id"], RetentionRun.objects.count()) == (None, 1)


@pytest.mark.parametrize("days", [0, -1, 36_501, "soon"])
def test_days_are_days(by: Staff, days: object) -> None:
    assert client_for(by).post("/api/v1/retention/rules", BODY | {"days": days}).status_code == 422
    assert not RetentionRule.objects.exists()


def test_a_ticket_is_held_and_released(by: Staff, owner: Staff, support: Group) -> None:
    ticket = arrive().ticket
    Ticket.objects.filter(pk=ticket.pk).update(group=support)
    client, path = client_for(by), f"/api/v1/retention/holds/{ticket.pk}"
    beside = f"/api/v1/tickets/{ticket.pk}/hold"
    assert client.get(beside).json() is None
    assert client.put(path, {"reason": ""}).status_code == 422
    assert client.put(path, {"reason": "诉讼 2026-17"}).json()["reason"] == "诉讼 2026-17"
    assert client_for(owner).get(beside).json()["by"]["id"] == by.pk
    assert client_for(owner).delete(path).status_code == 403
    assert LegalHold.objects.count() == 1
    listed = client.get("/api/v1/retention/holds").json()
    assert [(one["ticket_id"], one["number"]) for one in listed["items"]] == [(ticket.pk, ticket.number)]
    assert client.delete(path).status_code == 204
    assert client.delete(path).status_code == 404
    assert not LegalHold.objects.exists()


def test_agents_neither_see_nor_make_rules(owner: Staff, by: Staff) -> None:
    made = rule(by=by)
    client = client_for(owner)
    for answer in (
        client.get("/api/v1/retention/rules"),
        client.post("/api/v1/retention/preview", BODY),
        client.post(f"/api/v1/retention/rules/{made.pk}/runs", {}),
    ):
        assert answer.status_code == 403
    assert not RetentionRun.objects.exists()


def test_what_rules_can_be_for_is_listed(by: Staff) -> None:
    one = mailbox("One")
    told = client_for(by).get("/api/v1/retention/scopes").json()
    assert told["channels"] == [{"id": one.pk, "name": "One", "kind": "email"}]
    assert told["kinds"] == [{"kind": "email", "name_zh": "邮件", "name_en": "E-mail"}]
