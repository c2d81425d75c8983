from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.demo.following_up import MADE, follow_up
from zhiyin.demo.making import make_demo
from zhiyin.procedures.models import Approval, Grant, Incident, LedgerEntry, Promise, Rhythm

pytestmark = pytest.mark.django_db


def test_the_demo_follows_up_on_its_newest_tickets() -> None:
    make_demo(tickets=120, seed=1, now=timezone.now())
    of_procedures = Rhythm.objects.count()
    assert follow_up(now=timezone.now()) == MADE
    assert Promise.objects.exclude(kind="update").count() == MADE
    assert (Rhythm.objects.count(), Incident.objects.get().links.count()) == (of_procedures + 1, 3)
    assert sorted(Grant.objects.values_list("state", flat=True)) == ["fulfilled", "waiting"]
    assert (Approval.objects.get().state, LedgerEntry.objects.count()) == ("waiting", 1)


def test_a_small_demo_follows_up_on_nothing() -> None:
    make_demo(tickets=2, seed=1, now=timezone.now())
    assert follow_up(now=timezone.now()) == 0
    assert not Promise.objects.exists()
