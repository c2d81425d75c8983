"""What waits rises by promises and by impact, and never sinks."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.routing.models import Queue, WorkItem
from zhiyin.routing.scoring import Weights
from zhiyin.routing.tests.conftest import item_of, wants
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.commands.deadlines import Deadline, move_deadlines
from zhiyin.tickets.commands.linking import link_tickets, unlink_tickets
from zhiyin.tickets.models import Ticket, TicketLink

pytestmark = pytest.mark.django_db


def promise(item: WorkItem, due_at: datetime | None) -> WorkItem:
    with transaction.atomic():
        ticket = Ticket.objects.select_for_update().get(pk=item.ticket_id)
        move_deadlines([Deadline(ticket, due_at, timezone.now())])
    let_events_happen()
    return item_of(ticket)


def test_a_promise_that_falls_due_lifts_work_and_putting_it_off_leaves_it_there(
    queue: Queue, support: Group
) -> None:
    item, plain = wants(support, sender="a@example.com"), Weights()
    soon = timezone.now() + timedelta(minutes=30)
    risen = promise(item, soon)
    assert risen.due_at == soon
    front = soon.timestamp() - plain.lead - plain.longest_start
    assert risen.key == pytest.approx(max(front, item.entered_at.timestamp() - plain.longest_start))
    for later in (soon + timedelta(hours=5), None):
        again = promise(item, later)
        assert (again.due_at, again.key) == (soon, risen.key)


def test_two_emergencies_are_ranked_by_the_customers_they_touch(
    queue: Queue, support: Group, lead: Staff
) -> None:
    first, second = wants(support, sender="a@example.com"), wants(support, sender="b@example.com")
    under = [wants(support, sender=f"c{number}@example.com") for number in range(3)]
    assert item_of(first.ticket).key < item_of(second.ticket).key
    for item in under:
        link_tickets(
            ticket_id=second.ticket_id, other_id=item.ticket_id, relation="child", by=lead, now=timezone.now()
        )
    let_events_happen()
    risen = item_of(second.ticket)
    assert risen.touched == 4
    assert risen.key == pytest.approx(second.entered_at.timestamp() - 2 * Weights().impact)
    assert risen.key < item_of(first.ticket).key
    link = TicketLink.objects.filter(other=second.ticket_id).earliest("pk")
    unlink_tickets(ticket_id=second.ticket_id, link_id=link.pk, by=lead, now=timezone.now())
    let_events_happen()
    assert (item_of(second.ticket).touched, item_of(second.ticket).key) == (4, risen.key)
