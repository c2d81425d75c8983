"""Two workers at once, and workers that are killed."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.automation.commands.rules import RuleForm, add_rule
from zhiyin.automation.commands.sweeping import sweep_next
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Run
from zhiyin.automation.tests.scene import condition
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.sequencing import sequence_batch
from zhiyin.platform.event_log.serving import serve_next_lane
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests.test_crash import start_worker
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Message, Ticket

TICKETS, KILLS, DEADLINE = 60, 6, 60.0


def add(by: Staff, occasion: Occasion, minutes_ago: int = 60) -> None:
    form = RuleForm(
        name="R",
        occasion=occasion,
        conditions=condition("status", "any_of", ["new"]),
        actions={"note": "x", "tags_add": ["x"]},
    )
    add_rule(form=form, by=by, now=timezone.now() - timedelta(minutes=minutes_ago), active=True)


def work(failures: list[BaseException]) -> None:
    try:
        while serve_next_lane(now=timezone.now()) or sweep_next(now=timezone.now()):
            pass
    except BaseException as failure:  # told by the test, in its own thread
        failures.append(failure)
    finally:
        connection.close()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "occasion", [Occasion(on="created"), Occasion(on="time", since="created", minutes=30)]
)
def test_two_workers_do_each_thing_once(administrator: Staff, occasion: Occasion) -> None:
    install_subscribers()
    add(administrator, occasion)
    at = timezone.now() - timedelta(minutes=31)
    for number in range(20):
        make_ticket(at=at, sender=f"{number}@example.com")
    while sequence_batch():
        pass
    failures: list[BaseException] = []
    workers = [threading.Thread(target=work, args=(failures,)) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    assert Counter(Run.objects.values_list("outcome", flat=True)) == {"done": 20}
    assert Message.objects.filter(kind="note").count() == 20
    assert Ticket.objects.filter(tags=["x"]).count() == 20


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.django_db(transaction=True)
def test_no_turn_is_lost_or_taken_twice_when_workers_die(administrator: Staff) -> None:
    install_subscribers()
    add(administrator, Occasion(on="time", since="created", minutes=1))
    began = timezone.now()
    for number in range(TICKETS):  # due one after the other within nine seconds
        make_ticket(at=began - timedelta(seconds=57 - 9 * number / TICKETS), sender=f"{number}@example.com")
    workers = [start_worker() for _ in range(2)]
    try:
        for _ in range(KILLS):
            time.sleep(0.8 + random.random())
            victim = workers.pop(0)
            victim.kill()
            victim.communicate()
            workers.append(start_worker())
        until = time.monotonic() + DEADLINE
        while Run.objects.count() < TICKETS:
            assert time.monotonic() < until, "not every ticket had its turn in time"
            time.sleep(0.2)
        time.sleep(3)
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert Run.objects.count() == TICKETS
    notes = Counter(Message.objects.filter(kind="note").values_list("ticket", flat=True))
    assert set(notes.values()) == {1}
    assert len(notes) == TICKETS
