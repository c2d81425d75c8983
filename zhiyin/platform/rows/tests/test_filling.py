"""`fill`, tried on tickets and colleagues."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.people.models import Group, Staff
from zhiyin.platform.rows.filling import fill
from zhiyin.testing.people import make_staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import ReplyLock, Ticket

pytestmark = pytest.mark.django_db


def test_one_statement_brings_all_that_rows_point_to(support: Group, owner: Staff) -> None:
    for number in range(3):
        made = make_ticket(group=support, sender=f"customer{number}@example.com")
        Ticket.objects.filter(pk=made.pk).update(assignee=owner)
    tickets = list(Ticket.objects.order_by("pk"))
    with CaptureQueriesContext(connection) as captured:
        fill(
            (
                tickets,
                {
                    "customer": ("name", "tier"),
                    "group": ("name",),
                    "assignee": ("name",),
                    "type": ("name_en",),
                },
            )
        )
        told = [(one.group.name, one.assignee.name, one.customer.tier, one.type) for one in tickets]  # type: ignore[union-attr]
    assert told == [(support.name, owner.name, "standard", None)] * 3
    assert len(captured) == 1


def test_the_other_end_of_a_one_to_one_is_there_or_is_not(support: Group, owner: Staff) -> None:
    locked, free = make_ticket(group=support), make_ticket(group=support)
    until = datetime(2026, 3, 1, 8, 30, 0, 125000, UTC)
    ReplyLock.objects.create(ticket=locked, staff=owner, held_until=until)
    tickets = [Ticket.objects.get(pk=locked.pk), Ticket.objects.get(pk=free.pk)]
    fill((tickets, {"reply_lock": ("staff", "held_until")}))
    with CaptureQueriesContext(connection) as captured:
        lock = tickets[0].answering
        assert lock is not None
        assert (lock.staff_id, lock.held_until) == (owner.pk, until)
        assert tickets[1].answering is None
    assert len(captured) == 0


def test_columns_that_were_not_named_are_read_when_asked_for(support: Group) -> None:
    ticket = Ticket.objects.get(pk=make_ticket(group=support).pk)
    fill(([ticket], {"customer": ("name",)}))
    with CaptureQueriesContext(connection) as captured:
        assert ticket.customer.tier == "standard"
    assert len(captured) == 1


def test_rows_of_several_models_are_filled_together(support: Group) -> None:
    ticket, person = Ticket.objects.get(pk=make_ticket(group=support).pk), make_staff(groups=[support])
    membership = person.memberships.get()
    membership = type(membership).objects.get(pk=membership.pk)
    with CaptureQueriesContext(connection) as captured:
        fill(([ticket], {"group": ("name",)}), ([membership], {"group": ("name",), "staff": ("email",)}))
        assert (membership.group.name, membership.staff.email) == (support.name, person.email)
        assert ticket.group is not None
        assert ticket.group.name == support.name
    assert len(captured) == 1


def test_nothing_is_asked_for_no_rows() -> None:
    with CaptureQueriesContext(connection) as captured:
        fill(([], {"customer": ("name",)}))
    assert len(captured) == 0
