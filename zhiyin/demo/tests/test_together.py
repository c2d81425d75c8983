"""What the demo arranges around its tickets is there to be found."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.demo.together import TEMPLATES, arrange_tickets
from zhiyin.testing.people import make_staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Checklist, ChecklistTemplate, Follower, Merge, Ticket, TicketLink, TimeEntry

pytestmark = pytest.mark.django_db


def test_open_tickets_are_merged_linked_snoozed_followed_and_worked_on() -> None:
    make_staff(roles=["manager"])
    for number in range(9):
        make_ticket(sender=f"customer{number // 2}@example.com")
    assert arrange_tickets(now=timezone.now()) == 8
    assert ChecklistTemplate.objects.count() == len(TEMPLATES)
    assert (Merge.objects.count(), TicketLink.objects.count(), Follower.objects.count()) == (1, 2, 1)
    assert Checklist.objects.values_list("done", "total").get() == (2, 5)
    assert TimeEntry.objects.get().minutes == 25
    assert Ticket.objects.filter(snoozed_until__isnull=False).count() == 1


def test_a_small_demo_is_left_alone() -> None:
    make_staff(roles=["manager"])
    make_ticket()
    assert arrange_tickets(now=timezone.now()) == 0
    assert not ChecklistTemplate.objects.exists()
