"""Two workers on one database are killed again and again while people take, refuse and miss what they are offered:
nobody is offered twice, nobody is lost, nobody has more than they have room for."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from contextlib import suppress

import pytest
from django.db import connection
from django.db.models import Count, Q
from django.utils import timezone

from zhiyin.people.commands.presence import change_presence, note_heartbeat
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import ParkedEvent
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests.test_crash import start_worker
from zhiyin.routing.commands.offering import OfferIsOver, accept_offer, decline_offer
from zhiyin.routing.models import Decision, Offer, Queue, Seat, WorkItem
from zhiyin.testing.people import make_staff
from zhiyin.testing.tickets import make_channel, make_ticket
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.models import Ticket

CUSTOMERS, AGENTS, KILLS, ROOM, DEADLINE = 40, 5, 6, 2, 100.0


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.django_db(transaction=True)
def test_whatever_dies_everybody_is_served_once(queue: Queue, support: Group) -> None:
    install_subscribers()
    Queue.objects.update(accept_seconds=5)
    people = [make_staff(groups=[support]) for _ in range(AGENTS)]
    for person in people:
        change_presence(staff_id=person.pk, state="available", by=person, now=timezone.now())
    ends, trouble = threading.Event(), list[str]()
    workers = [start_worker() for _ in range(2)]
    threads = [threading.Thread(target=_work, args=(person, ends, trouble)) for person in people]
    threads.append(threading.Thread(target=_watch, args=(ends, trouble)))
    threads.append(threading.Thread(target=_come, args=(support,)))
    for thread in threads:
        thread.start()
    try:
        for _ in range(KILLS):
            time.sleep(1 + random.random())
            victim = workers.pop(0)
            victim.kill()
            victim.communicate()
            workers.append(start_worker())
        until = time.monotonic() + DEADLINE
        while Ticket.objects.filter(status="solved").count() < CUSTOMERS or _unended():
            assert time.monotonic() < until, f"not everybody was served in time: {_state()}"
            time.sleep(0.2)
    finally:
        ends.set()
        for thread in threads:
            thread.join()
        for worker in workers:
            worker.kill()
            worker.communicate()
    assert trouble == []
    accepted = Offer.objects.filter(state="accepted").values("item").annotate(times=Count("pk"))
    assert [row["times"] for row in accepted] == [1] * CUSTOMERS
    assert WorkItem.objects.filter(state="done").values("ticket").distinct().count() == CUSTOMERS
    assert WorkItem.objects.count() == CUSTOMERS
    pushed = Decision.objects.filter(how__in=["push", "plan"])
    assert pushed.count() == Offer.objects.count()
    assert all(not any(seat.load.values()) for seat in Seat.objects.all())
    assert not ParkedEvent.objects.exclude(error="").exists()


def _come(group: Group) -> None:
    try:
        channel = make_channel(group=group)
        for number in range(CUSTOMERS):
            make_ticket(channel=channel, sender=f"{number}@example.com")
            time.sleep(random.random() * 0.15)
    finally:
        connection.close()


def _work(person: Staff, ends: threading.Event, trouble: list[str]) -> None:
    """Takes most of what they are offered, refuses some, misses some, and is done with what they have in a moment."""
    try:
        while not ends.wait(random.random() * 0.3):
            now = timezone.now()
            note_heartbeat(by=person, now=now)
            change_presence(staff_id=person.pk, state="available", by=person, now=now)
            for offer in Offer.objects.filter(staff=person, state="open"):
                with suppress(OfferIsOver):
                    if (chance := random.random()) < 0.7:
                        accept_offer(offer_id=offer.pk, by=person, now=timezone.now())
                    elif chance < 0.75:
                        decline_offer(offer_id=offer.pk, by=person, now=timezone.now())
            held = WorkItem.objects.filter(holder=person, state="held")
            for ticket_id in held.values_list("ticket_id", flat=True)[:1]:
                change_status(ticket_id=ticket_id, status="solved", by=person, now=timezone.now())
    except Exception as error:
        trouble.append(repr(error))
        raise
    finally:
        connection.close()


def _watch(ends: threading.Event, trouble: list[str]) -> None:
    """Nobody ever has more than they have room for, as anybody sees it at any moment."""
    try:
        while not ends.wait(0.05):
            held = WorkItem.objects.filter(state__in=["offered", "held"]).values_list("holder_id", flat=True)
            trouble += [f"{holder} has {many}" for holder, many in Counter(held).items() if many > ROOM]
    finally:
        connection.close()


def _unended() -> bool:
    return WorkItem.objects.open().exists()


def _state() -> dict[str, int]:
    return WorkItem.objects.aggregate(
        **{state: Count("pk", filter=Q(state=state)) for state in WorkItem.State.values}
    )
