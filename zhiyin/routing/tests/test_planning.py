"""When many wait, all who are free are matched at once, by the plan."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Skill, Staff
from zhiyin.routing.commands import planning
from zhiyin.routing.commands.dispatching import sweep
from zhiyin.routing.commands.offering import accept_offer, decline_offer
from zhiyin.routing.commands.planning import many_wait, match_by_plan
from zhiyin.routing.commands.settings import save_need
from zhiyin.routing.models import Decision, Offer, Pool, Queue, Seat, WorkItem
from zhiyin.routing.tests.conftest import NOW, be, can, item_of, seconds, wants
from zhiyin.testing.people import make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.commands.lifecycle import change_status

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def three_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(planning, "MANY", 3)


def crowd(support: Group, count: int) -> list[WorkItem]:
    """Who came first waits longest."""
    return [
        wants(support, sender=f"c{number}@example.com", at=NOW - seconds(600 - number))
        for number in range(count)
    ]


def test_the_only_one_who_can_is_left_for_those_who_need_them(
    queue: Queue, support: Group, cantonese: Skill, owner: Staff, colleague: Staff, administrator: Staff
) -> None:
    """One at a time, the expert who is free first would take what came first, and who needs them would wait."""
    condition = {"tags": ["粤语"]}
    save_need(skill_id=cantonese.pk, condition=condition, level=2, by=administrator, now=NOW)
    can(owner, administrator, {cantonese: 4}, email=1)
    can(colleague, administrator, email=1)
    items = crowd(support, 4)
    needing = items[3]
    pool = Pool.objects.get(pk=needing.pool_id)
    asking = Pool.objects.create(
        queue=queue, kind="email", senior=False, name="asking", needs=[[str(cantonese.pk), 2], *pool.needs]
    )
    WorkItem.objects.filter(pk=needing.pk).update(pool=asking)
    be(owner, "available", NOW - seconds(60))
    be(colleague, "available", NOW)
    assert not Offer.objects.exists()  # many wait: nobody is matched one by one
    assert sweep(now=timezone.now()) == 2
    assert item_of(needing.ticket).holder_id == owner.pk
    assert item_of(items[0].ticket).holder_id == colleague.pk
    decision = Decision.objects.get(item=needing)
    assert (decision.how, decision.staff_id) == ("plan", owner.pk)
    assert next(name for name, _ in decision.terms) == "waiting"
    [next_one] = Decision.objects.get(item=items[0]).runners_up
    assert next_one["staff_id"] == owner.pk


def test_while_few_wait_everything_is_matched_at_once(queue: Queue, support: Group, owner: Staff) -> None:
    crowd(support, 2)
    assert not many_wait(now=timezone.now())
    be(owner, "available")
    assert Decision.objects.filter(how="push").count() == 2


def test_what_comes_while_many_wait_gets_past_nobody(queue: Queue, support: Group, owner: Staff) -> None:
    can(owner, Staff.objects.get(name="Administrator"), email=1)
    items = crowd(support, 4)
    be(owner, "available")
    late = wants(support, sender="late@example.com")
    assert (late.state, Offer.objects.count()) == ("waiting", 0)
    assert sweep(now=timezone.now()) == 1
    assert item_of(items[0].ticket).holder_id == owner.pk


def test_a_plan_gives_nobody_more_than_they_have_room_for_and_no_work_twice(
    queue: Queue, support: Group
) -> None:
    people = [make_staff(groups=[support]) for _ in range(3)]
    items = crowd(support, 9)
    for person in people:
        be(person, "available")
    assert match_by_plan(now=timezone.now()) == 6
    assert match_by_plan(now=timezone.now()) == 0
    assert [seat.load for seat in Seat.objects.filter(staff__in=people)] == [{"email": 2}] * 3
    assert Offer.objects.filter(state="open").values("item").distinct().count() == 6
    assert [item_of(item.ticket).state for item in items] == ["offered"] * 6 + ["waiting"] * 3


def test_what_was_refused_does_not_wait_for_ever_behind_plans(
    queue: Queue, support: Group, owner: Staff, colleague: Staff, administrator: Staff
) -> None:
    can(owner, administrator, email=1)
    can(colleague, administrator, email=1)
    items = crowd(support, 6)
    be(owner, "available")
    assert sweep(now=timezone.now()) == 1
    decline_offer(offer_id=Offer.objects.get(state="open").pk, by=owner, now=timezone.now())
    be(colleague, "available")
    sweep(now=timezone.now())
    assert item_of(items[0].ticket).holder_id == colleague.pk  # at its old place, and not to who refused it
    assert item_of(items[1].ticket).holder_id == owner.pk


def test_who_is_done_gets_the_next_by_the_plan(queue: Queue, support: Group, owner: Staff) -> None:
    can(owner, Staff.objects.get(name="Administrator"), email=1)
    items = crowd(support, 5)
    be(owner, "available")
    for item in items[:2]:
        sweep(now=timezone.now())
        accept_offer(offer_id=Offer.objects.get(state="open").pk, by=owner, now=timezone.now())
        change_status(ticket_id=item.ticket_id, status="solved", by=owner, now=timezone.now())
        let_events_happen()
    states = [item_of(item.ticket).state for item in items]
    assert states[:2] == ["done", "done"]
    assert set(states[3:]) == {"waiting"}


def test_looking_who_could_have_a_turn_costs_the_same_however_many_wait(
    queue: Queue, support: Group, owner: Staff
) -> None:
    can(owner, Staff.objects.get(name="Administrator"), email=1)
    costs = []
    for _ in range(2):
        crowd(support, 5)
        be(owner, "busy")
        WorkItem.objects.exclude(state="waiting").update(state="left", holder=None, ended_at=NOW)
        Seat.objects.update(is_ready=True, is_full=False, load={})
        with CaptureQueriesContext(connection) as captured:
            assert match_by_plan(now=timezone.now()) == 1
        costs.append(len(captured))
        Offer.objects.all().delete()
    assert costs[0] == costs[1]
