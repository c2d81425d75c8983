from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.checking import MOST_ITEMS, Step, TooManySteps, add_steps
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.commands.timing import (
    NotYourTime,
    Worked,
    correct_time,
    log_time,
    start_clock,
    stop_clock,
)
from zhiyin.tickets.commands.unmerging import unmerge_ticket
from zhiyin.tickets.models import Checklist, ChecklistItem, Stopwatch, Ticket, TimeEntry

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


def texts(answer: Any) -> list[tuple[str, str | None]]:
    return [(one["text"], one["done_by"] and one["done_by"]["name"]) for one in answer.json()]


def test_steps_are_added_ticked_changed_ordered_and_removed(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/steps"
    due = (timezone.now() + timedelta(days=1)).replace(microsecond=0)
    client.post(path, {"text": "查物流", "assignee_id": colleague.pk, "due_at": due.isoformat()})
    one, two = client.post(path, {"text": "退款"}).json()
    assert (one["assignee"]["name"], one["due_at"], two["assignee"]) == (
        "Colleague",
        due.isoformat().replace("+00:00", "Z"),
        None,
    )
    assert texts(client_for(colleague).patch(f"{path}/{one['id']}", {"done": True})) == [
        ("查物流", "Colleague"),
        ("退款", None),
    ]
    assert client.patch(f"{path}/{one['id']}", {"done": True}).json()[0]["done_by"]["name"] == "Colleague"
    row = client.get("/api/v1/tickets?view=open").json()["items"][0]
    assert row["progress"] == {"done": 1, "total": 2}
    assert texts(client.put(f"{path}/order", {"item_ids": [two["id"]]})) == [
        ("退款", None),
        ("查物流", "Colleague"),
    ]
    client.patch(f"{path}/{two['id']}", {"text": "退运费"})
    assert texts(client.patch(f"{path}/{one['id']}", {"done": False})) == [("退运费", None), ("查物流", None)]
    client.delete(f"{path}/{one['id']}")
    assert texts(client.delete(f"{path}/{two['id']}")) == []
    assert client.get(f"/api/v1/tickets/{ticket.pk}").json()["ticket"]["progress"] is None
    done = PendingEvent.objects.filter(type="tickets.checklist_item_done").values_list("payload", flat=True)
    assert list(done) == [{"ticket_id": ticket.pk, "item_id": one["id"], "by_id": colleague.pk}]


def test_a_template_puts_its_steps_on_a_ticket_and_later_changes_leave_them(
    ticket: Ticket, owner: Staff, administrator: Staff
) -> None:
    admin, client = client_for(administrator), client_for(owner)
    made = admin.post("/api/v1/checklist-templates", {"name": "退货", "steps": ["验货", " ", "退款"]}).json()
    assert made["steps"] == ["验货", "退款"]
    assert client.post("/api/v1/checklist-templates", {"name": "x", "steps": ["y"]}).status_code == 403
    again = admin.post("/api/v1/checklist-templates", {"name": "退货", "steps": ["x"]})
    assert again.json()["code"] == "tickets.checklist_template_exists"
    path = f"/api/v1/tickets/{ticket.pk}/steps"
    assert texts(client.post(f"{path}/templates", {"template_id": made["id"]})) == [
        ("验货", None),
        ("退款", None),
    ]
    admin.put(f"/api/v1/checklist-templates/{made['id']}", {"name": "退货", "steps": ["x"], "active": False})
    assert client.post(f"{path}/templates", {"template_id": made["id"]}).status_code == 404
    assert texts(client.get(path)) == [("验货", None), ("退款", None)]


def test_too_many_steps_and_unknown_colleagues_are_refused(ticket: Ticket, owner: Staff) -> None:
    with pytest.raises(TooManySteps):
        add_steps(
            ticket_id=ticket.pk, steps=[Step(text="x")] * (MOST_ITEMS + 1), by=owner, now=timezone.now()
        )
    refused = client_for(owner).post(
        f"/api/v1/tickets/{ticket.pk}/steps", {"text": "x", "assignee_id": 999_999}
    )
    assert refused.json()["code"] == "tickets.no_such_colleague"
    assert not ChecklistItem.objects.exists()


def test_steps_and_time_go_with_a_merge_and_come_back(ticket: Ticket, owner: Staff, support: Group) -> None:
    other = make_ticket(group=support)
    now = timezone.now()
    add_steps(ticket_id=ticket.pk, steps=[Step(text="a")], by=owner, now=now)
    add_steps(ticket_id=other.pk, steps=[Step(text="b"), Step(text="c")], by=owner, now=now)
    log_time(ticket_id=other.pk, worked=Worked(minutes=5, worked_at=now), by=owner, now=now)
    start_clock(ticket_id=other.pk, activity="call", by=owner, now=now)
    merge_tickets(into_id=ticket.pk, merged_ids=[other.pk], by=owner, now=now)
    stop_clock(note="", by=owner, now=now + timedelta(seconds=61))
    assert list(Checklist.objects.values_list("ticket_id", "done", "total")) == [(ticket.pk, 0, 3)]
    times = client_for(owner).get(f"/api/v1/tickets/{other.pk}/times").json()
    assert times["total_minutes"] == 7
    assert {one["activity"] for one in times["items"]} == {"answering", "call"}
    unmerge_ticket(ticket_id=other.pk, by=owner, now=now)
    assert set(Checklist.objects.values_list("ticket_id", "total")) == {(ticket.pk, 1), (other.pk, 2)}
    assert TimeEntry.objects.filter(ticket=other, origin=None).count() == TimeEntry.objects.count() == 2


def test_the_clock_survives_reloads_notes_begun_minutes_and_runs_once(
    ticket: Ticket, owner: Staff, support: Group
) -> None:
    client = client_for(owner)
    assert client.get("/api/v1/clock").json() is None
    client.put(f"/api/v1/tickets/{ticket.pk}/clock", {"activity": "research"})
    assert client.get("/api/v1/clock").json()["ticket_id"] == ticket.pk
    Stopwatch.objects.update(started_at=timezone.now() - timedelta(minutes=12, seconds=30))
    other = make_ticket(group=support)
    client.put(f"/api/v1/tickets/{other.pk}/clock", {})
    entry = TimeEntry.objects.get()
    assert (entry.ticket_id, entry.minutes, entry.activity, entry.staff) == (ticket.pk, 13, "research", owner)
    assert Stopwatch.objects.get().ticket_id == other.pk
    assert client.post("/api/v1/clock/stop", {"note": "电话"}).json()["note"] == "电话"
    assert client.post("/api/v1/clock/stop", {}).json()["code"] == "tickets.no_clock_runs"
    assert client.delete("/api/v1/clock").status_code == 409


def test_time_is_logged_totalled_listed_and_corrected_by_its_own_person(
    ticket: Ticket, owner: Staff, colleague: Staff, stranger: Staff
) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/times"
    entry = client.post(path, {"minutes": 25, "note": "查单"}).json()
    client_for(colleague).post(path, {"minutes": 10})
    assert client.get(path).json()["total_minutes"] == 35
    assert client.get(f"/api/v1/times?staff={owner.pk}").json()["items"][0]["minutes"] == 25
    assert client_for(stranger).get("/api/v1/times").json()["items"] == []
    refused = client_for(colleague).put(f"/api/v1/times/{entry['id']}", {"minutes": 1})
    assert (refused.status_code, refused.json()["code"]) == (403, "tickets.not_your_time")
    assert TimeEntry.objects.get(pk=entry["id"]).minutes == 25
    assert (
        client.put(f"/api/v1/times/{entry['id']}", {"minutes": 20, "activity": "call"}).json()["minutes"]
        == 20
    )
    assert client.delete(f"/api/v1/times/{entry['id']}").status_code == 204
    told = PendingEvent.objects.filter(type__startswith="tickets.time_").order_by("pk")
    assert [(one.type, one.payload["minutes"]) for one in told] == [
        ("tickets.time_logged", 25),
        ("tickets.time_logged", 10),
        ("tickets.time_corrected", 20),
        ("tickets.time_corrected", 0),
    ]


@pytest.mark.parametrize("body", [{"minutes": 0}, {"minutes": 1441}, {"minutes": 5, "activity": "sleep"}])
def test_time_that_can_not_be_is_refused(ticket: Ticket, owner: Staff, body: dict[str, Any]) -> None:
    assert client_for(owner).post(f"/api/v1/tickets/{ticket.pk}/times", body).status_code == 422
    later = {"minutes": 5, "worked_at": (timezone.now() + timedelta(hours=1)).isoformat()}
    assert (
        client_for(owner).post(f"/api/v1/tickets/{ticket.pk}/times", later).json()["code"]
        == "tickets.not_worked_yet"
    )
    assert not TimeEntry.objects.exists()


def test_an_administrator_does_not_correct_what_others_noted(
    ticket: Ticket, owner: Staff, administrator: Staff
) -> None:
    now = timezone.now()
    entry = log_time(ticket_id=ticket.pk, worked=Worked(minutes=5, worked_at=now), by=owner, now=now)
    with pytest.raises(NotYourTime):
        correct_time(entry_id=entry.pk, worked=Worked(minutes=1, worked_at=now), by=administrator, now=now)
    with pytest.raises(Ticket.DoesNotExist):
        log_time(ticket_id=ticket.pk, worked=Worked(minutes=5, worked_at=now), by=make_staff(), now=now)
    assert list(TimeEntry.objects.values_list("minutes", flat=True)) == [5]
