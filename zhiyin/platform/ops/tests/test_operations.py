import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from zhiyin.platform.event_log.models import Cursor, Event, ParkedEvent, PendingEvent
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.ops.beating import ALIVE_WITHIN, FORGOTTEN_AFTER, beat, beating, leave
from zhiyin.platform.ops.models import WorkerHeartbeat
from zhiyin.platform.ops.operations import look
from zhiyin.platform.timers.models import Timer

pytestmark = pytest.mark.django_db


def event(position: int, type_: str, *, age: float) -> Event:
    moment = timezone.now() - timedelta(seconds=age)
    return Event.objects.create(
        position=position, type=type_, subject="x:1", bucket=1, payload={}, at=moment, recorded_at=moment
    )


def test_lag_counts_only_what_a_subscriber_follows() -> None:
    Cursor.objects.create(subscriber="tickets", lane=1, position=1, types=["a"])
    Cursor.objects.create(subscriber="tickets", lane=2, position=1, types=["a"])
    Cursor.objects.create(subscriber="search", lane=1, position=0, types=["b"])
    event(1, "a", age=100)
    event(2, "a", age=50)
    parked = event(3, "a", age=20)
    event(4, "c", age=10)
    ParkedEvent.objects.create(subscriber="tickets", subject="x:1", event=parked, next_try_at=timezone.now())
    found = look()
    lags = {one.name: one for one in found.subscribers}
    assert found.head == 4
    assert (lags["tickets"].lag_events, lags["tickets"].position, lags["tickets"].parked) == (2, 1, 1)
    assert 50 <= lags["tickets"].lag_seconds < 60
    assert (lags["search"].lag_events, lags["search"].lag_seconds) == (0, 0)


def test_the_ledger_is_told_by_kind_and_state() -> None:
    now = timezone.now()
    for number, (state, due) in enumerate(
        [("waiting", -30), ("waiting", 30), ("leased", -5), ("given_up", -90), ("done", -90)]
    ):
        Effect.objects.create(
            kind="test.mail", key=f"k{number}", state=state, next_try_at=now + timedelta(seconds=due)
        )
    [mail] = [one for one in look().effects if one.kind == "test.mail"]
    assert (mail.waiting, mail.leased, mail.given_up) == (2, 1, 1)
    assert 30 <= mail.oldest_due_seconds < 40


def test_pending_events_and_overdue_timers_are_counted() -> None:
    now = timezone.now()
    PendingEvent.objects.create(type="a", subject="x:1", payload={}, at=now)
    Timer.objects.create(kind="k", key="1", subject="x:1", due_at=now - timedelta(minutes=1))
    Timer.objects.create(kind="k", key="2", subject="x:1", due_at=now + timedelta(minutes=1))
    found = look()
    assert (found.events_pending, found.timers_set, found.timers_overdue) == (1, 2, 1)
    assert found.disk_free_bytes > 0
    assert found.database_bytes > 0


def test_a_look_takes_a_fixed_number_of_queries(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for number in range(5):
        Cursor.objects.create(subscriber=f"s{number}", lane=0, position=0, types=["a"])
        Effect.objects.create(kind=f"kind{number}", key=f"k{number}", next_try_at=timezone.now())
    with django_assert_num_queries(9):
        look()


def test_a_process_is_alive_while_it_beats() -> None:
    now = timezone.now()
    beat(kind="web", started_at=now, now=now)
    beat(kind="web", started_at=now, now=now, figures={"streams": 1})
    [process] = look().processes
    assert (process.kind, process.alive) == ("web", True)
    WorkerHeartbeat.objects.update(beat_at=now - ALIVE_WITHIN)
    assert not look().processes[0].alive
    leave(kind="web")
    assert look().processes == []


def test_the_long_dead_are_forgotten() -> None:
    now = timezone.now()
    WorkerHeartbeat.objects.create(
        kind="worker",
        host="gone",
        pid=1,
        started_at=now,
        beat_at=now - FORGOTTEN_AFTER - timedelta(seconds=1),
    )
    beat(kind="web", started_at=now, now=now)
    assert [process.kind for process in look().processes] == ["web"]


@pytest.mark.django_db(transaction=True)
def test_a_process_beats_while_the_block_runs() -> None:
    with beating("stream", figures=lambda: {"streams": 3}):
        deadline = time.monotonic() + 5
        while not WorkerHeartbeat.objects.exists() and time.monotonic() < deadline:
            threading.Event().wait(0.02)
        assert look().streams == 3
    assert not WorkerHeartbeat.objects.exists()
    connection.close()
