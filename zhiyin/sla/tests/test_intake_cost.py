"""What a customer's first message costs where policies hold: in a rush every message pays it."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.people.models import Group, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.event_log.sequencing import sequence_batch
from zhiyin.sla.commands.counting import count_tickets
from zhiyin.sla.models import Clock, Coverage
from zhiyin.sla.reactions import count_when_something_happened
from zhiyin.sla.shipped import packs
from zhiyin.sla.tests.scene import after, policy
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.events import CustomerWrote
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
LOOK = 1  # is it worth counting
LOCK = 3  # a savepoint around the ticket's row
READ = 7  # clocks, coverages, policies, which of them fit, pauses, hours, history
WRITE = 5  # coverages, clocks, timer, the ticket's deadline and its fact


def test_a_first_message_takes_as_many_queries_however_much_is_promised(
    administrator: Staff, support: Group
) -> None:
    calendar = Calendar.objects.create(name="Office", week=[[["09:00", "18:00"]]] * 7)
    for pack in packs():
        policy(
            *pack.metrics,
            by=administrator,
            track=pack.track,
            conditions=pack.conditions,
            calendar_id=calendar.pk,
        )
    count_tickets(moments={_opened(support, "").pk: after(0)})  # hours are laid out once
    usual, regulated = _opened(support, ""), _opened(support, "12345")
    for ticket, promises in ((usual, (2, 3)), (regulated, (3, 5))):
        last = Event.objects.filter(subject=f"ticket:{ticket.pk}", type="tickets.customer_wrote").get()
        fact = CustomerWrote.from_payload(last.payload, at=last.at, position=last.position)
        with CaptureQueriesContext(connection) as taken:
            count_when_something_happened([fact])
        assert (Coverage.objects.filter(ticket=ticket).count(), _clocks(ticket)) == promises
        assert len(taken) == LOOK + LOCK + READ + WRITE, [query["sql"][:80] for query in taken]


def _opened(group: Group, tag: str) -> Ticket:
    ticket = make_ticket(group=group, at=after(0))
    Ticket.objects.filter(pk=ticket.pk).update(tags=[tag] if tag else [])
    sequence_batch()
    return ticket


def _clocks(ticket: Ticket) -> int:
    return Clock.objects.filter(ticket=ticket).count()
