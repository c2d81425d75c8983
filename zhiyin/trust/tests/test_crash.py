"""Workers are killed in the middle of a run; the next one goes on, and nothing is done by halves."""

from __future__ import annotations

import random
import time

import pytest
from django.db import connection

from zhiyin.channels.models import InboundMessage, RawMessage
from zhiyin.customers.models import Customer
from zhiyin.platform.event_log.models import Event, PendingEvent
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests.test_crash import start_worker
from zhiyin.tickets.models import Message, Ticket
from zhiyin.trust.commands.running import start_run
from zhiyin.trust.models import RetentionRun
from zhiyin.trust.tests.scene import NOW, keeper, over, rule

TICKETS = 1500
KILLS = 4
DEADLINE = 120.0


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.django_db(transaction=True)
def test_a_run_survives_the_death_of_its_workers() -> None:
    install_subscribers()
    by = keeper()
    for number in range(TICKETS):
        over(days=40, by=by, sender=f"c{number}@example.com")
    start_run(rule_id=rule(by=by).pk, by=by, now=NOW)
    worker, kills, until = start_worker(), 0, time.monotonic() + DEADLINE
    try:
        while RetentionRun.objects.get().state == "running":
            assert time.monotonic() < until, "not in time"
            taken = RetentionRun.objects.get().tickets
            if kills < KILLS and taken > kills * TICKETS // (KILLS + 1):
                time.sleep(random.random() * 0.3)
                worker.kill()
                worker.communicate()
                kills += 1
                assert (TICKETS - Ticket.objects.count()) == RetentionRun.objects.get().tickets
                worker = start_worker()
            time.sleep(0.02)
    finally:
        worker.kill()
        worker.communicate()
    run = RetentionRun.objects.get()
    assert kills >= 1
    assert (run.tickets, run.messages, run.customers, run.failed) == (TICKETS, TICKETS, TICKETS, 0)
    rows = (Ticket, Message, InboundMessage, RawMessage, Customer)
    assert [model.__name__ for model in rows if model._default_manager.exists()] == []
    told = [kind.objects.filter(type="tickets.forgotten").count() for kind in (Event, PendingEvent)]
    assert sum(told) == TICKETS
    connection.close()
