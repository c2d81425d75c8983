from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.timers.models import Timer
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.commands.assigning import assign_ticket
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.commands.reminding import drop_reminder, set_reminder
from zhiyin.tickets.commands.snoozing import NotAMomentAhead, NothingToSnooze, snooze_ticket, wake_ticket
from zhiyin.tickets.models import Reminder, Ticket

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support, own_keys=["mid:<first@x>"])


def snoozed(ticket: Ticket, by: Staff, until: datetime | None = None) -> Ticket:
    return snooze_ticket(ticket_id=ticket.pk, until=until, by=by, now=timezone.now())


def facts(*types: str) -> list[tuple[str, dict[str, Any]]]:
    return list(PendingEvent.objects.filter(type__in=types).order_by("pk").values_list("type", "payload"))


def test_a_snoozed_ticket_leaves_the_working_lists_and_has_one_of_its_own(
    ticket: Ticket, owner: Staff
) -> None:
    client = client_for(owner)
    until = timezone.now().replace(microsecond=0) + HOUR
    row = client.put(f"/api/v1/tickets/{ticket.pk}/snooze", {"until": until.isoformat()}).json()
    assert datetime.fromisoformat(row["snoozed_until"]) == until
    held = {
        view: [found["id"] for found in client.get(f"/api/v1/tickets?view={view}").json()["items"]]
        for view in ("mine", "unassigned", "waiting", "open", f"group:{ticket.group_id}", "snoozed", "all")
    }
    assert {view for view, ids in held.items() if ids == [ticket.pk]} == {"snoozed", "all"}
    counts = client.get("/api/v1/tickets/counts").json()["views"]
    assert (counts["open"], counts["snoozed"]) == (0, 1)
    back = client.delete(f"/api/v1/tickets/{ticket.pk}/snooze").json()
    assert back["snoozed_until"] is None
    assert back["woken_at"] is not None
    assert client.get("/api/v1/tickets/counts").json()["views"]["open"] == 1


def test_it_comes_back_in_time_by_itself(ticket: Ticket, owner: Staff) -> None:
    until = timezone.now() + HOUR
    snoozed(ticket, owner, until)
    assert fire_due_timers(now=until - timedelta(seconds=1)) == 0
    assert fire_due_timers(now=until) == 1
    let_events_happen()
    ticket.refresh_from_db()
    assert (ticket.snoozed_until, ticket.woken_at) == (None, until)
    assert client_for(owner).get("/api/v1/tickets?view=open").json()["items"][0]["woken_at"] is not None


def test_snoozing_again_moves_the_moment_and_an_older_timer_wakes_nothing(
    ticket: Ticket, owner: Staff
) -> None:
    first = timezone.now() + HOUR
    snoozed(ticket, owner, first)
    fire_due_timers(now=first)
    snoozed(ticket, owner, first + HOUR)
    let_events_happen()
    ticket.refresh_from_db()
    assert ticket.snoozed_until == first + HOUR
    assert list(Timer.objects.values_list("kind", "key", "due_at")) == [
        ("tickets.snooze", str(ticket.pk), first + HOUR)
    ]


def test_the_customer_brings_it_back_at_once(ticket: Ticket, owner: Staff) -> None:
    sleeping = snoozed(ticket, owner)
    assert sleeping.snoozed_until == sleeping.updated_at + timedelta(days=30)
    message = arrive(thread_keys=["mid:<first@x>"], text="还在吗？")
    ticket.refresh_from_db()
    assert (ticket.snoozed_until, ticket.woken_at) == (None, message.at)
    assert facts("tickets.woken") == [
        ("tickets.woken", {"ticket_id": ticket.pk, "reason": "customer", "by_id": None})
    ]
    assert not Timer.objects.exists()


def test_a_machine_does_not_wake_it(ticket: Ticket, owner: Staff) -> None:
    snoozed(ticket, owner)
    arrive(thread_keys=["mid:<first@x>"], automatic="auto_reply")
    ticket.refresh_from_db()
    assert ticket.snoozed_until is not None
    assert facts("tickets.woken") == []


def test_whoever_is_given_the_ticket_finds_it_and_a_change_of_status_ends_the_snooze(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    snoozed(ticket, owner)
    assign_ticket(ticket_id=ticket.pk, assignee_id=colleague.pk, by=owner, now=timezone.now())
    assert Ticket.objects.get(pk=ticket.pk).woken_at is not None
    snoozed(ticket, owner)
    change_status(ticket_id=ticket.pk, status="solved", by=owner, now=timezone.now())
    ticket.refresh_from_db()
    assert (ticket.status, ticket.snoozed_until, ticket.woken_at) == ("solved", None, None)
    assert not Timer.objects.exists()


@pytest.mark.parametrize("away", [timedelta(0), -HOUR, timedelta(days=367)])
def test_a_moment_that_is_past_or_too_far_is_refused(ticket: Ticket, owner: Staff, away: timedelta) -> None:
    now = timezone.now()
    with pytest.raises(NotAMomentAhead):
        snooze_ticket(ticket_id=ticket.pk, until=now + away, by=owner, now=now)
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None
    assert not Timer.objects.exists()
    assert facts("tickets.snoozed") == []


def test_what_is_done_can_not_be_snoozed(ticket: Ticket, owner: Staff) -> None:
    change_status(ticket_id=ticket.pk, status="solved", by=owner, now=timezone.now())
    with pytest.raises(NothingToSnooze):
        snoozed(ticket, owner)
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None


def test_a_stranger_snoozes_and_wakes_nothing(ticket: Ticket, owner: Staff, stranger: Staff) -> None:
    snoozed(ticket, owner)
    with pytest.raises(Ticket.DoesNotExist):
        snoozed(ticket, stranger)
    with pytest.raises(Ticket.DoesNotExist):
        wake_ticket(ticket_id=ticket.pk, by=stranger, now=timezone.now())
    assert len(facts("tickets.snoozed", "tickets.woken")) == 1


def test_a_reminder_comes_due_once_and_is_its_persons_own(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    client = client_for(owner)
    due = timezone.now() + HOUR
    made = client.post(
        f"/api/v1/tickets/{ticket.pk}/reminders", {"due_at": due.isoformat(), "text": "催财务"}
    )
    assert (made.status_code, made.json()["text"]) == (201, "催财务")
    assert [one["id"] for one in client.get(f"/api/v1/reminders?ticket={ticket.pk}").json()] == [
        made.json()["id"]
    ]
    assert client_for(colleague).get("/api/v1/reminders").json() == []
    assert client_for(colleague).delete(f"/api/v1/reminders/{made.json()['id']}").status_code == 404
    fire_due_timers(now=due)
    let_events_happen()
    assert client.get("/api/v1/reminders").json() == []
    assert Reminder.objects.get().fired_at == due
    shown = client.get(f"/api/v1/tickets/{ticket.pk}").json()["timeline"]["items"]
    assert [
        one["event"]["type"] for one in shown if one["event"] and "reminder" in one["event"]["type"]
    ] == []


def test_a_reminder_taken_back_never_comes(ticket: Ticket, owner: Staff) -> None:
    due = timezone.now() + HOUR
    reminder = set_reminder(ticket_id=ticket.pk, due_at=due, text="", by=owner, now=timezone.now())
    drop_reminder(reminder_id=reminder.pk, by=owner)
    assert fire_due_timers(now=due) == 0
    assert not Reminder.objects.exists()


def test_a_reminder_in_the_past_is_refused(ticket: Ticket, owner: Staff) -> None:
    with pytest.raises(NotAMomentAhead):
        set_reminder(ticket_id=ticket.pk, due_at=timezone.now() - HOUR, text="", by=owner, now=timezone.now())
    assert not Reminder.objects.exists()
    assert not Timer.objects.exists()
