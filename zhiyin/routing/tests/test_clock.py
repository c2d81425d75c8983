"""Clocks that jump, forward and back: nobody is lost, nobody has two, and nobody waits for a moment far off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.people.commands.presence import AWAY_AFTER, leave_if_unheard, note_heartbeat
from zhiyin.people.models import Group, Presence, Staff
from zhiyin.platform.timers.models import Timer
from zhiyin.routing.commands.dispatching import sweep
from zhiyin.routing.commands.heeding import ClockWatch, heed_the_clock
from zhiyin.routing.commands.offering import accept_offer
from zhiyin.routing.models import Offer, Queue, Seat, WorkItem
from zhiyin.routing.tests.conftest import be, can, item_of, pass_time, seconds, wants
from zhiyin.testing.people import make_staff
from zhiyin.testing.spine import let_events_happen

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def test_an_hour_forward_offers_run_out_once_and_all_come_back_with_the_next_heartbeat(
    queue: Queue, support: Group, owner: Staff, colleague: Staff
) -> None:
    be(owner, "available")
    be(colleague, "available")
    items = [wants(support, sender=f"c{number}@example.com") for number in range(3)]
    assert {item.state for item in items} == {"offered"}
    later = timezone.now() + HOUR
    pass_time(later)
    states = dict(Presence.objects.values_list("pk", "state"))
    assert set(states.values()) <= {"away", "break"}
    found = [item_of(item.ticket) for item in items]
    assert {item.state for item in found} == {"waiting"}
    assert Offer.objects.filter(state="open").count() == 0
    assert all(not any(seat.load.values()) for seat in Seat.objects.all())
    third = make_staff(groups=[support])
    be(third, "available", later)
    sweep(now=later)
    pass_time(later + seconds(1))
    assert Offer.objects.filter(state="open", staff=third).count() == 2  # as much as they have room for
    assert {item_of(item.ticket).entered_at for item in items} == {item.entered_at for item in items}


def test_an_hour_back_an_offer_of_the_future_has_its_usual_time_again(
    queue: Queue, support: Group, owner: Staff
) -> None:
    now = timezone.now()
    be(owner, "available", now + HOUR)
    item = wants(support)
    Offer.objects.update(offered_at=now + HOUR, expires_at=now + HOUR + seconds(80))
    Timer.objects.filter(kind="routing.offer").update(due_at=now + HOUR + seconds(80))
    assert heed_the_clock(now=now) > 0
    offer = Offer.objects.get(item=item)
    assert (offer.offered_at, offer.expires_at) == (now, now + seconds(80))
    assert Timer.objects.get(kind="routing.offer").due_at == offer.expires_at
    pass_time(now + seconds(81))
    offer.refresh_from_db()
    assert (offer.state, item_of(item.ticket).state) == ("expired", "waiting")


def test_an_hour_back_a_desk_that_closed_is_noticed_in_its_usual_time(
    queue: Queue, support: Group, owner: Staff
) -> None:
    now = timezone.now()
    be(owner, "available", now + HOUR)
    item = wants(support)
    accept_offer(offer_id=Offer.objects.get(item=item).pk, by=owner, now=now)
    note_heartbeat(by=owner, now=now + HOUR)
    heed_the_clock(now=now)
    pass_time(now + AWAY_AFTER)
    assert Presence.objects.get(pk=owner.pk).state == "available"  # heard of in a future that was not
    pass_time(now + 2 * AWAY_AFTER + seconds(1))
    assert Presence.objects.get(pk=owner.pk).state == "away"
    pass_time(now + 2 * AWAY_AFTER + seconds(700))
    assert item_of(item.ticket).state == "waiting"


def test_an_hour_back_what_waits_keeps_its_order_and_is_before_who_comes_now(
    queue: Queue, support: Group
) -> None:
    now = timezone.now()
    items = [
        wants(support, sender=f"c{number}@example.com", at=now + HOUR + seconds(number)) for number in (0, 9)
    ]
    assert heed_the_clock(now=now) > 0
    first, second = (item_of(item.ticket) for item in items)
    assert (second.entered_at, first.entered_at) == (now, now - seconds(9))
    assert second.key - first.key == pytest.approx(9)
    fresh = wants(support, sender="fresh@example.com", at=now + seconds(1))
    assert second.key < fresh.key


def test_what_is_as_it_should_be_is_left_alone(queue: Queue, support: Group, owner: Staff) -> None:
    be(owner, "available")
    items = [wants(support, sender=f"c{number}@example.com") for number in range(3)]
    before = list(WorkItem.objects.order_by("pk").values_list("entered_at", "key", "state"))
    timers = list(Timer.objects.order_by("pk").values_list("kind", "key", "due_at"))
    assert heed_the_clock(now=timezone.now()) == 0
    assert list(WorkItem.objects.order_by("pk").values_list("entered_at", "key", "state")) == before
    assert list(Timer.objects.order_by("pk").values_list("kind", "key", "due_at")) == timers
    assert len(items) == len(before)


def test_a_rest_that_would_last_an_hour_lasts_as_long_as_it_should(
    queue: Queue, support: Group, owner: Staff, administrator: Staff
) -> None:
    can(owner, administrator, email=1)
    be(owner, "available")
    Seat.objects.update(rests_until=timezone.now() + HOUR)
    item = wants(support)
    assert item.state == "waiting"
    now = timezone.now()
    heed_the_clock(now=now)
    assert Seat.objects.get().rests_until == now  # no kind has a rest
    assert sweep(now=now + seconds(1)) == 1
    assert item_of(item.ticket).state == "offered"


def test_a_look_after_somebody_that_is_told_late_is_taken_by_the_time_it_is(owner: Staff) -> None:
    """The worker was down: the desk was heard of after the look was due."""
    began = timezone.now() - seconds(300)
    be(owner, "available", began)
    note_heartbeat(by=owner, now=timezone.now())
    pass_time(began + AWAY_AFTER)
    let_events_happen()
    assert Presence.objects.get(pk=owner.pk).state == "available"
    assert leave_if_unheard(staff_id=owner.pk, now=timezone.now()) is not None


def test_a_clock_that_was_set_back_is_noticed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    watch, ahead = ClockWatch(), [0.0]
    real = timezone.now().timestamp()
    monkeypatch.setattr("zhiyin.routing.commands.heeding.time.time", lambda: real + ahead[0])
    monkeypatch.setattr("zhiyin.routing.commands.heeding.time.monotonic", lambda: 100.0)
    told = []
    for ahead[0] in (0.0, 0.0, 3600.0, 3600.0, 0.0, 0.0):
        told.append(watch.was_set_back())
    assert told == [True, False, False, False, True, False]
