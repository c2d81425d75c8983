"""Service levels over HTTP."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.sla.commands.trying import run_trial
from zhiyin.sla.models import Policy, Trial
from zhiyin.sla.tests.scene import pass_time
from zhiyin.testing.people import ApiClient, client_for, make_staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
METRIC: dict[str, Any] = {"metric": "first_reply", "targets": {"1": 60, "2": 60, "3": 60, "4": 15}}
BODY: dict[str, Any] = {"name_zh": "承诺", "name_en": "Promise", "metrics": [METRIC]}


@pytest.fixture
def client(administrator: Staff) -> ApiClient:
    return client_for(administrator)


def make(client: ApiClient, **told: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/sla/policies", BODY | told)
    assert answer.status_code == 201, answer.content
    made: dict[str, Any] = answer.json()
    return made


def test_a_policy_is_published_changed_switched_ordered_and_removed(client: ApiClient) -> None:
    first, second = make(client), make(client, name_en="Other")
    assert (first["version"]["number"], first["active"], first["metrics"][0]["warn_at"]) == (1, True, [75])
    changed = client.put(f"/api/v1/sla/policies/{first['id']}", BODY | {"name_en": "Sooner"}).json()
    assert (changed["name_en"], changed["version"]["number"]) == ("Sooner", 2)
    versions = client.get(f"/api/v1/sla/policies/{first['id']}/versions").json()
    assert [one["number"] for one in versions] == [2, 1]
    assert not client.patch(f"/api/v1/sla/policies/{second['id']}", {"active": False}).json()["active"]
    ordered = client.put("/api/v1/sla/policies/order", {"policy_ids": [second["id"], first["id"]]})
    assert ordered.status_code == 204
    listed = client.get("/api/v1/sla/policies").json()
    assert [one["id"] for one in listed["policies"]] == [second["id"], first["id"]]
    assert {pack["key"] for pack in listed["packs"]} == {"customer", "internal", "12345", "12315"}
    assert client.delete(f"/api/v1/sla/policies/{second['id']}").status_code == 204
    assert Policy.objects.count() == 1


def test_what_could_not_work_says_where(client: ApiClient) -> None:
    answer = client.post("/api/v1/sla/policies", BODY | {"metrics": [METRIC, METRIC]})
    assert (answer.status_code, answer.json()["params"]["fields"]) == (422, {"metrics.1.metric": "twice"})
    answer = client.post("/api/v1/sla/policies", BODY | {"metrics": [METRIC | {"targets": {"2": 0}}]})
    assert answer.status_code == 422


def test_only_who_may_maintain_policies_sees_them(owner: Staff) -> None:
    for path in ("policies", "attainment", "trials/1"):
        assert client_for(owner).get(f"/api/v1/sla/{path}").json()["code"] == "not_allowed"


def test_a_ticket_tells_its_clocks_and_why(client: ApiClient, owner: Staff, support: Group) -> None:
    office = Calendar.objects.create(name="Office", week=[[["00:00", "24:00"]]] * 7)
    made = make(client, calendar_id=office.pk)
    began = timezone.now() - timedelta(minutes=10)
    ticket = make_ticket(group=support, at=began)
    pass_time(timezone.now())
    told = client_for(owner).get(f"/api/v1/tickets/{ticket.pk}/clocks").json()
    [clock] = told["clocks"]
    assert (clock["state"], clock["metric"], clock["target_minutes"]) == ("running", "first_reply", 60)
    assert (clock["calendar_name"], clock["is_counting"], clock["pauses"]) == ("Office", True, [])
    assert clock["elapsed_seconds"] in (600, 601, 602)
    named = {"id": made["id"], "name_zh": "承诺", "name_en": "Promise", "version": 1}
    assert (clock["policy"], told["coverages"][0]["policy"]) == (named, named)


def test_clocks_of_a_ticket_out_of_reach_do_not_exist(stranger: Staff, support: Group) -> None:
    ticket = make_ticket(group=support)
    assert client_for(stranger).get(f"/api/v1/tickets/{ticket.pk}/clocks").status_code == 404


def test_reading_clocks_takes_the_same_queries_however_many(
    client: ApiClient, owner: Staff, support: Group, django_assert_max_num_queries: Any
) -> None:
    for track in ("customer", "internal", "regulator"):
        make(client, track=track, metrics=[METRIC, METRIC | {"metric": "total_resolution"}])
    ticket = make_ticket(group=support)
    pass_time(timezone.now())
    reader = client_for(owner)
    reader.get("/api/v1/session")
    with django_assert_max_num_queries(9):
        assert len(reader.get(f"/api/v1/tickets/{ticket.pk}/clocks").json()["clocks"]) == 6


def test_the_view_at_risk_holds_what_is_due_soon_the_most_pressing_first(
    client: ApiClient, owner: Staff, support: Group
) -> None:
    make(client)
    now = timezone.now()
    later = make_ticket(group=support, at=now - timedelta(minutes=5), sender="a@example.com")
    late = make_ticket(group=support, at=now - timedelta(minutes=90), sender="b@example.com")
    calm = make_ticket(group=support, sender="c@example.com")
    pass_time(now)
    Ticket.objects.filter(pk=calm.pk).update(deadline_at=now + timedelta(hours=3))
    reader = client_for(owner)
    rows = reader.get("/api/v1/tickets?view=at_risk&sort=deadline").json()["items"]
    assert [row["id"] for row in rows] == [late.pk, later.pk]
    condition = '{"all": [{"field": "deadline", "is": "overdue"}]}'
    rows = reader.get("/api/v1/tickets", {"view": "open", "filter": condition}).json()["items"]
    assert [row["id"] for row in rows] == [late.pk]
    breached = '{"all": [{"field": "sla_breached", "is": "yes"}]}'
    rows = reader.get("/api/v1/tickets", {"view": "open", "filter": breached}).json()["items"]
    assert [row["id"] for row in rows] == [late.pk]


def test_a_draft_is_tried_without_touching_anything(
    client: ApiClient, administrator: Staff, support: Group
) -> None:
    make(client)
    now = timezone.now()
    for number, minutes in enumerate((5, 30, 90)):
        make_ticket(group=support, at=now - timedelta(minutes=minutes), sender=f"{number}@example.com")
    pass_time(now)
    asked = client.post("/api/v1/sla/trials", BODY | {"metrics": [METRIC | {"targets": {"2": 20}}]})
    assert (asked.status_code, asked.json()["state"], asked.json()["result"]) == (202, "waiting", None)
    run_trial(trial_id=asked.json()["id"], now=now)
    result = client.get(f"/api/v1/sla/trials/{asked.json()['id']}").json()["result"]
    assert (result["tickets"], result["days"]) == (0, 90)  # the policy in force goes first
    policy_id = Policy.objects.get().pk
    body = BODY | {"metrics": [METRIC | {"targets": {"2": 20}}], "policy_id": policy_id}
    trial_id = client.post("/api/v1/sla/trials", body).json()["id"]
    run_trial(trial_id=trial_id, now=now)
    [told] = client.get(f"/api/v1/sla/trials/{trial_id}").json()["result"]["metrics"]
    assert told["draft"] == {"in_time": 0, "breached": 2, "running": 1, "share": 0.0}
    assert told["present"] == {"in_time": 0, "breached": 1, "running": 2, "share": 0.0}
    assert Policy.objects.get().version.number == 1  # type: ignore[union-attr]
    assert Trial.objects.count() == 2


def test_a_trial_is_its_askers_own(client: ApiClient, administrator: Staff) -> None:
    trial_id = client.post("/api/v1/sla/trials", BODY).json()["id"]
    other = client_for(make_staff(roles=["administrator"]))
    assert other.get(f"/api/v1/sla/trials/{trial_id}").status_code == 404


def test_attainment_adds_up_what_was_counted(client: ApiClient, support: Group) -> None:
    make(client)
    now = timezone.now()
    for number, minutes in enumerate((5, 90, 100)):
        make_ticket(group=support, at=now - timedelta(minutes=minutes), sender=f"{number}@example.com")
    pass_time(now)
    told = client.get("/api/v1/sla/attainment?days=7").json()
    assert told["all"] == {"in_time": 0, "breached": 2, "running": 1, "share": 0.0}
    assert [(row["metric"], row["policy_en"]) for row in told["rows"]] == [("first_reply", "Promise")]


def test_a_trial_whose_worker_was_killed_has_failed(client: ApiClient) -> None:
    trial_id = client.post("/api/v1/sla/trials", BODY).json()["id"]
    for minutes, state in ((14, "waiting"), (16, "failed")):
        Trial.objects.update(created_at=timezone.now() - timedelta(minutes=minutes))
        assert client.get(f"/api/v1/sla/trials/{trial_id}").json()["state"] == state
