"""What procedures keep of a ticket: words go with it, and what was paid stays."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from zhiyin.people.models import Staff
from zhiyin.procedures.models import (
    CallAttempt,
    Grant,
    LedgerEntry,
    Promise,
    PromiseMove,
    Survey,
    Task,
)
from zhiyin.tickets.models import Ticket
from zhiyin.trust.tests.scene import NOW, SECRET, apply, full, keeper, pay, rule
from zhiyin.trust.tests.test_deleting import tables_that_say

pytestmark = pytest.mark.django_db
AT = NOW - timedelta(days=40)


@pytest.fixture
def by() -> Staff:
    return keeper()


@pytest.fixture
def ticket(by: Staff) -> Ticket:
    """One on which something was promised, asked, done and answered."""
    ticket = full(days=40, by=by)
    promise = Promise.objects.create(
        ticket=ticket, text=SECRET, made_at=AT, due_at=AT, first_due_at=AT, outcome=SECRET
    )
    PromiseMove.objects.create(promise=promise, from_at=AT, to_at=AT, reason=SECRET, at=AT)
    CallAttempt.objects.create(promise=promise, outcome="reached", words=SECRET, by=by, at=AT)
    Task.objects.create(
        ticket=ticket,
        kind="asked",
        title_zh=SECRET,
        title_en=SECRET,
        about_zh=SECRET,
        note=SECRET,
        created_at=AT,
    )
    Survey.objects.create(
        ticket=ticket,
        variant="stars",
        channel=ticket.channel,
        recipient="wang@example.com",
        asked_at=AT,
        late_after=AT,
        open_until=AT,
        words=SECRET,
    )
    return ticket


def test_anonymising_takes_the_words_and_leaves_what_was_done(by: Staff, ticket: Ticket) -> None:
    pay(ticket, by)
    apply(rule("anonymise", by=by), by=by)
    assert [name for name in tables_that_say(SECRET) if not name.startswith("files_")] == []
    assert tables_that_say("wang@example.com") == []
    assert (Promise.objects.count(), CallAttempt.objects.get().outcome) == (1, "reached")
    assert Grant.objects.get().worth == LedgerEntry.objects.get().worth == Decimal(20)


def test_deleting_takes_all_of_it(by: Staff, ticket: Ticket) -> None:
    assert apply(rule(by=by), by=by).tickets == 1
    rows = (Promise, PromiseMove, CallAttempt, Task, Survey)
    assert [model.__name__ for model in rows if model._default_manager.filter().exists()] == []


def test_a_ticket_on_which_something_was_paid_becomes_nobodys(by: Staff, ticket: Ticket) -> None:
    pay(ticket, by)
    run = apply(rule(by=by), by=by)
    ticket.refresh_from_db()
    assert (run.tickets, run.failed) == (0, 1)
    assert (ticket.anonymised_at, ticket.subject) == (NOW, "")
    assert LedgerEntry.objects.get().worth == Decimal(20)
    assert tables_that_say("wang@example.com") == []
