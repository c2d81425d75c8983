"""Workers are killed while clocks fall due: none is lost, none is told twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.people.models import Group
from zhiyin.platform.event_log.models import Event, ParkedEvent
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests.test_crash import start_worker
from zhiyin.sla.commands.stepping import start_clock
from zhiyin.sla.models import Clock
from zhiyin.testing.tickets import make_ticket

TICKETS, KILLS, DEADLINE = 40, 5, 90.0


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.django_db(transaction=True)
def test_no_deadline_is_lost_or_told_twice_when_workers_die(support: Group) -> None:
    install_subscribers()
    tickets = [make_ticket(group=support, sender=f"{number}@example.com") for number in range(TICKETS)]
    first = timezone.now() + timedelta(seconds=2)
    for number, ticket in enumerate(tickets):  # one after the other within eight seconds
        due = first + timedelta(seconds=8 * number / TICKETS)
        start_clock(
            ticket_id=ticket.pk,
            key="crash",
            name="Crash",
            minutes=1,
            calendar_id=None,
            now=due - timedelta(minutes=1),
        )
    workers = [start_worker() for _ in range(2)]
    try:
        for _ in range(KILLS):
            time.sleep(1 + random.random())
            victim = workers.pop(0)
            victim.kill()
            victim.communicate()
            workers.append(start_worker())
        until = time.monotonic() + DEADLINE
        while Event.objects.filter(type="sla.clock_breached").count() < TICKETS:
            assert time.monotonic() < until, "not every deadline was told in time"
            time.sleep(0.2)
        time.sleep(2)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    for kind in ("sla.clock_warned", "sla.clock_breached"):
        told = Counter(
            payload["ticket_id"]
            for payload in Event.objects.filter(type=kind).values_list("payload", flat=True)
        )
        assert told == {ticket.pk: 1 for ticket in tickets}, kind
    assert all(75 in told and 100 in told for told in Clock.objects.values_list("told", flat=True))
    assert not ParkedEvent.objects.exclude(error="").exists()
