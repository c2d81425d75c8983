"""What a person put into a queue stays there until a person or the end of the case changes it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.routing.commands.entering import move_work, open_next_ring, release_work, review_work
from zhiyin.routing.commands.settings import QueueContent, QueueInUse, RingContent, remove_queue, save_queue
from zhiyin.routing.models import Decision, Queue, WorkItem
from zhiyin.routing.tests.conftest import NOW, be, item_of, wants
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.commands.lifecycle import change_status, edit_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
API = "/api/v1/routing"


def make_queue(administrator: Staff, name: str, **fields: object) -> Queue:
    content = QueueContent(name=name, **fields)  # type: ignore[arg-type]
    return save_queue(queue_id=None, content=content, by=administrator, now=NOW)


@pytest.fixture
def refunds(queue: Queue, administrator: Staff) -> Queue:
    """Where a case belongs that has the tag refund, before the queue of everything."""
    Queue.objects.filter(pk=queue.pk).update(position=5)
    queue.refresh_from_db()
    return make_queue(administrator, "Refunds", position=0, condition={"tags": ["refund"]})


@pytest.fixture
def urgent(administrator: Staff) -> Queue:
    return make_queue(administrator, "Urgent", position=0, condition={"priority_from": 4})


@pytest.fixture
def quarantine(administrator: Staff) -> Queue:
    """Nothing comes here by itself."""
    return make_queue(administrator, "Quarantine", position=9, condition={"tags": ["nothing-has-this"]})


def put(item: WorkItem, queue: Queue, lead: Staff) -> WorkItem:
    move_work(item_id=item.pk, queue_id=queue.pk, by=lead, now=timezone.now())
    let_events_happen()
    return item_of(item.ticket)


def edit(item: WorkItem, by: Staff, **changes: object) -> WorkItem:
    edit_ticket(ticket_id=item.ticket_id, changes=changes, by=by, now=timezone.now())
    let_events_happen()
    return item_of(item.ticket)


def set_status(item: WorkItem, status: str, by: Staff) -> None:
    change_status(ticket_id=item.ticket_id, status=status, by=by, now=timezone.now())
    let_events_happen()


def told(item: WorkItem) -> list[tuple[str, str, str]]:
    """How, into which queue, by whom."""
    decisions = Decision.objects.filter(item__ticket=item.ticket_id).select_related("queue", "by")
    return [
        (one.how, one.queue.name if one.queue else "", one.by.name if one.by else "") for one in decisions
    ]


def test_what_a_lead_moved_stays_though_its_conditions_change(
    queue: Queue, refunds: Queue, urgent: Queue, quarantine: Queue, support: Group, lead: Staff
) -> None:
    item = put(wants(support), quarantine, lead)
    for changes in ({"tags": ["refund"]}, {"priority": 4}, {"tags": [], "priority": 2}):
        item = edit(item, lead, **changes)
        assert (item.queue, item.state, item.moved_by) == (quarantine, "waiting", lead)
    assert item.priority == 2  # its rank follows all the same
    assert told(item) == [("moved", "Quarantine", "Lead")]


def test_what_nobody_moved_goes_where_it_belongs_and_says_why(
    queue: Queue, refunds: Queue, support: Group, lead: Staff
) -> None:
    item = edit(wants(support), lead, tags=["refund"])
    assert (item.queue, item.moved_by, told(item)) == (refunds, None, [("followed", "Refunds", "")])


def test_a_lead_lets_the_conditions_decide_again(
    queue: Queue, refunds: Queue, quarantine: Queue, support: Group, lead: Staff
) -> None:
    item = edit(put(wants(support), quarantine, lead), lead, tags=["refund"])
    release_work(item_id=item.pk, by=lead, now=timezone.now())
    item.refresh_from_db()
    assert (item.queue, item.moved_by) == (refunds, None)
    assert told(item) == [("moved", "Quarantine", "Lead"), ("released", "Refunds", "Lead")]
    release_work(item_id=item.pk, by=lead, now=timezone.now())  # once more is the same
    assert len(told(item)) == 2
    assert edit(item, lead, tags=[]).queue == queue


def test_a_ring_that_a_lead_opened_stays_open(queue: Queue, support: Group, lead: Staff) -> None:
    item = wants(support)
    open_next_ring(item_id=item.pk, by=lead, now=timezone.now())
    assert edit(item, lead, priority=4).ring == 1


def test_what_only_paused_comes_back_where_it_was_put(
    queue: Queue, quarantine: Queue, support: Group, lead: Staff
) -> None:
    item = put(wants(support), quarantine, lead)
    set_status(item, "pending", lead)
    assert item_of(item.ticket).state == "left"
    set_status(item, "open", lead)
    again = item_of(item.ticket)
    assert (again.pk != item.pk, again.state, again.queue, again.moved_by) == (
        True,
        "waiting",
        quarantine,
        lead,
    )


@pytest.mark.parametrize("before", ["open", "pending"])
def test_what_was_closed_and_reopened_goes_by_its_conditions(
    queue: Queue, quarantine: Queue, support: Group, lead: Staff, before: str
) -> None:
    item = put(wants(support, own_keys=["mid:<first@x>"]), quarantine, lead)
    if before == "pending":
        set_status(item, "pending", lead)
    set_status(item, "solved", lead)
    arrive(thread_keys=["mid:<first@x>"])
    let_events_happen()
    again = item_of(item.ticket)
    assert Ticket.objects.get(pk=item.ticket_id).status == "open"
    assert (again.pk != item.pk, again.state, again.queue, again.moved_by) == (True, "waiting", queue, None)


def test_a_queue_out_of_use_holds_nothing(
    queue: Queue, quarantine: Queue, support: Group, lead: Staff, administrator: Staff
) -> None:
    item = put(wants(support), quarantine, lead)
    gone = QueueContent(name="Quarantine", position=9, is_active=False)
    save_queue(queue_id=quarantine.pk, content=gone, by=administrator, now=NOW)
    item = edit(item, lead, priority=4)
    assert (item.queue, item.moved_by) == (queue, None)
    with pytest.raises(QueueInUse):
        remove_queue(queue_id=quarantine.pk, by=administrator, now=NOW)


def test_what_overflowed_stays_there_and_on_from_there(
    queue: Queue, support: Group, lead: Staff, administrator: Staff
) -> None:
    last = make_queue(administrator, "Last", position=9, condition={"tags": ["nothing-has-this"]})
    second = make_queue(
        administrator,
        "Second",
        position=8,
        condition={"tags": ["nothing-has-this"]},
        most_wait_minutes=20,
        overflow_id=last.pk,
    )
    first = QueueContent(name="Support", rings=[RingContent()], most_wait_minutes=10, overflow_id=second.pk)
    save_queue(queue_id=queue.pk, content=first, by=administrator, now=NOW)
    item = wants(support, at=timezone.now() - timedelta(minutes=12))
    assert item.queue == second
    item = edit(item, lead, priority=4)
    assert (item.queue, told(item)) == (second, [("overflowed", "Second", "")])
    review_work(item_id=item.pk, now=item.entered_at + timedelta(minutes=20))
    assert item_of(item.ticket).queue == last


def test_who_put_it_there_is_told(
    queue: Queue, quarantine: Queue, support: Group, owner: Staff, lead: Staff
) -> None:
    client, item = client_for(lead), wants(support)
    moved = client.post(f"{API}/work/{item.pk}/move", {"queue_id": quarantine.pk}).json()
    assert moved["moved_by"] == {"id": lead.pk, "name": "Lead"}
    [row] = client.get(f"{API}/work?queue={quarantine.pk}").json()
    assert row["moved_by"]["name"] == "Lead"
    assert client_for(owner).delete(f"{API}/work/{item.pk}/move").status_code == 403
    released = client.delete(f"{API}/work/{item.pk}/move").json()
    assert (released["queue"], released["moved_by"]) == ("Support", None)
    decisions = client.get(f"{API}/tickets/{item.ticket_id}/decisions").json()
    ways = [(one["how"], one["queue"], one["staff"], one["by"]["name"]) for one in decisions]
    assert ways == [("moved", "Quarantine", None, "Lead"), ("released", "Support", None, "Lead")]


def test_a_decision_names_the_queue_it_was_made_in(
    queue: Queue, quarantine: Queue, support: Group, owner: Staff, lead: Staff
) -> None:
    be(owner, "available")
    item = wants(support)
    be(owner, "offline")
    put(item_of(item.ticket), quarantine, lead)
    decisions = client_for(lead).get(f"{API}/tickets/{item.ticket_id}/decisions").json()
    assert [(one["how"], one["queue"]) for one in decisions] == [
        ("push", "Support"),
        ("returned", "Support"),
        ("moved", "Quarantine"),
    ]
