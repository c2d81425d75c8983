"""Who hears of approvals and promises, and what makes a notice moot."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.notifications.models import Notification
from zhiyin.people.models import Group, Staff
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.procedures.commands.approving import answer_approval, ask_approval
from zhiyin.procedures.commands.promising import keep_promise, make_promise
from zhiyin.testing.people import make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(email="lead@example.com", name="Lead", roles=["lead"], groups=[support])


def unread(reason: str) -> list[int]:
    rows = Notification.objects.filter(reason=reason, read_at=None)
    return list(rows.values_list("staff_id", flat=True))


def test_who_is_asked_hears_of_it_until_it_is_decided(ticket: Ticket, owner: Staff, lead: Staff) -> None:
    let_events_happen()
    approval = ask_approval(
        ticket_id=ticket.pk,
        kind="refund",
        key="1",
        amount=None,
        chain=[{"asks": [{"role": "lead"}]}],
        reason="",
        by=owner,
        now=timezone.now(),
    )
    let_events_happen()
    assert (unread("approval_waits"), unread("approval_decided")) == ([lead.pk], [])
    answer_approval(approval_id=approval.pk, approved=True, words="", way="desk", by=lead, now=timezone.now())
    let_events_happen()
    assert (unread("approval_waits"), unread("approval_decided")) == ([], [owner.pk])


def test_a_missed_promise_is_told_to_its_owner_and_then_to_the_lead(
    ticket: Ticket, owner: Staff, lead: Staff
) -> None:
    let_events_happen()
    now = timezone.now()
    due = now + timedelta(hours=1)
    promise = make_promise(ticket_id=ticket.pk, text="回电", due_at=due, owner_id=owner.pk, by=owner, now=now)
    for minutes in (60, 100):
        fire_due_timers(now=now + timedelta(minutes=minutes))
        let_events_happen(now=now + timedelta(minutes=minutes))
        fire_due_timers(now=now + timedelta(minutes=minutes))
        let_events_happen(now=now + timedelta(minutes=minutes))
    assert (unread("promise_missed"), unread("promise_escalated")) == ([owner.pk], [lead.pk])
    keep_promise(promise_id=promise.pk, outcome="", by=owner, now=now + timedelta(hours=2))
    let_events_happen()
    assert (unread("promise_missed"), unread("promise_escalated")) == ([], [])
