"""What happens to many tickets at once costs no more where no queue waits for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.facts import Fact
from zhiyin.routing.commands.settings import QueueContent, save_queue
from zhiyin.routing.models import Queue, WorkItem
from zhiyin.routing.reactions import follow_tickets
from zhiyin.routing.tests.conftest import NOW
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.events import CustomerWrote, TicketOpened, TicketResolved
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def facts_of(tickets: list[Ticket]) -> list[Fact]:
    """As the log tells them: opened and written in turn."""
    told: list[Fact] = []
    for ticket in tickets:
        ids: dict[str, Any] = {"ticket_id": ticket.pk, "at": timezone.now()}
        told += [
            TicketOpened(customer_id=ticket.customer_id, channel_id=ticket.channel_id, **ids),
            CustomerWrote(message_id=1, **ids),
        ]
    return told


def queries_of(facts: Sequence[Fact]) -> int:
    with CaptureQueriesContext(connection) as captured:
        follow_tickets(facts)
    return len(captured)


def test_where_no_queue_fits_fifty_facts_cost_the_queries_of_two(
    support: Group, administrator: Staff
) -> None:
    tickets = [make_ticket(sender=f"{number}@example.com") for number in range(25)]
    facts = facts_of(tickets)
    ends = [TicketResolved(ticket_id=one.pk, was="open", by_id=None, at=NOW) for one in tickets]
    assert queries_of(facts[:2]) == queries_of(facts) == 2
    content = QueueContent(name="VIP", condition={"tier_from": 3})
    save_queue(queue_id=None, content=content, by=administrator, now=NOW)
    assert queries_of(facts[:2]) == queries_of(facts) == 3
    assert queries_of(ends[:2]) == queries_of(ends) == 3
    assert not WorkItem.objects.exists()


def test_of_many_the_ones_that_fit_are_queued_once_and_in_their_order(queue: Queue) -> None:
    tickets = [make_ticket(sender=f"{number}@example.com") for number in range(5)]
    Ticket.objects.filter(pk=tickets[1].pk).update(status="solved")
    follow_tickets(facts_of(tickets))
    queued = WorkItem.objects.order_by("pk").values_list("ticket_id", flat=True)
    assert list(queued) == [tickets[place].pk for place in (0, 2, 3, 4)]


def test_what_has_work_is_followed_though_no_queue_is_active(queue: Queue) -> None:
    (ticket,) = tickets = [make_ticket()]
    follow_tickets(facts_of(tickets))
    Queue.objects.update(is_active=False)
    follow_tickets([TicketResolved(ticket_id=ticket.pk, was="open", by_id=None, at=NOW)])
    assert WorkItem.objects.get(ticket=ticket).state == WorkItem.State.DONE
