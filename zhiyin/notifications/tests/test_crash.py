"""A worker is killed with a push half-way: nobody is told twice in the bell, and the push arrives under the same name."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils import timezone

from zhiyin.notifications.commands.subscribing import add_subscription
from zhiyin.notifications.models import Decision, Notification, Sending
from zhiyin.notifications.ways.encrypting import point, to_base64url
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests.test_crash import start_worker
from zhiyin.testing.receiver import receiver
from zhiyin.tickets.events import TicketAssigned
from zhiyin.tickets.models import Ticket

DEADLINE = 60.0


def wait_for(reached: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + DEADLINE
    while not reached():
        assert time.monotonic() < until, f"not in time: {what}"
        time.sleep(0.1)


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.django_db(transaction=True)
def test_a_push_survives_the_death_of_its_worker(owner: Staff, colleague: Staff, ticket: Ticket) -> None:
    install_subscribers()
    worker = start_worker()
    with receiver() as service:
        service.answers = [(201, {}, b"")]
        add_subscription(
            endpoint=service.url,
            public_key=to_base64url(point(ec.generate_private_key(ec.SECP256R1()).public_key())),
            secret=to_base64url(b"0123456789abcdef"),
            user_agent="",
            by=owner,
            now=timezone.now(),
        )
        service.before_answer = lambda: time.sleep(5) if len(service.received) == 1 else None
        try:
            with transaction.atomic():
                emit(
                    TicketAssigned(
                        ticket_id=ticket.pk,
                        from_id=None,
                        to_id=owner.pk,
                        by_id=colleague.pk,
                        at=timezone.now(),
                    )
                )
            wait_for(lambda: len(service.received) == 1, "the first try")
            worker.kill()
            worker.communicate()
            assert Sending.objects.get(way="push").state == "owed"
            worker = start_worker()
            wait_for(lambda: Sending.objects.get(way="push").state == "sent", "the second try")
        finally:
            if worker.poll() is None:
                worker.kill()
                worker.communicate()
    row = Notification.objects.get(staff=owner, reason="assigned")
    assert row.count == 1
    assert Decision.objects.get(staff=owner, reason="assigned").count == 1
    assert {one.headers["topic"] for one in service.received} == {f"n{row.pk}"}
    assert len(service.received) == 2
