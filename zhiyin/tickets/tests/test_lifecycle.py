from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import make_group, make_staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.assigning import (
    ClaimedByOther,
    NoSuchColleague,
    assign_ticket,
    claim_ticket,
    move_ticket,
)
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.lifecycle import EditedMeanwhile, NotAStatus, change_status
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


def last_fact() -> tuple[str, dict[str, object]]:
    event = PendingEvent.objects.latest("pk")
    return event.type, event.payload


@pytest.mark.parametrize(
    ("status", "fact"),
    [
        ("open", "tickets.reopened"),
        ("pending", "tickets.set_pending"),
        ("on_hold", "tickets.put_on_hold"),
        ("solved", "tickets.resolved"),
        ("closed", "tickets.closed"),
    ],
)
def test_each_status_is_told_by_its_own_fact(ticket: Ticket, owner: Staff, status: str, fact: str) -> None:
    changed = change_status(ticket_id=ticket.pk, status=status, by=owner, now=timezone.now())
    assert changed.status == status
    customs = {"custom_id": None, "was_custom_id": None}
    assert last_fact() == (fact, {"ticket_id": ticket.pk, "was": "new", "by_id": owner.pk} | customs)
    assert (changed.solved_at is not None) == (status in ("solved", "closed"))


def test_nothing_is_told_when_nothing_changes(ticket: Ticket, owner: Staff) -> None:
    change_status(ticket_id=ticket.pk, status="open", by=owner, now=timezone.now())
    count = PendingEvent.objects.count()
    change_status(ticket_id=ticket.pk, status="open", by=owner, now=timezone.now())
    assert PendingEvent.objects.count() == count


def test_an_unknown_status_is_refused(ticket: Ticket, owner: Staff) -> None:
    with pytest.raises(NotAStatus):
        change_status(ticket_id=ticket.pk, status="new", by=owner, now=timezone.now())
    ticket.refresh_from_db()
    assert ticket.status == "new"


def test_claim_is_compare_and_set(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    claim_ticket(ticket_id=ticket.pk, expected_assignee_id=None, by=owner, now=timezone.now())
    with pytest.raises(ClaimedByOther) as refused:
        claim_ticket(ticket_id=ticket.pk, expected_assignee_id=None, by=colleague, now=timezone.now())
    assert refused.value.params["by_name"] == owner.name
    ticket.refresh_from_db()
    assert ticket.assignee == owner
    taken = claim_ticket(ticket_id=ticket.pk, expected_assignee_id=owner.pk, by=colleague, now=timezone.now())
    assert taken.assignee == colleague


def test_assigning_to_somebody_deactivated_is_refused(ticket: Ticket, owner: Staff) -> None:
    gone = make_staff(is_active=False)
    with pytest.raises(NoSuchColleague):
        assign_ticket(ticket_id=ticket.pk, assignee_id=gone.pk, by=owner, now=timezone.now())
    ticket.refresh_from_db()
    assert ticket.assignee is None


def test_moving_to_another_group_is_told_with_both_groups(
    ticket: Ticket, owner: Staff, support: Group
) -> None:
    billing = make_group("Billing")
    move_ticket(ticket_id=ticket.pk, group_id=billing.pk, by=owner, now=timezone.now())
    name, payload = last_fact()
    assert name == "tickets.moved"
    assert (payload["from_group_id"], payload["to_group_id"]) == (support.pk, billing.pk)
    assert not Ticket.objects.visible_to(owner).filter(pk=ticket.pk).exists()


def test_several_changes_are_all_or_nothing(ticket: Ticket, owner: Staff) -> None:
    change = TicketChange(values={"priority": 4, "tags": ["vip"], "status": "nonsense"})
    with pytest.raises(NotAStatus):
        change_ticket(ticket_id=ticket.pk, change=change, by=owner, now=timezone.now())
    ticket.refresh_from_db()
    assert (ticket.priority, ticket.tags) == (2, [])


def test_a_change_on_an_older_view_is_refused(ticket: Ticket, owner: Staff) -> None:
    change_ticket(
        ticket_id=ticket.pk, change=TicketChange(values={"priority": 3}), by=owner, now=timezone.now()
    )
    stale = TicketChange(values={"priority": 1}, seen_version=ticket.version)
    with pytest.raises(EditedMeanwhile):
        change_ticket(ticket_id=ticket.pk, change=stale, by=owner, now=timezone.now())
    ticket.refresh_from_db()
    assert ticket.priority == 3


def test_a_stranger_can_change_nothing(ticket: Ticket, stranger: Staff) -> None:
    with pytest.raises(Ticket.DoesNotExist):
        change_status(ticket_id=ticket.pk, status="solved", by=stranger, now=timezone.now())
    ticket.refresh_from_db()
    assert ticket.status == "new"
