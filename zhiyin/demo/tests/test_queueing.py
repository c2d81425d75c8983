from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.demo.making import make_demo
from zhiyin.demo.queueing import set_queues
from zhiyin.routing.models import Decision, Offer, Queue, Seat, WorkItem
from zhiyin.testing.spine import let_events_happen

pytestmark = pytest.mark.django_db


def test_the_demo_has_queues_with_people_at_work_and_customers_waiting() -> None:
    make_demo(tickets=500, seed=1, now=timezone.now())
    waiting = set_queues(now=timezone.now())
    assert Queue.objects.count() == 3
    assert waiting == WorkItem.objects.waiting().count()
    let_events_happen()
    assert WorkItem.objects.filter(queue__name="在线客服").count() >= 5
    assert Seat.objects.filter(is_ready=True).count() == 6
    assert not Offer.objects.filter(state="open").exists()
    assert WorkItem.objects.filter(state="held").count() >= 3
    for seat in Seat.objects.filter(is_ready=True):
        assert not any(seat.agent().room(kind) for kind in seat.limits if kind != "chat")
    routed = Decision.objects.filter(how="push").values_list("terms", flat=True)
    assert all(dict(terms)["waiting"] > 0 for terms in routed)


def test_a_small_demo_has_no_queues() -> None:
    make_demo(tickets=2, seed=1, now=timezone.now())
    assert set_queues(now=timezone.now()) == 0
    assert not Queue.objects.exists()
