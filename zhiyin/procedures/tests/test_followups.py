"""What hangs on a ticket, as its panel reads it."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.models import Group, Role, Staff
from zhiyin.procedures.commands.approving import ask_approval
from zhiyin.procedures.commands.calling_back import note_attempt
from zhiyin.procedures.commands.giving import Gift, give_compensation
from zhiyin.procedures.commands.incidents import link_to_incident, open_incident
from zhiyin.procedures.commands.promising import make_promise
from zhiyin.procedures.models import CompensationItem, RoleLimit
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
QUERIES = 26


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    RoleLimit.objects.update_or_create(
        role=Role.objects.get(code="agent"), defaults={"a_grant": 500, "a_day": 1000}
    )
    return give_to(make_ticket(group=support), owner.pk)


def follow_up(ticket: Ticket, owner: Staff, lead: Staff, key: str) -> None:
    """One more of everything."""
    now = timezone.now()
    called = make_promise(
        ticket_id=ticket.pk, text=key, due_at=now + timedelta(hours=1), by=owner, now=now, kind="call_back"
    )
    note_attempt(promise_id=called.pk, outcome="no_answer", words="", by=owner, now=now)
    goods = CompensationItem.objects.create(kind="goods", name_zh="赠品", name_en="Gift", most=5)
    gift = Gift(item_id=goods.pk, units=Decimal(1), cause="late")
    give_compensation(ticket_id=ticket.pk, gift=gift, idempotency_key=f"gift-{key}", by=owner, now=now)
    incident = open_incident(name=key, about="", by=lead, now=now)
    link_to_incident(ticket_id=ticket.pk, incident_id=incident.pk, by=owner, now=now)
    chain = [{"asks": [{"staff": lead.pk}]}]
    ask_approval(
        ticket_id=ticket.pk, kind="refund", key=key, amount=None, chain=chain, reason="", by=owner, now=now
    )


def test_all_of_it_comes_in_one_answer_with_a_fixed_number_of_queries(
    ticket: Ticket, support: Group, owner: Staff, stranger: Staff, django_assert_num_queries: Any
) -> None:
    lead = make_staff(email="lead@example.com", name="Lead", roles=["lead"], groups=[support])
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/follow-ups"
    client.get(path)  # the session and its permissions are known from then on
    for number in (1, 2, 3):
        follow_up(ticket, owner, lead, f"number-{number}")
        with django_assert_num_queries(QUERIES):
            told = client.get(path).json()
        lists = ("approvals", "promises", "grants", "incidents")
        assert {name: len(told[name]) for name in lists} == dict.fromkeys(lists, number)
    assert (told["rhythm"], told["survey"], told["limits"]["given_today"]) == (None, None, "3.00")
    assert told["approvals"] == client.get(f"/api/v1/tickets/{ticket.pk}/approvals").json()
    assert client_for(stranger).get(path).status_code == 404
