"""What others do to a ticket while a run is about to take it: the run waits for them, and looks again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import pytest
from django.db import connection, transaction

from zhiyin.people.models import Staff
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.models import Message, Ticket
from zhiyin.trust.commands.holding import hold_ticket
from zhiyin.trust.commands.running import go_on, start_run
from zhiyin.trust.models import RetentionRun
from zhiyin.trust.tests.scene import NOW, keeper, over, rule

pytestmark = pytest.mark.django_db(transaction=True)
IN_TIME = 20.0  # seconds, for a thread to come where it is to wait, or to its end
WAITING_FOR_US = (
    "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid))"
)


def hold(ticket: Ticket, by: Staff) -> None:
    hold_ticket(ticket_id=ticket.pk, reason="诉讼", by=by, now=NOW)


def write_again(ticket: Ticket, by: Staff) -> None:
    inbound = Message.objects.get(ticket=ticket).inbound
    assert inbound is not None
    assert arrive(thread_keys=list(inbound.own_keys), at=NOW).ticket == ticket


def run_to_its_end() -> None:
    try:
        while go_on(now=NOW):
            pass
    finally:
        connection.close()


def until_somebody_waits() -> None:
    until = time.monotonic() + IN_TIME
    with connection.cursor() as cursor:
        while time.monotonic() < until:
            cursor.execute(WAITING_FOR_US)
            if cursor.fetchone()[0]:
                return
            time.sleep(0.02)
    pytest.fail("the run did not wait for the ticket")


@pytest.mark.parametrize("action", ["delete", "anonymise"])
@pytest.mark.parametrize(("does", "held"), [(hold, 1), (write_again, 0)])
def test_the_run_waits_for_who_is_at_the_ticket_and_leaves_it(
    action: str, does: Callable[[Ticket, Staff], None], held: int
) -> None:
    by = keeper()
    ticket, other = over(days=40, by=by), over(days=40, by=by, sender="li@example.com")
    start_run(rule_id=rule(action, by=by).pk, by=by, now=NOW)
    worker = threading.Thread(target=run_to_its_end)
    with transaction.atomic():
        does(ticket, by)
        worker.start()
        until_somebody_waits()
    worker.join(IN_TIME)
    run = RetentionRun.objects.get()
    assert (run.state, run.tickets, run.held, run.failed) == ("done", 1, held, 0)
    ticket.refresh_from_db()
    assert (ticket.anonymised_at, ticket.customer.name) == (None, "王芳")
    assert Ticket.objects.filter(pk=other.pk, anonymised_at=None).exists() is False
