"""Handling time with knowledge in the answer and without."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.knowledge.models import Version
from zhiyin.people.models import Staff
from zhiyin.testing.knowledge import publish
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.commands.sourcing import note_automatic_answer, take_from_knowledge
from zhiyin.tickets.commands.timing import Worked, log_time
from zhiyin.tickets.models import Category, Ticket
from zhiyin.tickets.queries.handling import Spread, handling_with_knowledge, spread

pytestmark = pytest.mark.django_db
OPENED = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = OPENED + timedelta(days=1)


def minutes(count: int) -> datetime:
    return OPENED + timedelta(minutes=count)


def case(
    by: Staff, *, solved_after: int, category: Category | None = None, version: Version | None = None
) -> Ticket:
    """Opened at nine, answered a minute before it is solved."""
    ticket = give_to(make_ticket(group=by.groups.get(), at=OPENED), by.pk)
    Ticket.objects.filter(pk=ticket.pk).update(created_at=OPENED, category=category)
    at = minutes(solved_after - 1)
    if version is not None:
        take_from_knowledge(ticket_id=ticket.pk, version_id=version.pk, by=by, now=at)
    reply = ReplyText(text="三天内到账。")
    write_reply(ticket_id=ticket.pk, reply=reply, idempotency_key=f"key-{ticket.pk}", by=by, now=at)
    change_status(ticket_id=ticket.pk, status="solved", by=by, now=minutes(solved_after))
    return ticket


def test_a_weighed_spread_names_what_it_counts() -> None:
    assert spread([]) == Spread(0, None, None, None)
    assert spread([(10, 1), (20, 1), (60, 1)]) == Spread(3, 20, 60, 30.0)
    assert spread([(10, 1), (20, 1)]) == Spread(2, 10, 20, 15.0)
    assert spread([(10, 3), (100, 1)]) == Spread(2, 10, 100, 32.5)


def test_time_waiting_for_the_customer_does_not_count(owner: Staff) -> None:
    ticket = give_to(make_ticket(group=owner.groups.get(), at=OPENED), owner.pk)
    Ticket.objects.filter(pk=ticket.pk).update(created_at=OPENED)
    write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text="请发照片"), idempotency_key="first-one", by=owner,
        now=minutes(10), then="pending",
    )  # fmt: skip
    change_status(ticket_id=ticket.pk, status="open", by=owner, now=minutes(40))
    change_status(ticket_id=ticket.pk, status="on_hold", by=owner, now=minutes(45))
    change_status(ticket_id=ticket.pk, status="open", by=owner, now=minutes(100))
    change_status(ticket_id=ticket.pk, status="solved", by=owner, now=minutes(103))
    change_status(ticket_id=ticket.pk, status="closed", by=owner, now=minutes(104))
    let_events_happen()
    told = handling_with_knowledge(days=30, now=NOW)
    assert told.overall.others == Spread(1, 18 * 60, 18 * 60, 18 * 60)
    assert told.overall.informed.tickets == 0


def test_with_and_without_are_compared_at_the_same_mix(
    owner: Staff, author: Staff, reviewer: Staff, administrator: Staff
) -> None:
    version = publish(by=author, reviewer=reviewer)
    easy = Category.objects.create(name="发票", path="发票")
    hard = Category.objects.create(name="故障", path="故障")
    for after in (10, 12, 14):
        case(owner, solved_after=after, category=easy, version=version)
    slow = case(owner, solved_after=100, category=hard, version=version)
    case(owner, solved_after=20, category=easy)
    for after in (200, 220, 240):
        case(owner, solved_after=after, category=hard)
    case(owner, solved_after=5)
    log_time(ticket_id=slow.pk, worked=Worked(minutes=7, worked_at=OPENED), by=owner, now=NOW)
    let_events_happen()
    with CaptureQueriesContext(connection) as queries:
        told = handling_with_knowledge(days=30, now=NOW)
    assert len(queries) == 2
    assert (told.overall.informed.tickets, told.overall.informed.median) == (4, 12 * 60)
    assert (told.overall.others.tickets, told.overall.others.median) == (5, 200 * 60)
    # three of four informed ones were easy: so are three quarters of the others' weight
    assert (told.same_mix.others.tickets, told.same_mix.others.median) == (4, 20 * 60)
    assert told.same_mix.others.mean == round((3 * 20 + (200 + 220 + 240) / 3) / 4 * 60, 1)
    assert told.same_mix.informed.tickets == 4
    rows = [(row.path, row.pair.informed.tickets, row.pair.others.tickets) for row in told.categories]
    assert rows == [("发票", 3, 1), ("故障", 1, 3), ("", 0, 1)]
    assert told.noted.informed == Spread(1, 420, 420, 420)
    assert told.is_cut is False
    page = client_for(author).get("/api/v1/knowledge/insights/handling?days=180")
    assert page.status_code == 200
    informed = '{"all":[{"field":"informed","is":"yes"}]}'
    listed = client_for(administrator, second_factor=True).get(
        "/api/v1/tickets", {"view": "all", "filter": informed}
    )
    assert len(listed.json()["items"]) == 4


def test_what_no_person_answered_and_what_is_older_is_left_out(
    owner: Staff, author: Staff, reviewer: Staff
) -> None:
    version = publish(by=author, reviewer=reviewer)
    untouched = give_to(make_ticket(group=owner.groups.get(), at=OPENED), owner.pk)
    change_status(ticket_id=untouched.pk, status="solved", by=owner, now=minutes(3))
    by_machine = case(owner, solved_after=30)
    message = by_machine.messages.get(kind="outbound")
    note_automatic_answer(message_id=message.pk, version_ids=[version.pk], now=minutes(30))
    let_events_happen()
    told = handling_with_knowledge(days=30, now=NOW)
    assert (told.overall.informed.tickets, told.overall.others.tickets) == (0, 1)
    assert handling_with_knowledge(days=1, now=NOW + timedelta(days=2)).overall.others.tickets == 0
