from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from zhiyin.platform.event_log.emitting import NotInTransaction, emit
from zhiyin.platform.event_log.models import BUCKETS, LANES, Cursor, Event, ParkedEvent, PendingEvent
from zhiyin.platform.event_log.sequencing import advance_idle_lanes, sequence_batch
from zhiyin.platform.event_log.serving import (
    BATCH,
    NEXT_LANE,
    retry_next_parked,
    retry_parked_now,
    serve_next_lane,
)
from zhiyin.platform.event_log.subscribing import NotReplayable, install_subscribers, on, replay, subscribers
from zhiyin.platform.event_log.tests import facts
from zhiyin.platform.event_log.tests.facts import SetBack, Stepped, count, noted, step, taken_together

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def _subscribers() -> Iterator[None]:
    install_subscribers()
    facts.stumbling.clear()
    taken_together.clear()
    yield
    facts.stumbling.clear()


def run_all() -> None:
    while sequence_batch():
        pass
    while serve_next_lane(now=timezone.now()):
        pass


def step_and_roll_back(number: int) -> None:
    with transaction.atomic():
        step(1, number)
        transaction.set_rollback(True)


def test_a_fact_outside_a_transaction_is_refused() -> None:
    with pytest.raises(NotInTransaction):
        step(1, 1)
    assert not PendingEvent.objects.exists()


def test_a_fact_of_a_rolled_back_transaction_never_happened() -> None:
    step_and_roll_back(1)
    run_all()
    assert noted() == []


def test_positions_are_dense_and_follow_commit_order() -> None:
    for number in range(1, 6):
        with transaction.atomic():
            step(1, number)
    step_and_roll_back(99)  # takes ids, leaves no gap in positions
    with transaction.atomic():
        step(2, 1)
    run_all()
    assert list(Event.objects.order_by("position").values_list("position", flat=True)) == [1, 2, 3, 4, 5, 6]
    assert noted(1) == [(1, number) for number in range(1, 6)]


def test_each_event_is_handled_once_however_often_lanes_are_served() -> None:
    with transaction.atomic():
        step(1, 1, 2, 3)
    run_all()
    run_all()
    assert noted() == [(1, 1), (1, 2), (1, 3)]


def test_a_poison_event_holds_only_its_subject() -> None:
    facts.stumbling.add((1, 2))
    with transaction.atomic():
        step(1, 1, 2, 3)
        step(2, 1, 2, 3)
    run_all()
    assert noted(1) == [(1, 1)]
    assert noted(2) == [(2, 1), (2, 2), (2, 3)]
    first, behind = ParkedEvent.objects.order_by("event_id")
    assert "walker 1 at step 2" in first.error
    assert (behind.error, behind.attempts) == ("", 0)


def test_a_parked_subject_goes_on_in_order_once_it_is_mended() -> None:
    facts.stumbling.add((1, 2))
    with transaction.atomic():
        step(1, 1, 2, 3)
    run_all()
    facts.stumbling.clear()
    with transaction.atomic():
        step(1, 4)
    run_all()
    assert noted(1) == [(1, 1)]  # 4 waits behind 2 and 3
    later = timezone.now() + timedelta(minutes=1)
    while retry_next_parked(now=later):
        pass
    assert noted(1) == [(1, 1), (1, 2), (1, 3), (1, 4)]
    assert not ParkedEvent.objects.exists()


def test_retries_back_off_and_a_person_can_ask_for_one_now() -> None:
    facts.stumbling.add((1, 1))
    with transaction.atomic():
        step(1, 1)
    run_all()
    parked = ParkedEvent.objects.get()
    assert not retry_next_parked(now=timezone.now())
    for attempts in (2, 3):
        retry_parked_now(parked_id=parked.pk, now=timezone.now())
        assert retry_next_parked(now=timezone.now())
        parked.refresh_from_db()
        assert parked.attempts == attempts
    assert parked.next_try_at > timezone.now() + timedelta(seconds=10)


def test_a_new_subscriber_starts_at_the_head_of_the_log() -> None:
    with transaction.atomic():
        step(1, 1)
    run_all()
    Cursor.objects.filter(subscriber="test_steps").delete()
    install_subscribers()
    run_all()
    assert noted() == [(1, 1)]


def test_replay_runs_old_events_again_for_replayable_subscribers_only() -> None:
    with transaction.atomic():
        step(1, 1, 2)
    run_all()
    replay(subscriber="test_steps", from_position=0)
    run_all()
    assert noted() == [(1, 1), (1, 2)] * 2
    with pytest.raises(NotReplayable):
        replay(subscriber="tickets", from_position=0)


def test_idle_lanes_move_over_what_does_not_concern_them() -> None:
    @on(Stepped, subscriber="test_idle")
    def ignore(step: Stepped) -> None:
        pass

    install_subscribers()
    Cursor.objects.filter(subscriber="test_idle").update(types=["test.other"])
    with transaction.atomic():
        step(1, 1)
    sequence_batch()
    advance_idle_lanes()
    head = Event.objects.latest("position").position
    assert set(Cursor.objects.filter(subscriber="test_idle").values_list("position", flat=True)) == {head}
    lagging = Cursor.objects.filter(subscriber="test_steps", position__lt=head).count()
    assert lagging == 1  # the lane of the walker still has its event to do


def test_learning_that_nothing_is_new_never_reads_the_log() -> None:
    now = timezone.now()
    Event.objects.bulk_create(
        Event(
            position=number,
            type="test.other",
            subject=str(number),
            bucket=number % 16,
            payload={},
            at=now,
            recorded_at=now,
        )
        for number in range(1, 5001)
    )
    Cursor.objects.update(position=5000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE event_log_event, event_log_cursor")
        asked: dict[str, Any] = {
            "all": subscribers(),
            "hurried": [],
            "first": [],
            "now": now,
            "rest": timedelta(0),
        }
        cursor.execute(f"EXPLAIN {NEXT_LANE}", asked)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "event_log_event_pkey" in plan
    assert "Seq Scan on event_log_event" not in plan


def test_emit_takes_many_facts_with_one_insert(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with transaction.atomic(), django_assert_num_queries(1):
        emit(*(Stepped(walker=1, number=number, at=timezone.now()) for number in range(50)))


def test_a_reaction_that_takes_many_gets_a_lane_s_facts_together_in_their_order() -> None:
    with transaction.atomic():
        count(1, 1, 2, 3)
    run_all()
    assert taken_together == [[(1, 1), (1, 2), (1, 3)]]
    assert noted(1) == [(1, 1), (1, 2), (1, 3)]


def test_the_same_of_several_subjects_goes_together_and_each_subject_keeps_its_order() -> None:
    first, *others = [number for number in range(1, 60) if _lane(f"counter:{number}") == _lane("counter:1")][
        :3
    ]
    with transaction.atomic():
        for counter in (first, *others):
            count(counter, 1)
            emit(SetBack(counter=counter, at=timezone.now()))
        count(first, 2, 3)
    run_all()
    assert taken_together == [
        [(first, 1), *((one, 1) for one in others)],
        [(first, 0), *((one, 0) for one in others)],
        [(first, 2), (first, 3)],
    ]


def test_a_poison_event_among_many_holds_only_its_subject() -> None:
    facts.stumbling.add((1, 2))
    same_lane = [number for number in range(2, 40) if _lane(f"counter:{number}") == _lane("counter:1")][:2]
    with transaction.atomic():
        count(1, 1, 2, 3)
        for counter in same_lane:
            count(counter, 1, 2)
    run_all()
    assert noted(1) == [(1, 1)]
    assert all(noted(counter) == [(counter, 1), (counter, 2)] for counter in same_lane)
    assert [one.attempts for one in ParkedEvent.objects.order_by("event_id")] == [1, 0]
    taken_together.clear()
    with transaction.atomic():
        count(1, 4)
        count(same_lane[0], 3, 4)
    run_all()
    assert taken_together == [
        [(same_lane[0], 3), (same_lane[0], 4)]
    ]  # what is parked costs the others nothing
    facts.stumbling.clear()
    later = timezone.now() + timedelta(minutes=1)
    while retry_next_parked(now=later):
        pass
    assert noted(1) == [(1, 1), (1, 2), (1, 3), (1, 4)]


def test_what_must_not_wait_goes_before_what_waits_longer() -> None:
    Cursor.objects.filter(subscriber="test_steps").update(served_at=timezone.now() - timedelta(hours=1))
    with transaction.atomic():
        step(1, 1)
        count(2, 1)
    sequence_batch()
    assert serve_next_lane(now=timezone.now(), first=True) == 1
    assert noted() == [(2, 1)]
    assert serve_next_lane(now=timezone.now(), first=True) == 1
    assert noted() == [(2, 1), (1, 1)]


def test_a_lane_that_was_served_just_now_rests_while_more_comes_together() -> None:
    Cursor.objects.filter(subscriber="test_counts").update(served_at=timezone.now() - timedelta(hours=1))
    minute = timedelta(minutes=1)
    for number in (1, 2, 3):
        with transaction.atomic():
            count(1, number)
        sequence_batch()
        now = timezone.now()
        assert serve_next_lane(now=now, rest=minute) == (number == 1)
    assert serve_next_lane(now=now + minute, rest=minute) == 2
    assert taken_together == [[(1, 1)], [(1, 2), (1, 3)]]


def test_a_lane_with_more_than_a_batch_does_not_rest() -> None:
    Cursor.objects.filter(subscriber="test_counts").update(served_at=timezone.now() - timedelta(hours=1))
    with transaction.atomic():
        count(1, *range(2 * BATCH + 1))
    sequence_batch()
    now, hour = timezone.now(), timedelta(hours=1)
    assert [serve_next_lane(now=now, rest=hour / 4) for _ in range(4)] == [BATCH, BATCH, 1, 0]
    assert noted(1) == [(1, number) for number in range(2 * BATCH + 1)]


def _lane(subject: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT (hashtext(%s) & 2147483647) %% %s %% %s", [subject, BUCKETS, LANES])
        return int(cursor.fetchone()[0])
