from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Skill, Staff
from zhiyin.routing.commands.seats import take_seat
from zhiyin.routing.commands.simulating import clear_old_simulations, run_simulation
from zhiyin.routing.models import Offer, Queue, Seat, Simulation, WorkItem
from zhiyin.routing.simulation.centre import Shift
from zhiyin.routing.simulation.history import lived
from zhiyin.routing.tests.conftest import be, can, wants
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen

pytestmark = pytest.mark.django_db
API = "/api/v1/routing"


def queries_of(client: Any, path: str) -> int:
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_an_offer_is_seen_accepted_and_explained(
    queue: Queue, support: Group, owner: Staff, colleague: Staff
) -> None:
    be(owner, "available")
    be(colleague, "available")
    item = wants(support)
    holder = Offer.objects.get(item=item).staff
    client = client_for(holder)
    [offer] = client.get(f"{API}/offers").json()
    assert (offer["subject"], offer["customer"], offer["queue"]) == ("退款多久到账", "王芳", "Support")
    assert client_for(owner if holder == colleague else colleague).get(f"{API}/offers").json() == []
    taken = client.post(f"{API}/offers/{offer['id']}/acceptance").json()
    assert taken == {"item_id": item.pk, "ticket_id": item.ticket_id}
    let_events_happen()
    [decision] = client.get(f"{API}/tickets/{item.ticket_id}/decisions").json()
    assert (decision["how"], decision["offer"], decision["considered"]) == ("push", "accepted", 1)
    assert decision["staff"]["id"] == holder.pk
    assert decision["runners_up"][0]["id"] in (owner.pk, colleague.pk)
    assert decision["total"] == pytest.approx(sum(term["value"] for term in decision["terms"]), abs=0.06)


def test_an_offer_is_refused_and_somebody_elses_is_not_there(
    queue: Queue, support: Group, owner: Staff, colleague: Staff
) -> None:
    be(owner, "available")
    offer = Offer.objects.get(item=wants(support))
    assert client_for(colleague).post(f"{API}/offers/{offer.pk}/refusal").status_code == 404
    assert client_for(owner).post(f"{API}/offers/{offer.pk}/refusal").status_code == 204
    late = client_for(owner).post(f"{API}/offers/{offer.pk}/acceptance")
    assert (late.status_code, late.json()["code"]) == (409, "routing.offer_is_over")


def test_the_next_over_http(queue: Queue, support: Group, owner: Staff) -> None:
    item = wants(support)
    client = client_for(owner)
    assert client.post(f"{API}/next").json()["ticket_id"] == item.ticket_id
    assert client.post(f"{API}/next").json()["code"] == "routing.nothing_waits"


def test_the_monitor_tells_what_waits_and_who_is_there(
    queue: Queue, support: Group, owner: Staff, stranger: Staff, lead: Staff, administrator: Staff
) -> None:
    can(owner, administrator, email=1)
    first = wants(support, at=timezone.now() - timedelta(minutes=5))
    wants(support, sender="b@example.com")
    be(owner, "available")
    client = client_for(lead)
    told = client.get(f"{API}/monitor").json()
    [row] = told["queues"]
    assert (row["waiting"], row["offered"], row["held"], row["ready"]) == (1, 1, 0, 1)
    assert row["estimate"]["mean"] == pytest.approx(1200, abs=5)
    people = {person["id"]: person for person in told["people"]}
    assert (people[owner.pk]["state"], people[owner.pk]["load"]) == ("available", {"email": 1})
    assert stranger.pk not in people
    work = client.get(f"{API}/work?queue={queue.pk}").json()
    assert [one["state"] for one in work] == ["offered", "waiting"]
    assert work[0]["ticket_id"] == first.ticket_id
    assert client_for(owner).get(f"{API}/monitor").status_code == 403


def test_the_monitor_asks_the_same_of_the_database_however_much_waits(
    queue: Queue, support: Group, lead: Staff
) -> None:
    client = client_for(lead)
    wants(support)
    few = [queries_of(client, f"{API}/monitor"), queries_of(client, f"{API}/work")]
    for number in range(5):
        wants(support, sender=f"c{number}@example.com")
    assert [queries_of(client, f"{API}/monitor"), queries_of(client, f"{API}/work")] == few


def test_as_much_of_the_work_is_told_as_is_asked_for(queue: Queue, support: Group, lead: Staff) -> None:
    first = wants(support, at=timezone.now() - timedelta(minutes=5))
    wants(support, sender="b@example.com")
    client = client_for(lead)
    assert [one["id"] for one in client.get(f"{API}/work?limit=1").json()] == [first.pk]
    assert len(client.get(f"{API}/work").json()) == 2
    for limit in (0, 1001):
        assert client.get(f"{API}/work?limit={limit}").status_code == 422


def test_a_lead_gives_moves_and_widens(
    queue: Queue, support: Group, owner: Staff, lead: Staff, administrator: Staff
) -> None:
    client = client_for(lead)
    item = wants(support)
    [waiting] = client.get(f"{API}/work?queue={queue.pk}").json()
    assert waiting["can_widen"]
    widened = client.post(f"{API}/work/{item.pk}/widening").json()
    assert (widened["ring"], widened["can_widen"]) == (1, False)
    other = client_for(administrator).post(f"{API}/queues", {"name": "Second", "position": 9}).json()
    moved = client.post(f"{API}/work/{item.pk}/move", {"queue_id": other["id"]}).json()
    assert (moved["queue"], moved["ring"]) == ("Second", 0)
    warned = client.post(f"{API}/work/{item.pk}/assignment", {"staff_id": owner.pk})
    assert (warned.status_code, warned.json()["code"]) == (409, "routing.no_room_left")
    given = client.post(f"{API}/work/{item.pk}/assignment", {"staff_id": owner.pk, "confirmed": True})
    assert given.json()["holder"]["id"] == owner.pk


def test_queues_are_set_over_http_and_their_weights_have_versions(
    queue: Queue, support: Group, lead: Staff, administrator: Staff
) -> None:
    client = client_for(administrator)
    [told] = client.get(f"{API}/queues").json()
    assert [ring["after_seconds"] for ring in told["rings"]] == [0, 300]
    put = client.put(f"{API}/queues/{queue.pk}", told | {"weights": {"tier": 900}}).json()
    assert (put["version"], put["weights"]) == (2, {"tier": 900})
    wrong = client.put(f"{API}/queues/{queue.pk}", told | {"weights": {"luck": 1}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "routing.not_a_weight")
    wrong = client.put(f"{API}/queues/{queue.pk}", told | {"condition": {"moon": ["full"]}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "routing.not_a_condition")
    taken = client.post(f"{API}/queues", {"name": "Support"})
    assert (taken.status_code, taken.json()["code"]) == (409, "routing.name_in_use")
    assert Queue.objects.get().version == 2
    assert client_for(lead).post(f"{API}/queues", {"name": "Mine"}).status_code == 403
    wants(support)
    assert client.delete(f"{API}/queues/{queue.pk}").json()["code"] == "routing.queue_in_use"


def test_skills_and_limits_are_set_and_reach_the_seat(
    queue: Queue, cantonese: Skill, owner: Staff, stranger: Staff, lead: Staff
) -> None:
    be(owner, "available")
    client = client_for(lead)
    levels, limits = {"levels": {str(cantonese.pk): 4}}, {"limits": {"email": 7}}
    for path, body in (("/api/v1/people/staff/{}/skills", levels), (API + "/staff/{}/limits", limits)):
        assert client.put(path.format(owner.pk), body).json() == body
        assert client.get(path.format(owner.pk)).json() == body
        assert client.put(path.format(stranger.pk), body).status_code == 404
    let_events_happen()
    seat = Seat.objects.get(pk=owner.pk)
    assert (seat.skills[str(cantonese.pk)], seat.limits["email"], seat.limits["chat"]) == (4, 7, 3)


def test_what_asks_for_a_skill_is_set_and_taken_back(
    queue: Queue, cantonese: Skill, administrator: Staff, lead: Staff
) -> None:
    client, path = client_for(administrator), f"{API}/needs/{cantonese.pk}"
    body = {"condition": {"languages": ["yue"]}, "level": 2}
    assert client_for(lead).put(path, body).status_code == 403
    assert client.put(path, body).status_code == 204
    assert client.get(f"{API}/needs").json() == [{"skill_id": cantonese.pk, **body}]
    wrong = client.put(path, {"condition": {"moon": []}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "routing.not_a_condition")
    assert client.put(path, {"condition": {"languages": []}}).status_code == 204
    assert client.get(f"{API}/needs").json() == []


def test_what_a_kind_takes_is_set(queue: Queue, owner: Staff, administrator: Staff) -> None:
    be(owner, "available")
    client = client_for(administrator)
    told = client.put(f"{API}/kinds/chat", {"units": 5, "quiet_minutes": 10, "away_minutes": 3}).json()
    assert (told["units"], told["quiet_minutes"], told["away_minutes"]) == (5, 10, 3)
    assert Seat.objects.get(pk=owner.pk).limits["chat"] == 5
    assert [one["kind"] for one in client.get(f"{API}/kinds").json()] == ["chat", "email", "phone"]


def test_other_weights_are_looked_at_before_they_are_set(
    queue: Queue, support: Group, owner: Staff, colleague: Staff, stranger: Staff, lead: Staff
) -> None:
    plain = wants(support, sender="a@example.com", at=timezone.now() - timedelta(minutes=10))
    urgent = wants(support, sender="b@example.com")
    WorkItem.objects.filter(pk=urgent.pk).update(priority=4, key=urgent.entered_at.timestamp() - 1800)
    for staff in (owner, stranger):  # ready, with nothing offered to them: the worker has not heard of it yet
        take_seat(staff_id=staff.pk, is_ready=True, now=timezone.now())
    client = client_for(lead)
    path = f"{API}/queues/{queue.pk}/previews"
    shown = client.post(path, {"weights": {}}).json()
    assert [one["ticket_id"] for one in shown["order"]] == [urgent.ticket_id, plain.ticket_id]
    assert (shown["waiting"], shown["moved"]) == (2, 0)
    shown = client.post(path, {"weights": {"priority": [0, 0, 0, 0]}}).json()
    assert [(one["ticket_id"], one["then"], one["now"]) for one in shown["order"]] == [
        (plain.ticket_id, 1, 2),
        (urgent.ticket_id, 2, 1),
    ]
    assert shown["moved"] == 2
    [decision] = shown["decisions"]  # whom the lead does not lead is not shown
    assert decision["staff"]["id"] == owner.pk
    assert (decision["now"]["ticket_id"], decision["then"]["ticket_id"]) == (
        urgent.ticket_id,
        plain.ticket_id,
    )
    wrong = client.post(path, {"weights": {"luck": 1}})
    assert (wrong.status_code, wrong.json()["code"]) == (422, "routing.not_a_weight")
    assert Queue.objects.get().version == 1


def test_a_preview_asks_the_same_of_the_database_however_much_waits(
    queue: Queue, support: Group, owner: Staff, lead: Staff
) -> None:
    take_seat(staff_id=owner.pk, is_ready=True, now=timezone.now())
    client, costs = client_for(lead), []
    for count in (1, 5):
        for number in range(count):
            wants(support, sender=f"{count}-{number}@example.com")
        client.post(f"{API}/queues/{queue.pk}/previews", {"weights": {}})
        with CaptureQueriesContext(connection) as captured:
            client.post(f"{API}/queues/{queue.pk}/previews", {"weights": {"tier": 900}})
        costs.append(len(captured))
    assert costs[0] == costs[1]


def test_a_time_that_was_is_replayed_with_a_ring_opened_sooner(
    queue: Queue, support: Group, owner: Staff, lead: Staff, colleague: Staff
) -> None:
    stranger = Staff.objects.get(memberships__group__name="Billing")
    began = timezone.now() - timedelta(hours=1)
    be(owner, "available", began)
    be(stranger, "available", began)
    for number in range(12):
        wants(support, sender=f"c{number}@example.com", at=began + timedelta(seconds=30 * number))
    body = {
        "queue_id": queue.pk,
        "since": (began - timedelta(minutes=1)).isoformat(),
        "until": (timezone.now()).isoformat(),
        "rings": [{"level": 5}, {"after_seconds": 0, "level": 5}],
    }
    client = client_for(lead)
    asked = client.post(f"{API}/simulations", body)
    assert (asked.status_code, asked.json()["state"], asked.json()["summaries"]) == (202, "waiting", [])
    path = f"{API}/simulations/{asked.json()['id']}"
    run_simulation(simulation_id=asked.json()["id"])
    told = client.get(path).json()
    assert (told["state"], told["knows_presence"]) == ("done", True)
    now, changed = told["summaries"]
    assert now["offered"] == changed["offered"] == 12
    assert changed["answered"] >= now["answered"]
    assert changed["wait"] < now["wait"]
    other = make_staff(roles=["lead"], groups=[support])
    assert client_for(other).get(path).status_code == 404  # one's own
    clear_old_simulations(now=timezone.now() + timedelta(days=8))
    assert client.get(path).status_code == 404


def test_people_of_a_time_that_was_are_there_when_they_were_available(
    queue: Queue, support: Group, owner: Staff, lead: Staff
) -> None:
    until = timezone.now()
    since = until - timedelta(hours=2)
    assert lived(since=since, until=until, by=lead).shifts is None
    be(owner, "available", since - timedelta(minutes=5))
    be(owner, "break", since + timedelta(minutes=30))
    be(owner, "available", since + timedelta(minutes=40))
    was = lived(since=since, until=until, by=lead)
    assert was.shifts == {owner.pk: [Shift(0, 1800), Shift(2400, 7200)]}
    assert [agent.limits["email"] for agent in was.people if agent.id == owner.pk] == [2]


def test_what_can_not_be_replayed_is_refused(queue: Queue, lead: Staff) -> None:
    client, now = client_for(lead), timezone.now()
    body = {"queue_id": queue.pk, "since": (now - timedelta(days=7)).isoformat(), "until": now.isoformat()}
    for wrong in ({"until": "2999-01-01T00:00:00Z"}, {"since": (now - timedelta(days=32)).isoformat()}):
        refused = client.post(f"{API}/simulations", body | wrong)
        assert (refused.status_code, refused.json()["code"]) == (422, "routing.not_a_time_to_replay")
    refused = client.post(f"{API}/simulations", body | {"weights": {"luck": 1}})
    assert (refused.status_code, refused.json()["code"]) == (422, "routing.not_a_weight")
    assert client.post(f"{API}/simulations", body | {"queue_id": 999_999}).status_code == 404
    somewhere = client.post(f"{API}/simulations", body | {"since": "2026-01-01T00:00:00"})
    assert somewhere.status_code == 422  # of which zone nobody can tell
    spells = client.get(f"/api/v1/people/staff/{lead.pk}/presence/spells?since=2026-01-01T00:00:00")
    assert spells.status_code == 422
    assert not Simulation.objects.exists()


def test_a_simulation_that_fails_or_is_lost_says_so(queue: Queue, lead: Staff) -> None:
    now = timezone.now()
    asked = {"queue_id": 999_999, "since": now.isoformat(), "until": now.isoformat(), "weights": None}
    broken = Simulation.objects.create(by=lead, asked=asked | {"rings": None, "within": 60}, created_at=now)
    assert run_simulation(simulation_id=broken.pk).state == "failed"
    lost = Simulation.objects.create(by=lead, asked={}, created_at=now - timedelta(minutes=11))
    assert client_for(lead).get(f"{API}/simulations/{lost.pk}").json()["state"] == "failed"
