"""20 writers, 6 workers, every fifth reaction fails, and processes are killed at random."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections import Counter

import pytest
from django.db import connection, transaction

from zhiyin.platform.event_log.models import Event, ParkedEvent, PendingEvent
from zhiyin.platform.event_log.sequencing import SEQUENCER_LOCK
from zhiyin.platform.event_log.subscribing import install_subscribers
from zhiyin.platform.event_log.tests import facts
from zhiyin.platform.timers.models import Timer

WRITERS = 20
STEPS_EACH = 30
WORKERS = 6
KILLS = 8
DEADLINE = 90


def start_worker() -> subprocess.Popen[str]:
    settings = connection.settings_dict
    url = f"postgresql://{settings['USER']}@/{settings['NAME']}?host={settings['HOST']}"
    command = [sys.executable, "-m", "zhiyin.platform.event_log.tests.crash_worker", "0.2"]
    environment = {**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "zhiyin.testing.settings"}
    worker = subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    return worker


def walk(walker: int) -> None:
    """One writer: every step in a transaction of its own that locks its subject first; some roll back."""
    try:
        for number in range(1, STEPS_EACH + 1):
            for rolled_back in (random.random() < 0.2, False):
                with transaction.atomic():
                    Timer.objects.select_for_update().get(kind="test.walker", key=str(walker))
                    facts.step(walker, number)
                    transaction.set_rollback(rolled_back)
                if not rolled_back:
                    break
            time.sleep(random.random() * 0.02)
    finally:
        connection.close()


def sequencers() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND objid = %s AND granted"
            " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())",
            [SEQUENCER_LOCK],
        )
        return int(cursor.fetchone()[0])


@pytest.mark.crash
@pytest.mark.slow
@pytest.mark.timeout(180)
@pytest.mark.django_db(transaction=True)
def test_every_effect_happens_exactly_once_in_order_whatever_is_killed() -> None:
    install_subscribers()
    now = "2026-01-01T00:00:00Z"
    Timer.objects.bulk_create(
        Timer(kind="test.walker", key=str(walker), subject="", due_at="2999" + now[4:])
        for walker in range(WRITERS)
    )
    workers = [start_worker() for _ in range(WORKERS)]
    writers = [threading.Thread(target=walk, args=(walker,)) for walker in range(WRITERS)]
    try:
        for worker in workers:
            assert worker.stdout is not None
            assert worker.stdout.readline() == "ready\n"
        for writer in writers:
            writer.start()
        most_sequencers = _kill_at_random(workers)
        for writer in writers:
            writer.join()
        _wait_until_done()
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    walked = facts.noted()
    assert Counter(walked) == Counter(
        (walker, number) for walker in range(WRITERS) for number in range(1, STEPS_EACH + 1)
    )
    for walker in range(WRITERS):
        assert [number for who, number in walked if who == walker] == list(range(1, STEPS_EACH + 1))
    positions = list(Event.objects.order_by("position").values_list("position", flat=True))
    assert positions == list(range(1, len(positions) + 1))
    assert most_sequencers == 1


def _kill_at_random(workers: list[subprocess.Popen[str]]) -> int:
    """Kill and replace workers; returns the most sequencers ever seen at once."""
    most = 0
    for _ in range(KILLS):
        for _ in range(10):
            most = max(most, sequencers())
            time.sleep(random.random() * 0.1)
        victim = random.randrange(len(workers))
        workers[victim].kill()
        workers[victim].communicate()
        workers[victim] = start_worker()
    return most


def _wait_until_done() -> None:
    until = time.monotonic() + DEADLINE
    wanted = WRITERS * STEPS_EACH
    while time.monotonic() < until:
        if (
            not PendingEvent.objects.exists()
            and not ParkedEvent.objects.exists()
            and len(facts.noted()) >= wanted
        ):
            return
        time.sleep(0.2)
    left = list(ParkedEvent.objects.values_list("subscriber", "subject", "attempts")[:5])
    raise AssertionError(f"not done in time: {len(facts.noted())} of {wanted}, parked {left}")
