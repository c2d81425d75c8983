"""Real threads with connections of their own, all at once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection, transaction
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.routing.commands.dispatching import NothingWaits, fill_seat, pull_next, push_work, sweep
from zhiyin.routing.commands.offering import OfferIsOver, accept_offer, decline_offer, expire_offer
from zhiyin.routing.commands.planning import match_by_plan
from zhiyin.routing.commands.settings import QueueContent, RingContent, save_queue
from zhiyin.routing.models import Offer, Pool, Queue, Seat, WorkItem
from zhiyin.routing.tests.conftest import be, can, wants
from zhiyin.testing.people import make_staff

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
CLAIMERS = 50


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or raised, all begun together."""
    gate = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            gate.wait(30)
            return call()
        except (NothingWaits, OfferIsOver) as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def waiting(support: Group, count: int) -> list[WorkItem]:
    return [wants(support, sender=f"c{number}@example.com") for number in range(count)]


def test_fifty_at_once_never_take_more_than_one_person_has_room_for(
    queue: Queue, support: Group, owner: Staff, administrator: Staff
) -> None:
    can(owner, administrator, email=3)
    items = waiting(support, 12)
    be(owner, "busy")
    Seat.objects.filter(pk=owner.pk).update(is_ready=True)
    now = timezone.now()
    calls: list[Callable[[], object]] = []
    for number in range(CLAIMERS):
        item = items[number % len(items)]
        if number % 3 == 0:
            calls.append(lambda: pull_next(by=Staff.objects.get(pk=owner.pk), now=now))
        elif number % 3 == 1:
            calls.append(partial(push_work, item_id=item.pk, now=now))
        else:
            calls.append(lambda: fill_seat(staff_id=owner.pk, now=now))
    at_once(*calls)
    sweep(now=now)
    seat = Seat.objects.get(pk=owner.pk)
    taken = WorkItem.objects.filter(holder=owner, state__in=["offered", "held"])
    assert seat.load == {"email": 3}
    assert taken.count() == 3
    assert Offer.objects.filter(state="open").count() + taken.filter(state="held").count() == 3


def test_fifty_at_once_on_two_kinds_never_give_a_caller_and_a_chat_to_one_person(
    queue: Queue, support: Group, owner: Staff, administrator: Staff
) -> None:
    """The unit is taken in the transaction of the assignment: at no moment has anybody seen one too many."""
    items = waiting(support, 12)
    for item in items[::2]:
        pool, _ = Pool.objects.get_or_create(
            name="calls",
            defaults={"queue": queue, "kind": "phone", "senior": False, "needs": item.pool.needs},
        )
        WorkItem.objects.filter(pk=item.pk).update(kind="phone", pool=pool)
    be(owner, "busy")
    Seat.objects.filter(pk=owner.pk).update(is_ready=True)
    now, seen = timezone.now(), list[dict[str, int]]()

    def claim(item_id: int) -> None:
        push_work(item_id=item_id, now=now)
        seen.extend(_held_by(owner))

    at_once(*[partial(claim, items[number % len(items)].pk) for number in range(CLAIMERS)])
    sweep(now=now)  # what two missed because each held one half
    seen.extend(_held_by(owner))
    assert seen
    for kinds in seen:
        assert kinds in ({}, {"phone": 1}, {"email": 1}, {"email": 2})
    assert Seat.objects.get(pk=owner.pk).load in ({"phone": 1}, {"email": 2})


def _held_by(staff: Staff) -> list[dict[str, int]]:
    """What anybody sees of it now: one statement, one moment."""
    held = WorkItem.objects.filter(holder=staff, state__in=["offered", "held"])
    return [dict(Counter(held.values_list("kind", flat=True)))]


def test_plans_and_claims_at_once_never_go_over_anybodys_room(queue: Queue, support: Group) -> None:
    people = [make_staff(groups=[support]) for _ in range(10)]
    items = waiting(support, 40)
    for person in people:
        be(person, "busy")
    Seat.objects.update(is_ready=True)
    now = timezone.now()
    calls: list[Callable[[], object]] = [partial(match_by_plan, now=now) for _ in range(5)]
    calls += [partial(push_work, item_id=items[number % 40].pk, now=now) for number in range(25)]
    calls += [partial(pull_next, by=people[number % 10], now=now) for number in range(20)]
    at_once(*calls)
    while match_by_plan(now=now):
        pass
    assert [seat.load for seat in Seat.objects.filter(staff__in=people)] == [{"email": 2}] * 10
    taken = WorkItem.objects.filter(state__in=["offered", "held"])
    assert taken.count() == 20
    assert Offer.objects.filter(state="open").count() == taken.filter(state="offered").count()
    assert WorkItem.objects.waiting().count() == 20


def test_fifty_people_never_get_the_same_work(queue: Queue, support: Group) -> None:
    people = [make_staff(groups=[support]) for _ in range(CLAIMERS)]
    items = waiting(support, 20)
    now = timezone.now()
    outcomes = at_once(*[partial(pull_next, by=person, now=now) for person in people])
    got = Counter(outcome.pk for outcome in outcomes if isinstance(outcome, WorkItem))
    assert set(got.values()) == {1}
    rest = [
        person for person, outcome in zip(people, outcomes, strict=True) if isinstance(outcome, NothingWaits)
    ]
    for person in rest:  # who found all heads in others' hands finds the rest a moment later
        if WorkItem.objects.waiting().exists():
            pull_next(by=person, now=now)
    held = WorkItem.objects.filter(state="held")
    assert held.count() == len(items) == held.values("holder").distinct().count()


def test_accepting_declining_and_the_clock_at_once_settle_an_offer_once(
    queue: Queue, support: Group, owner: Staff
) -> None:
    be(owner, "available")
    [item] = waiting(support, 1)
    offer = Offer.objects.get(item=item)
    now = timezone.now()
    at_once(
        *[lambda: accept_offer(offer_id=offer.pk, by=owner, now=now)] * 4,
        *[lambda: decline_offer(offer_id=offer.pk, by=owner, now=now)] * 4,
        *[lambda: expire_offer(offer_id=offer.pk, now=now)] * 4,
    )
    offer.refresh_from_db()
    item.refresh_from_db()
    load = Seat.objects.get(pk=owner.pk).load["email"]
    if offer.state == "accepted":
        assert (item.state, item.holder_id, load) == ("held", owner.pk, 1)
    else:
        assert (item.state, item.holder_id, load) == ("waiting", None, 0)
        assert offer.state in ("declined", "expired")


def test_two_workers_at_once_offer_each_work_once_and_lose_none(
    queue: Queue, support: Group, administrator: Staff
) -> None:
    people = [make_staff(groups=[support]) for _ in range(6)]
    items = waiting(support, 12)
    for person in people:
        be(person, "busy")
    Seat.objects.update(is_ready=True)
    now = timezone.now()
    at_once(
        *[partial(push_work, item_id=item.pk, now=now) for item in items],
        *[lambda: sweep(now=now)] * 4,
    )
    sweep(now=now)
    offers = Offer.objects.filter(state="open")
    assert offers.count() == 12 == offers.values("item").distinct().count()
    assert all(seat.load == {"email": 2} for seat in Seat.objects.all())


def test_a_worker_killed_before_it_is_done_leaves_all_as_it_was(
    queue: Queue, support: Group, owner: Staff
) -> None:
    """The decision, the unit and the offer are one transaction: a connection that breaks takes all of it along."""
    be(owner, "busy")
    [item] = waiting(support, 1)
    Seat.objects.update(is_ready=True)

    made: list[Offer | None] = []

    def die() -> None:
        with transaction.atomic():
            made.append(push_work(item_id=item.pk, now=timezone.now()))
            connection.connection.close()  # the process is gone

    with ThreadPoolExecutor(1) as pool:
        failed = pool.submit(_swallow, die).result()
    assert failed
    assert made[0] is not None
    item.refresh_from_db()
    assert (item.state, Offer.objects.count()) == ("waiting", 0)
    assert Seat.objects.get(pk=owner.pk).load.get("email", 0) == 0
    assert sweep(now=timezone.now()) == 1


def _swallow(call: Callable[[], None]) -> bool:
    try:
        call()
    except Exception:  # whatever a broken connection raises
        return True
    finally:
        connection.close()
    return False


def test_who_decides_about_work_does_not_wait_for_whoever_saves_its_queue(
    queue: Queue, support: Group, administrator: Staff
) -> None:
    """They hold a seat, which the one who saves wants in the end: each would wait for the other."""
    content = QueueContent(name=queue.name, rings=[RingContent(group_ids=[support.pk])])

    def name_it_in_a_decision() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '5s'")
            cursor.execute("SELECT FROM routing_queue WHERE id = %s FOR KEY SHARE", [queue.pk])

    with transaction.atomic():
        save_queue(queue_id=queue.pk, content=content, by=administrator, now=timezone.now())
        at_once(name_it_in_a_decision)
