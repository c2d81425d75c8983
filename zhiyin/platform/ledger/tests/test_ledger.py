from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction
from django.utils import timezone

from zhiyin.platform.ledger import ledger
from zhiyin.platform.ledger.ledger import (
    GiveUp,
    RetryLater,
    cancel_effect,
    carry_out_next,
    effect,
    effect_settled,
    record_effect,
    record_effects,
    retry_effect,
)
from zhiyin.platform.ledger.models import Effect

pytestmark = pytest.mark.django_db(transaction=True)
KIND = "test.errand"
done: list[str] = []
settled: list[tuple[str, str]] = []
behaviour: list[Callable[[], None]] = []


@effect(KIND)
def run_errand(effect: Effect) -> dict[str, str]:
    for act in behaviour:
        act()
    done.append(effect.key)
    return {"told": effect.key}


@effect_settled(KIND)
def note_settled(effect: Effect, *, now: datetime) -> None:
    settled.append((effect.key, effect.state))


@pytest.fixture(autouse=True)
def _fresh() -> None:
    for memory in (done, settled, behaviour):
        memory.clear()


def raising(error: Exception) -> Callable[[], None]:
    def act() -> None:
        raise error

    return act


def run(*, after: timedelta = timedelta()) -> bool:
    return carry_out_next(kind=KIND, now=timezone.now() + after)


def test_an_effect_is_carried_out_once_and_marked() -> None:
    record_effect(kind=KIND, key="a")
    assert run()
    assert not run()
    assert done == ["a"]
    assert settled == [("a", "done")]
    assert Effect.objects.get().result == {"told": "a"}


def test_a_long_queue_of_one_kind_holds_up_no_other() -> None:
    record_effects(kind="test.slow", owed={f"slow:{number}": {} for number in range(1000)})
    record_effect(kind=KIND, key="quick")
    assert run()
    assert done == ["quick"]
    assert Effect.objects.filter(kind="test.slow", state="waiting").count() == 1000


def test_the_same_key_is_the_same_effect() -> None:
    record_effect(kind=KIND, key="a")
    record_effect(kind=KIND, key="a")
    assert Effect.objects.count() == 1


def test_an_effect_of_a_rolled_back_transaction_is_not_owed() -> None:
    with transaction.atomic():
        record_effect(kind=KIND, key="a")
        transaction.set_rollback(True)
    assert not run()


def test_nothing_runs_before_its_time_and_until_then_it_can_be_cancelled() -> None:
    now = timezone.now()
    record_effect(kind=KIND, key="a", not_before=now + timedelta(seconds=10))
    assert not run()
    assert cancel_effect(key="a", now=now)
    assert not run(after=timedelta(minutes=1))
    assert done == []


def test_what_has_begun_can_not_be_cancelled() -> None:
    record_effect(kind=KIND, key="a")
    behaviour.append(raising(RetryLater("busy")))
    run()
    assert not cancel_effect(key="a", now=timezone.now())


def test_retries_back_off_and_say_why() -> None:
    record_effect(kind=KIND, key="a")
    behaviour.append(raising(RetryLater("451 try again")))
    assert run()
    owed = Effect.objects.get()
    assert (owed.state, owed.error, owed.attempts) == ("waiting", "451 try again", 1)
    assert not run()
    behaviour.clear()
    assert run(after=timedelta(seconds=6))
    assert done == ["a"]


def test_a_wait_named_by_the_other_side_is_kept() -> None:
    record_effect(kind=KIND, key="a")
    behaviour.append(raising(RetryLater("429", seconds=120)))
    run()
    wait = Effect.objects.get().next_try_at - timezone.now()
    assert timedelta(seconds=100) < wait < timedelta(seconds=125)


def test_an_unforeseen_error_is_tried_again_and_at_last_given_up() -> None:
    record_effect(kind=KIND, key="a")
    behaviour.append(raising(ZeroDivisionError("oops")))
    for _ in range(ledger.MAX_ATTEMPTS):
        assert run(after=timedelta(days=1))
    assert Effect.objects.get().state == "given_up"
    assert settled == [("a", "given_up")]


def test_given_up_work_can_be_retried_by_a_person() -> None:
    record_effect(kind=KIND, key="a")
    behaviour.append(raising(GiveUp("550 no such user")))
    run()
    assert settled == [("a", "given_up")]
    behaviour.clear()
    assert retry_effect(key="a", now=timezone.now())
    assert run()
    assert done == ["a"]
    assert not retry_effect(key="a", now=timezone.now())


def test_what_a_dead_worker_had_begun_is_taken_up_at_once_and_what_a_live_one_holds_is_not() -> None:
    record_effect(kind=KIND, key="a")
    other = connections.create_connection("default")
    try:
        with other.cursor() as cursor:
            owed = Effect.objects.get()
            cursor.execute("SELECT pg_advisory_lock(%s, %s)", [ledger.LOCK_SPACE, owed.pk])
        Effect.objects.update(state="leased", attempts=1, lease_until=timezone.now() + timedelta(minutes=5))
        assert not run()  # its worker lives
    finally:
        other.close()
    assert run()  # its worker is gone
    assert done == ["a"]


def test_a_worker_that_hung_marks_nothing_after_another_took_over() -> None:
    record_effect(kind=KIND, key="a")

    def taken_over() -> None:
        Effect.objects.update(attempts=5)

    behaviour.append(taken_over)
    run()
    assert Effect.objects.get().state == "leased"
    assert settled == []


def test_locks_are_given_back() -> None:
    record_effect(kind=KIND, key="a")
    run()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid = %s", [ledger.LOCK_SPACE]
        )
        assert cursor.fetchone()[0] == 0
