from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone

from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.timers.models import Timer
from zhiyin.platform.timers.timers import cancel_timer, fire_due_timers, on_timer, set_timer

pytestmark = pytest.mark.django_db
KIND = "test.egg"


@on_timer(KIND, subject="kitchen:{key}")
def take_the_egg_out(fact: Any) -> None:
    pass


def test_a_due_timer_becomes_a_fact_under_its_subject_once() -> None:
    now = timezone.now()
    set_timer(kind=KIND, key="7", due_at=now - timedelta(seconds=1), payload={"size": "L"})
    assert fire_due_timers(now=now) == 1
    assert fire_due_timers(now=now) == 0
    event = PendingEvent.objects.get()
    assert (event.type, event.subject) == (f"timer.{KIND}", "kitchen:7")
    assert event.payload == {"key": "7", "payload_data": {"size": "L"}}


def test_setting_again_moves_the_timer() -> None:
    now = timezone.now()
    set_timer(kind=KIND, key="7", due_at=now)
    set_timer(kind=KIND, key="7", due_at=now + timedelta(hours=1))
    assert fire_due_timers(now=now) == 0
    assert Timer.objects.count() == 1


def test_a_cancelled_timer_never_fires() -> None:
    now = timezone.now()
    set_timer(kind=KIND, key="7", due_at=now)
    assert cancel_timer(kind=KIND, key="7")
    assert not cancel_timer(kind=KIND, key="7")
    assert fire_due_timers(now=now) == 0


def test_a_timer_set_in_a_rolled_back_transaction_does_not_exist() -> None:
    with transaction.atomic():
        set_timer(kind=KIND, key="7", due_at=timezone.now())
        transaction.set_rollback(True)
    assert not Timer.objects.exists()


def test_a_kind_nobody_reacts_to_is_refused() -> None:
    with pytest.raises(KeyError):
        set_timer(kind="test.unknown", key="7", due_at=timezone.now())
