"""What is set reaches what waits: weights, overflow, hours, the last agent, silence, rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.commands.presence import note_heartbeat
from zhiyin.people.models import Group, Skill, Staff
from zhiyin.platform.calendars.models import Calendar
from zhiyin.routing.commands.dispatching import push_work, sweep
from zhiyin.routing.commands.entering import wake_work
from zhiyin.routing.commands.offering import accept_offer
from zhiyin.routing.commands.settings import (
    NotAWeight,
    QueueContent,
    RingContent,
    save_need,
    save_queue,
)
from zhiyin.routing.conditions import Features, NotACondition, checked, meets
from zhiyin.routing.models import Decision, KindRule, Offer, Queue, Seat, WorkItem
from zhiyin.routing.queries.queueing import language_of
from zhiyin.routing.tests.conftest import NOW, be, can, item_of, pass_time, seconds, wants
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_channel, make_ticket
from zhiyin.tickets.commands.lifecycle import change_status, edit_ticket
from zhiyin.tickets.models import CustomField, Ticket

pytestmark = pytest.mark.django_db
PLAIN = Features(
    kind="chat",
    language="zh",
    priority=2,
    tier=0,
    tags=frozenset({"退款"}),
    fields={"product": frozenset({"cleaning", "robot"})},
)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({}, True),
        ({"kinds": ["chat", "email"]}, True),
        ({"kinds": ["email"]}, False),
        ({"tags": ["退款", "换货"]}, True),
        ({"tags": ["换货"]}, False),
        ({"priority_from": 2, "tier_from": 0}, True),
        ({"priority_from": 3}, False),
        ({"tier_from": 2}, False),
        ({"languages": ["en"]}, False),
        ({"kinds": ["chat"], "groups": [1]}, False),
        ({"fields": {"product": ["robot", "washer"]}}, True),
        ({"fields": {"product": ["cleaning"]}}, True),  # what is above the chosen one is chosen, too
        ({"fields": {"product": ["washer"]}}, False),
        ({"fields": {"product": ["robot"], "colour": ["red"]}}, False),
        ({"fields": {}}, True),
    ],
)
def test_everything_that_a_condition_names_must_fit(condition: dict[str, object], fits: bool) -> None:
    assert meets(condition, PLAIN) is fits
    assert checked(condition) == {name: wanted for name, wanted in condition.items() if wanted}


@pytest.mark.parametrize(
    "wrong",
    [
        {"fields": ["robot"]},
        {"fields": {"product": "robot"}},
        {"fields": {"product": [1]}},
        {"moon": []},
        {"kinds": "chat"},
        {"groups": ["1"]},
        {"priority_from": True},
        {"tags": [1]},
    ],
)
def test_what_is_no_condition_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(NotACondition):
        checked(wrong)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("退款多久到账", "zh"),
        ("退款點解仲未到㗎，我等咗好耐，唔該", "yue"),
        ("他俩睇了一眼", "zh"),
        ("Where is my refund", "en"),
        ("订单 LT2026 my refund", "en"),
        ("123", ""),
    ],
)
def test_the_language_is_told_by_the_letters(text: str, language: str) -> None:
    assert language_of(text) == language


def content_of(support: Group, **fields: Any) -> QueueContent:
    return replace(QueueContent(name="Support", rings=[RingContent(group_ids=[support.pk])]), **fields)


def test_other_weights_are_a_new_version_and_rank_anew(
    queue: Queue, support: Group, administrator: Staff
) -> None:
    item = wants(support, at=NOW)
    Ticket.objects.filter(pk=item.ticket_id).update(priority=4)
    WorkItem.objects.filter(pk=item.pk).update(priority=4)
    content = content_of(support, weights={"priority": [0, 0, 0, 900]})
    saved = save_queue(queue_id=queue.pk, content=content, by=administrator, now=NOW)
    assert saved.version == 2
    assert item_of(item.ticket).key == pytest.approx(item.entered_at.timestamp() - 900)
    again = save_queue(queue_id=queue.pk, content=content, by=administrator, now=NOW)
    assert again.version == 2


@pytest.mark.parametrize(
    "weights", [{"luck": 1}, {"tier": -1}, {"tier": "much"}, {"priority": 5}, {"tier": True}]
)
def test_what_is_no_weight_is_refused_and_nothing_changes(
    queue: Queue, support: Group, administrator: Staff, weights: dict[str, object]
) -> None:
    with pytest.raises(NotAWeight):
        save_queue(
            queue_id=queue.pk,
            content=content_of(support, weights=weights, name="X"),
            by=administrator,
            now=NOW,
        )
    assert Queue.objects.get().name == "Support"


def test_too_long_a_wait_overflows_and_keeps_since_when_it_waits(
    queue: Queue, support: Group, administrator: Staff
) -> None:
    other = save_queue(
        queue_id=None, content=QueueContent(name="Second", position=5), by=administrator, now=NOW
    )
    content = content_of(support, most_wait_minutes=10, overflow_id=other.pk)
    save_queue(queue_id=queue.pk, content=content, by=administrator, now=NOW)
    item = wants(support, at=timezone.now())
    pass_time(item.entered_at + timedelta(minutes=9))
    assert item_of(item.ticket).queue == queue
    pass_time(item.entered_at + timedelta(minutes=10, seconds=1))
    moved = item_of(item.ticket)
    assert (moved.queue, moved.entered_at) == (other, item.entered_at)


def test_a_closed_queue_gives_nothing_out_until_it_opens(
    queue: Queue, support: Group, owner: Staff, administrator: Staff
) -> None:
    calendar = Calendar.objects.create(name="Never", week=[[] for _ in range(7)])
    save_queue(
        queue_id=queue.pk, content=content_of(support, calendar_id=calendar.pk), by=administrator, now=NOW
    )
    be(owner, "available")
    item = wants(support)
    assert item.state == "waiting"
    assert sweep(now=timezone.now()) == 0
    calendar.week = [[["00:00", "00:00"]] for _ in range(7)]
    calendar.save()
    assert sweep(now=timezone.now()) == 1


def test_the_last_agent_is_asked_first_and_others_when_the_time_is_over(
    queue: Queue, support: Group, owner: Staff, colleague: Staff, administrator: Staff
) -> None:
    save_queue(
        queue_id=queue.pk, content=content_of(support, preferred_seconds=60), by=administrator, now=NOW
    )
    be(colleague, "available")
    be(owner, "available")
    before = wants(support, sender="a@example.com")
    Ticket.objects.filter(pk=before.ticket_id).update(assignee=owner)
    change_status(ticket_id=before.ticket_id, status="solved", by=owner, now=timezone.now())
    let_events_happen()
    be(owner, "busy")
    item = wants(support, sender="a@example.com")
    assert (item.last_agent_id, item.state) == (owner.pk, "waiting")
    assert item.kept_until is not None
    assert push_work(item_id=item.pk, now=timezone.now()) is None
    pass_time(item.kept_until + seconds(1))
    assert item_of(item.ticket).holder_id == colleague.pk


def test_a_silent_customer_frees_the_place_by_rule(queue: Queue, support: Group, owner: Staff) -> None:
    KindRule.objects.filter(kind="email").update(quiet_minutes=5)
    be(owner, "available", NOW)
    item = wants(support)
    accept_offer(offer_id=Offer.objects.get(item=item).pk, by=owner, now=timezone.now())
    let_events_happen()
    later = timezone.now() + timedelta(minutes=5, seconds=1)
    note_heartbeat(by=owner, now=later)  # still there
    pass_time(later)
    assert item_of(item.ticket).state == "quiet"
    assert Seat.objects.get(pk=owner.pk).load["email"] == 0


def test_after_a_contact_there_is_a_rest(queue: Queue, support: Group, owner: Staff) -> None:
    KindRule.objects.filter(kind="email").update(after_contact_seconds=45, units=1)
    be(owner, "available")
    first, second = wants(support, sender="a@example.com"), wants(support, sender="b@example.com")
    accept_offer(offer_id=Offer.objects.get(item=first).pk, by=owner, now=timezone.now())
    change_status(ticket_id=first.ticket_id, status="solved", by=owner, now=timezone.now())
    let_events_happen()
    assert item_of(second.ticket).state == "waiting"
    pass_time(timezone.now() + seconds(46))
    assert item_of(second.ticket).state == "offered"


def test_the_rest_is_of_the_channel_and_the_longer_one_counts(
    queue: Queue, support: Group, owner: Staff
) -> None:
    KindRule.objects.filter(kind="email").update(after_contact_seconds=300)
    KindRule.objects.filter(kind="chat").update(after_contact_seconds=20)
    be(owner, "available")
    mail, chat = wants(support), _chats(support)
    third = _chats(support)
    for item in (mail, chat, third):
        accept_offer(offer_id=Offer.objects.get(item=item).pk, by=owner, now=timezone.now())
    let_events_happen()
    began = timezone.now()
    change_status(ticket_id=chat.ticket_id, status="solved", by=owner, now=began)
    let_events_happen()
    short = Seat.objects.get(pk=owner.pk).rests_until
    assert short is not None
    assert timedelta(seconds=19) < short - began < timedelta(seconds=40)
    for item in (mail, third):
        change_status(ticket_id=item.ticket_id, status="solved", by=owner, now=timezone.now())
        let_events_happen()
    long = Seat.objects.get(pk=owner.pk).rests_until
    assert long is not None
    assert long - began >= timedelta(seconds=300)


def test_a_quiet_chat_makes_room_for_the_next_and_takes_its_place_back_when_the_customer_writes(
    queue: Queue, support: Group, owner: Staff
) -> None:
    KindRule.objects.filter(kind="chat").update(units=1, quiet_minutes=10)
    be(owner, "available")
    first, second = _chats(support), _chats(support)
    accept_offer(offer_id=Offer.objects.get(item=first).pk, by=owner, now=timezone.now())
    let_events_happen()
    assert item_of(second.ticket).state == "waiting"
    later = timezone.now() + timedelta(minutes=10, seconds=1)
    note_heartbeat(by=owner, now=later)  # still there
    pass_time(later)
    assert (item_of(first.ticket).state, item_of(second.ticket).state) == ("quiet", "offered")
    assert item_of(first.ticket).holder == owner  # still theirs
    wake_work(ticket_id=first.ticket_id, now=timezone.now())
    assert item_of(first.ticket).state == "held"
    assert Seat.objects.get(pk=owner.pk).load["chat"] == 2  # beyond the limit: it is theirs


def _chats(group: Group) -> WorkItem:
    """A customer's chat that waits in its queue, or is offered."""
    ticket = make_ticket(channel=make_channel(group=group, kind="chat"))
    let_events_happen()
    return item_of(ticket)


def test_an_offer_that_accepts_itself_needs_no_answer(
    queue: Queue, support: Group, owner: Staff, administrator: Staff
) -> None:
    content = content_of(support, accepts_by_itself=True)
    save_queue(queue_id=queue.pk, content=content, by=administrator, now=NOW)
    be(owner, "available")
    item = wants(support)
    assert (item.state, Offer.objects.get(item=item).state) == ("held", "accepted")
    assert Ticket.objects.get(pk=item.ticket_id).assignee_id == owner.pk
    assert Decision.objects.filter(item=item).count() == 1


def test_what_is_chosen_in_a_field_asks_for_a_skill(
    queue: Queue, support: Group, owner: Staff, colleague: Staff, administrator: Staff, cantonese: Skill
) -> None:
    """Chosen while it waits, too; somebody without the skill is asked no more."""
    CustomField.objects.create(
        key="product",
        kind="cascade",
        name_zh="产品",
        name_en="Product",
        rules={"options": [{"value": "cleaning", "children": [{"value": "robot"}]}]},
    )
    condition = {"fields": {"product": ["robot"]}}
    save_need(skill_id=cantonese.pk, condition=condition, level=2, by=administrator, now=NOW)
    item = wants(support)
    assert item.asked == []
    edit_ticket(
        ticket_id=item.ticket_id,
        changes={"fields": {"product": ["cleaning", "robot"]}},
        by=owner,
        now=timezone.now(),
    )
    let_events_happen()
    assert item_of(item.ticket).asked == [[str(cantonese.pk), 2]]
    be(owner, "available")
    assert item_of(item.ticket).state == "waiting"
    can(owner, administrator, {cantonese: 3}, email=2)
    let_events_happen()
    assert item_of(item.ticket).holder == owner


def test_what_is_edited_goes_where_it_belongs_at_its_new_rank(
    queue: Queue, support: Group, administrator: Staff, lead: Staff
) -> None:
    urgent = save_queue(
        queue_id=None,
        content=QueueContent(name="Urgent", condition={"priority_from": 4}, position=0),
        by=administrator,
        now=NOW,
    )
    save_queue(queue_id=queue.pk, content=content_of(support, position=1), by=administrator, now=NOW)
    item = wants(support)
    assert item.queue == queue
    edit_ticket(ticket_id=item.ticket_id, changes={"priority": 4}, by=lead, now=timezone.now())
    let_events_happen()
    found = item_of(item.ticket)
    assert (found.queue, found.priority, found.entered_at) == (urgent, 4, item.entered_at)
    assert found.key == pytest.approx(item.entered_at.timestamp() - 1800)


def test_what_is_set_aside_leaves_the_queue_and_comes_back_at_its_old_place(
    queue: Queue, support: Group, lead: Staff
) -> None:
    item = wants(support)
    change_status(ticket_id=item.ticket_id, status="pending", by=lead, now=timezone.now())
    let_events_happen()
    assert item_of(item.ticket).state == "left"
    change_status(ticket_id=item.ticket_id, status="open", by=lead, now=timezone.now())
    let_events_happen()
    found = item_of(item.ticket)
    assert (found.state, found.entered_at) == ("waiting", item.entered_at)


@pytest.mark.parametrize(
    ("region", "fits"), [("中国大陆/广东", True), ("广东", True), ("中国大陆/北京", False), ("", False)]
)
def test_work_of_a_region_asks_for_what_is_spoken_there(region: str, fits: bool) -> None:
    assert meets({"regions": ["广东", "香港"]}, replace(PLAIN, region=region)) is fits
    assert checked({"regions": ["广东"]}) == {"regions": ["广东"]}
