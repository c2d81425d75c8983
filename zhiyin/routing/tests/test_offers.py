"""From a customer's message to somebody's hands."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.people.commands.custom_presences import CustomPresenceContent, save_custom_presence
from zhiyin.people.commands.presence import change_presence, note_heartbeat
from zhiyin.people.commands.skills import remove_skill
from zhiyin.people.models import Group, Presence, Skill, Staff
from zhiyin.routing.commands.dispatching import (
    NoRoomLeft,
    NothingWaits,
    NotTheSkills,
    fill_seat,
    give_by_hand,
    pull_next,
    push_work,
    sweep,
)
from zhiyin.routing.commands.offering import OfferIsOver, accept_offer, decline_offer, expire_offer
from zhiyin.routing.commands.seats import take_seat
from zhiyin.routing.commands.settings import save_need
from zhiyin.routing.models import Decision, KindRule, Offer, Queue, Seat, WorkItem
from zhiyin.routing.tests.conftest import NOW, be, can, item_of, pass_time, seconds, wants
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_channel
from zhiyin.tickets.commands.assigning import assign_ticket, claim_ticket
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def load_of(staff: Staff) -> int:
    return int(Seat.objects.get(pk=staff.pk).load.get("email", 0))


def offer_of(item: WorkItem) -> Offer:
    return Offer.objects.select_related("staff").get(item=item, state="open")


def test_work_is_offered_accepted_and_then_theirs(queue: Queue, support: Group, owner: Staff) -> None:
    be(owner, "available")
    item = wants(support)
    assert (item.state, item.holder_id, load_of(owner)) == ("offered", owner.pk, 1)
    assert item.ticket.assignee_id is None
    accept_offer(offer_id=offer_of(item).pk, by=owner, now=timezone.now())
    let_events_happen()
    item.refresh_from_db()
    assert (item.state, item.holder_id, load_of(owner)) == ("held", owner.pk, 1)
    assert Ticket.objects.get(pk=item.ticket_id).assignee_id == owner.pk
    change_status(ticket_id=item.ticket_id, status="solved", by=owner, now=timezone.now())
    let_events_happen()
    item.refresh_from_db()
    assert (item.state, load_of(owner)) == ("done", 0)


def test_accepting_twice_is_the_same_thing_and_of_nobody_else(
    queue: Queue, support: Group, owner: Staff, colleague: Staff
) -> None:
    be(owner, "available")
    offer = offer_of(wants(support))
    with pytest.raises(Offer.DoesNotExist):
        accept_offer(offer_id=offer.pk, by=colleague, now=timezone.now())
    for _ in range(2):
        assert accept_offer(offer_id=offer.pk, by=owner, now=timezone.now()).holder_id == owner.pk
    assert load_of(owner) == 1


def test_nobody_gets_more_than_they_have_room_for_and_the_next_comes_when_one_is_done(
    queue: Queue, support: Group, owner: Staff
) -> None:
    be(owner, "available")
    items = [wants(support, sender=f"c{number}@example.com") for number in range(4)]
    assert [item.state for item in items] == ["offered", "offered", "waiting", "waiting"]
    assert load_of(owner) == 2
    accept_offer(offer_id=offer_of(items[0]).pk, by=owner, now=timezone.now())
    change_status(ticket_id=items[0].ticket_id, status="solved", by=owner, now=timezone.now())
    let_events_happen()
    assert [item_of(item.ticket).state for item in items] == ["done", "offered", "offered", "waiting"]
    assert load_of(owner) == 2


def test_who_comes_gets_what_waits_longest(queue: Queue, support: Group, owner: Staff) -> None:
    later = wants(support, sender="b@example.com", at=NOW - seconds(60))
    first = wants(support, sender="a@example.com", at=NOW - seconds(600))
    can(owner, Staff.objects.get(name="Administrator"), email=1)
    be(owner, "available")
    assert (item_of(first.ticket).state, item_of(later.ticket).state) == ("offered", "waiting")


def test_a_missed_offer_goes_on_to_the_next_and_the_person_has_a_break(
    queue: Queue, support: Group, owner: Staff, colleague: Staff
) -> None:
    be(owner, "available")
    item = wants(support)
    be(colleague, "available")
    offer = offer_of(item)
    pass_time(offer.expires_at + seconds(1))
    offer.refresh_from_db()
    assert offer.state == "expired"
    assert Presence.objects.get(pk=owner.pk).state == "break"
    assert offer_of(item).staff == colleague
    assert (load_of(owner), load_of(colleague)) == (0, 1)
    with pytest.raises(OfferIsOver):
        accept_offer(offer_id=offer.pk, by=owner, now=timezone.now())
    assert expire_offer(offer_id=offer.pk, now=timezone.now()) is False


def test_an_offer_whose_time_is_over_can_not_be_accepted_even_before_the_clock_says_so(
    queue: Queue, support: Group, owner: Staff
) -> None:
    be(owner, "available")
    offer = offer_of(wants(support))
    with pytest.raises(OfferIsOver):
        accept_offer(offer_id=offer.pk, by=owner, now=offer.expires_at)
    offer.refresh_from_db()
    assert (offer.state, load_of(owner)) == ("open", 1)


def test_declined_work_does_not_come_back_to_who_declined(queue: Queue, support: Group, owner: Staff) -> None:
    be(owner, "available")
    item = wants(support)
    decline_offer(offer_id=offer_of(item).pk, by=owner, now=timezone.now())
    pass_time(timezone.now() + seconds(2))
    sweep(now=timezone.now())
    item.refresh_from_db()
    assert (item.state, item.refused_by, load_of(owner)) == ("waiting", [owner.pk], 0)


def test_a_ring_opens_in_time(queue: Queue, support: Group, owner: Staff) -> None:
    began = timezone.now()
    stranger = Staff.objects.get(memberships__group__name="Billing")
    be(stranger, "available")
    item = wants(support, at=began)
    assert item.state == "waiting"
    pass_time(began + seconds(299))
    assert item_of(item.ticket).ring == 0
    note_heartbeat(by=stranger, now=began + seconds(299))
    pass_time(began + seconds(301))
    found = item_of(item.ticket)
    assert (found.ring, found.state, found.holder_id) == (1, "offered", stranger.pk)


def test_only_who_has_the_skill_gets_the_work(
    queue: Queue, support: Group, cantonese: Skill, owner: Staff, colleague: Staff, administrator: Staff
) -> None:
    condition = {"tags": ["粤语"]}
    save_need(skill_id=cantonese.pk, condition=condition, level=2, by=administrator, now=NOW)
    can(owner, administrator, {cantonese: 1})
    can(colleague, administrator, {cantonese: 3})
    be(owner, "available")
    be(colleague, "available")
    message = arrive(channel=make_channel(group=support))
    Ticket.objects.filter(pk=message.ticket_id).update(tags=["粤语"])
    let_events_happen()
    item = item_of(message.ticket)
    assert (item.asked, item.holder_id) == ([[str(cantonese.pk), 2]], colleague.pk)
    terms = dict(Decision.objects.get(item=item).terms)
    assert terms["skill"] == 36.0


def test_a_skill_that_is_taken_away_is_asked_for_no_longer(
    queue: Queue, support: Group, cantonese: Skill, owner: Staff, administrator: Staff
) -> None:
    save_need(skill_id=cantonese.pk, condition={"kinds": ["email"]}, level=2, by=administrator, now=NOW)
    be(owner, "available")
    item = wants(support)
    assert (item.state, item.asked) == ("waiting", [[str(cantonese.pk), 2]])
    remove_skill(skill_id=cantonese.pk, by=administrator, now=NOW)
    let_events_happen()
    pass_time(timezone.now() + seconds(1))
    found = item_of(item.ticket)
    assert (found.state, found.asked, found.holder_id) == ("offered", [], owner.pk)
    assert found.key == item.key


def test_who_learns_something_is_offered_what_waited_for_it(
    queue: Queue, support: Group, cantonese: Skill, owner: Staff, administrator: Staff
) -> None:
    save_need(skill_id=cantonese.pk, condition={"kinds": ["email"]}, level=2, by=administrator, now=NOW)
    be(owner, "available")
    item = wants(support)
    assert item.state == "waiting"
    can(owner, administrator, {cantonese: 2})
    let_events_happen()
    assert item_of(item.ticket).holder_id == owner.pk


def test_why_is_kept_with_who_came_next(queue: Queue, support: Group, owner: Staff, colleague: Staff) -> None:
    be(owner, "available", NOW - seconds(90))
    be(colleague, "available", NOW - seconds(10))
    item = wants(support)
    decision = Decision.objects.get(item=item)
    assert (decision.staff_id, decision.how, decision.version, decision.considered) == (
        owner.pk,
        "push",
        1,
        1,
    )
    assert [name for name, _ in decision.terms] == [
        "waiting", "priority", "tier", "impact", "deadline", "skill", "room", "idle", "last_agent", "fairness"
    ]  # fmt: skip
    [next_one] = decision.runners_up
    assert next_one["staff_id"] == colleague.pk
    assert sum(value for _, value in decision.terms) > next_one["total"]


def test_work_of_who_leaves_comes_back_in_order(
    queue: Queue, support: Group, owner: Staff, colleague: Staff
) -> None:
    be(owner, "available")
    held = wants(support, sender="a@example.com", at=NOW - seconds(900))
    accept_offer(offer_id=offer_of(held).pk, by=owner, now=timezone.now())
    offered = wants(support, sender="b@example.com", at=NOW - seconds(300))
    be(owner, "offline")
    held, offered = item_of(held.ticket), item_of(offered.ticket)
    assert [held.state, offered.state] == ["waiting", "waiting"]
    assert held.entered_at == NOW - seconds(900)
    assert held.key < offered.key
    assert Ticket.objects.get(pk=held.ticket_id).assignee_id is None
    assert (load_of(owner), held.last_agent_id) == (0, owner.pk)
    history = held.decisions.values_list("how", "reason")
    assert list(history) == [("push", ""), ("returned", "left")]
    can(colleague, Staff.objects.get(name="Administrator"), email=1)
    be(colleague, "available")
    assert item_of(held.ticket).holder_id == colleague.pk


def test_what_was_answered_stays_with_who_leaves(queue: Queue, support: Group, owner: Staff) -> None:
    be(owner, "available")
    item = wants(support)
    accept_offer(offer_id=offer_of(item).pk, by=owner, now=timezone.now())
    Ticket.objects.update(waiting_since=None)
    be(owner, "offline")
    assert item_of(item.ticket).state == "held"


def test_who_stays_away_gives_back_after_ten_minutes(queue: Queue, support: Group, owner: Staff) -> None:
    began = timezone.now()
    be(owner, "available", began)
    item = wants(support)
    accept_offer(offer_id=offer_of(item).pk, by=owner, now=began)
    pass_time(began + seconds(95))
    assert Presence.objects.get(pk=owner.pk).state == "away"
    assert item_of(item.ticket).state == "held"
    pass_time(began + seconds(95 + 600))
    assert item_of(item.ticket).state == "waiting"


def test_each_kind_of_work_is_left_with_who_is_away_for_its_own_time(
    queue: Queue, support: Group, owner: Staff
) -> None:
    began = timezone.now()
    be(owner, "available", began)
    mail, chat = (wants(support, sender=f"{kind}@example.com") for kind in ("mail", "chat"))
    for item in (mail, chat):
        accept_offer(offer_id=offer_of(item).pk, by=owner, now=began)
    WorkItem.objects.filter(pk=chat.pk).update(kind="chat")
    KindRule.objects.filter(kind="email").update(away_minutes=30)
    KindRule.objects.filter(kind="chat").update(away_minutes=2)
    states = []
    for passed in (95, 90 + 119, 90 + 121, 90 + 1799, 90 + 1801):
        pass_time(began + seconds(passed))
        states.append([item_of(item.ticket).state for item in (chat, mail)])
    assert states == [["held", "held"]] * 2 + [["waiting", "held"]] * 2 + [["waiting", "waiting"]]
    returned = Decision.objects.filter(how="returned").values_list("item_id", "reason")
    assert list(returned) == [(chat.pk, "away"), (mail.pk, "away")]


def test_who_is_back_in_time_keeps_their_work_and_work_of_a_kind_that_never_goes_stays(
    queue: Queue, support: Group, owner: Staff
) -> None:
    began = timezone.now()
    be(owner, "available", began)
    item = wants(support)
    accept_offer(offer_id=offer_of(item).pk, by=owner, now=began)
    pass_time(began + seconds(95))
    note_heartbeat(by=owner, now=began + seconds(600))
    let_events_happen()
    pass_time(began + seconds(96 + 600))
    assert item_of(item.ticket).state == "held"
    KindRule.objects.update(away_minutes=0)
    pass_time(began + seconds(600 + 95))
    pass_time(began + seconds(600 + 7200))
    assert Presence.objects.get(pk=owner.pk).state == "away"
    assert item_of(item.ticket).state == "held"


def test_a_state_of_the_companys_own_may_take_work_of_some_channels_alone(
    queue: Queue, support: Group, owner: Staff, administrator: Staff
) -> None:
    states = [
        save_custom_presence(
            custom_id=None,
            content=CustomPresenceContent(name_zh=name, name_en=name, state=state, kinds=kinds),
            by=administrator,
            now=NOW,
        )
        for name, state, kinds in (("Chats", "available", ["chat"]), ("Meeting", "busy", []))
    ]
    for state in states:
        change_presence(staff_id=owner.pk, state="", custom_id=state.pk, by=owner, now=timezone.now())
        let_events_happen()
        assert wants(support, sender=f"{state.name_en}@example.com").state == "waiting"
    change_presence(staff_id=owner.pk, state="", custom_id=states[0].pk, by=owner, now=timezone.now())
    let_events_happen()
    assert Seat.objects.get(pk=owner.pk).limits == {"chat": 3}
    content = CustomPresenceContent(name_zh="Mails", name_en="Mails", state="available", kinds=["email"])
    save_custom_presence(custom_id=states[0].pk, content=content, by=administrator, now=timezone.now())
    let_events_happen()
    assert WorkItem.objects.filter(state="offered", holder=owner).count() == 2
    be(owner, "available")
    assert Seat.objects.get(pk=owner.pk).limits == {"chat": 3, "email": 2, "phone": 1}


def test_waiting_for_the_customer_frees_the_unit_and_their_word_takes_it_again(
    queue: Queue, support: Group, owner: Staff
) -> None:
    be(owner, "available")
    item = wants(support)
    accept_offer(offer_id=offer_of(item).pk, by=owner, now=timezone.now())
    change_status(ticket_id=item.ticket_id, status="pending", by=owner, now=timezone.now())
    let_events_happen()
    assert (item_of(item.ticket).state, load_of(owner)) == ("quiet", 0)
    change_status(ticket_id=item.ticket_id, status="open", by=owner, now=timezone.now())
    let_events_happen()
    assert (item_of(item.ticket).state, load_of(owner)) == ("held", 1)


def test_a_claim_by_hand_withdraws_the_offer(
    queue: Queue, support: Group, owner: Staff, colleague: Staff
) -> None:
    be(owner, "available")
    item = wants(support)
    offer = offer_of(item)
    claim_ticket(ticket_id=item.ticket_id, expected_assignee_id=None, by=colleague, now=timezone.now())
    with pytest.raises(OfferIsOver):
        accept_offer(offer_id=offer.pk, by=owner, now=timezone.now())
    let_events_happen()
    offer.refresh_from_db()
    found = item_of(item.ticket)
    assert (offer.state, found.state, found.holder_id) == ("withdrawn", "held", colleague.pk)
    assert (load_of(owner), load_of(colleague)) == (0, 1)


def test_a_ticket_put_back_waits_again(queue: Queue, support: Group, owner: Staff) -> None:
    be(owner, "available")
    item = wants(support)
    accept_offer(offer_id=offer_of(item).pk, by=owner, now=timezone.now())
    be(owner, "busy")
    assign_ticket(ticket_id=item.ticket_id, assignee_id=None, by=owner, now=timezone.now())
    let_events_happen()
    assert (item_of(item.ticket).state, load_of(owner)) == ("waiting", 0)


def test_the_next_is_pulled_whether_or_not_one_is_available(
    queue: Queue, support: Group, owner: Staff
) -> None:
    item = wants(support)
    assert push_work(item_id=item.pk, now=timezone.now()) is None
    assert pull_next(by=owner, now=timezone.now()).pk == item.pk
    assert Decision.objects.get(item=item).how == "pull"
    assert Ticket.objects.get(pk=item.ticket_id).assignee_id == owner.pk
    with pytest.raises(NothingWaits):
        pull_next(by=owner, now=timezone.now())
    assert load_of(owner) == 1


def test_a_lead_is_warned_before_giving_too_much(
    queue: Queue, support: Group, owner: Staff, lead: Staff, administrator: Staff
) -> None:
    item = wants(support)
    WorkItem.objects.update(asked=[["1", 1]])
    given: dict[str, Any] = {"item_id": item.pk, "staff_id": owner.pk, "by": lead, "now": timezone.now()}
    with pytest.raises(NoRoomLeft):
        give_by_hand(**given, confirmed=False)
    take_seat(staff_id=owner.pk, is_ready=True, now=timezone.now())
    with pytest.raises(NotTheSkills):
        give_by_hand(**given, confirmed=False)
    assert item_of(item.ticket).state == "waiting"
    give_by_hand(**given, confirmed=True)
    assert item_of(item.ticket).holder_id == owner.pk
    assert Decision.objects.get(item=item).by == lead


def test_what_two_decisions_left_is_found_by_the_sweep(queue: Queue, support: Group, owner: Staff) -> None:
    item = wants(support)
    be(owner, "available")
    decline_offer(offer_id=offer_of(item).pk, by=owner, now=timezone.now())
    WorkItem.objects.update(refused_by=[])
    assert sweep(now=timezone.now()) == 1
    assert sweep(now=timezone.now()) == 0
    assert fill_seat(staff_id=owner.pk, now=timezone.now()) == []
