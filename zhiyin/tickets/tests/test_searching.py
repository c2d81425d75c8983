"""Search finds the newest that hold all words, wherever they lie in time and whoever holds them now."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhiyin.people.models import Staff
from zhiyin.testing.people import make_group, make_staff
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.commands.assigning import assign_ticket, claim_ticket, move_ticket
from zhiyin.tickets.models import Ticket
from zhiyin.tickets.queries.matching import newest_matching
from zhiyin.tickets.queries.search import search_tickets

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def found(query: str, by: Staff, *, limit: int = 20) -> list[int]:
    return [hit.ticket.pk for hit in search_tickets(query=query, cursor=None, limit=limit, by=by)[0]]


@pytest.fixture
def manager(db: None) -> Staff:
    return make_staff(roles=["manager"])


@pytest.mark.parametrize("days", [0, 2, 40, 89, 400])
def test_a_word_said_once_is_found_however_long_ago(manager: Staff, days: int) -> None:
    rare = arrive(text="量子纠缠坏了", at=NOW - timedelta(days=days)).ticket
    arrive(text="别的问题", at=NOW)
    assert found("纠缠", manager) == [rare.pk]


def test_what_many_say_comes_newest_first_and_page_by_page(manager: Staff) -> None:
    ages = [0, 1, 2, 5, 30, 31, 62, 95, 200, 500]
    ids = [
        arrive(text="退款", sender=f"{age}@x.example", at=NOW - timedelta(days=age)).ticket.pk for age in ages
    ]
    read: list[int] = []
    cursor = None
    while True:
        hits, cursor = search_tickets(query="退款", cursor=cursor, limit=3, by=manager)
        read += [hit.ticket.pk for hit in hits]
        if cursor is None:
            break
    assert read == ids


def test_an_answer_brings_an_old_ticket_to_the_front(manager: Staff) -> None:
    old = arrive(text="退款", own_keys=["mid:<a@x>"], at=NOW - timedelta(days=300)).ticket
    newer = arrive(text="退款", sender="li@x.example", at=NOW - timedelta(days=1)).ticket
    assert found("退款", manager) == [newer.pk, old.pk]
    arrive(text="还没到", thread_keys=["mid:<a@x>"], at=NOW)
    assert found("退款", manager) == [old.pk, newer.pk]
    assert found("退款 没到", manager) == [old.pk]


def test_a_ticket_is_found_where_it_is_now_and_not_where_it_was(
    owner: Staff, stranger: Staff, manager: Staff
) -> None:
    ticket = arrive(text="退款").ticket
    assert found("退款", owner) == found("退款", stranger) == [ticket.pk]  # nobody's yet
    move_ticket(ticket_id=ticket.pk, group_id=owner.group_ids[0], by=manager, now=NOW)
    assert (found("退款", owner), found("退款", stranger)) == ([ticket.pk], [])
    move_ticket(ticket_id=ticket.pk, group_id=stranger.group_ids[0], by=manager, now=NOW)
    assert (found("退款", owner), found("退款", stranger)) == ([], [ticket.pk])
    assign_ticket(ticket_id=ticket.pk, assignee_id=owner.pk, by=manager, now=NOW)
    assert found("退款", owner) == [ticket.pk]


def test_who_claims_a_ticket_of_nobody_still_finds_it(owner: Staff) -> None:
    ticket = arrive(text="退款").ticket
    claim_ticket(ticket_id=ticket.pk, expected_assignee_id=None, by=owner, now=NOW)
    assert found("退款", owner) == [ticket.pk]


def test_nobody_searches_by_the_marks_beside_the_words(manager: Staff) -> None:
    ticket = arrive(text="退款", at=NOW).ticket
    ticket.refresh_from_db()
    for query in ("@group:0", "@2026-11", "@2026-11-22", "@staff:1", "'@group:0'", "group:0"):
        assert found(query, manager) == []


def test_who_may_see_no_tickets_finds_none() -> None:
    arrive(text="退款")
    assert newest_matching(query="退款", cursor=None, limit=5, by=make_staff(roles=["planner"])) == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(["退款", "发票 退款", "发票"]), st.integers(0, 150), st.booleans()),
        min_size=1,
        max_size=12,
    ),
    st.integers(1, 5),
)
def test_the_same_is_found_as_by_looking_at_every_ticket(
    manager: Staff, said: list[tuple[str, int, bool]], limit: int
) -> None:
    Ticket.objects.all().delete()
    group = make_group("Hypothesis")
    agent = make_staff(groups=[group])
    expected: dict[int, list[tuple[datetime, int]]] = {manager.pk: [], agent.pk: []}
    for number, (text, days, is_theirs) in enumerate(said):
        at = NOW - timedelta(days=days)
        ticket = arrive(subject="咨询", text=text, sender=f"{number}@h.example", at=at).ticket
        move_ticket(
            ticket_id=ticket.pk,
            group_id=(group if is_theirs else make_group("Other")).pk,
            by=manager,
            now=NOW,
        )
        if "退款" in text:
            expected[manager.pk].append((at, ticket.pk))
            expected[agent.pk] += [(at, ticket.pk)] * is_theirs
    for person in (manager, agent):
        newest = [pk for _, pk in sorted(expected[person.pk], reverse=True)]
        matching = newest_matching(query="退款", cursor=None, limit=limit, by=person)
        assert [one.ticket_id for one in matching] == newest[:limit]


def test_tickets_indexed_before_there_were_marks_get_them(owner: Staff, manager: Staff) -> None:
    tickets = [
        arrive(text="退款", sender=f"{days}@x.example", at=NOW - timedelta(days=days)) for days in (0, 40)
    ]
    claim_ticket(ticket_id=tickets[0].ticket.pk, expected_assignee_id=None, by=owner, now=NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT document FROM tickets_ticketsearch ORDER BY ticket_id")
        marked = cursor.fetchall()
        cursor.execute(
            "UPDATE tickets_ticketsearch SET document = ts_delete(document, (SELECT array_agg(lexeme)"
            " FROM unnest(document) WHERE starts_with(lexeme, '@')))"
        )
        assert found("退款", owner) == []
        cursor.execute(import_module("zhiyin.tickets.migrations.0002_search_marks")._MARK)
        cursor.execute("SELECT document FROM tickets_ticketsearch ORDER BY ticket_id")
        assert cursor.fetchall() == marked
    assert found("退款", owner) == [one.ticket.pk for one in tickets]
