from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from zhiyin.customers.commands import update_customer
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.event_log.sequencing import sequence_batch
from zhiyin.platform.event_log.serving import serve_next_lane
from zhiyin.platform.timers.models import Timer
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.sla.commands.policies import publish_version
from zhiyin.sla.models import Clock, Coverage
from zhiyin.sla.tests.scene import after, clock_of, form, metric, pass_time, policy
from zhiyin.testing.people import make_group, make_staff
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, undo_reply, write_reply
from zhiyin.tickets.commands.assigning import move_ticket
from zhiyin.tickets.commands.lifecycle import change_status, edit_ticket
from zhiyin.tickets.commands.spam import mark_as_spam, unmark_spam
from zhiyin.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def told(*types: str) -> list[tuple[str, dict[str, Any]]]:
    wanted = [f"sla.{one}" for one in types]
    return [
        (event.type.removeprefix("sla."), event.payload)
        for event in Event.objects.filter(type__in=wanted).order_by("position")
    ]


def answer(ticket: Ticket, by: Staff, minutes: float, *, then: str | None = None) -> Message:
    return write_reply(
        ticket_id=ticket.pk,
        reply=ReplyText(text="您好，已为您处理。"),
        idempotency_key=f"at-{minutes}",
        by=by,
        now=after(minutes),
        then=then,
    )


@pytest.fixture
def promised(administrator: Staff) -> None:
    """60 minutes to the first answer, with a warning at 75 %."""
    policy(by=administrator)


def test_a_ticket_runs_under_the_policy_that_fits_and_says_which_version(
    promised: None, support: Group
) -> None:
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(0))
    clock = clock_of(ticket)
    assert (clock.state, clock.due_at, clock.target_minutes) == ("running", after(60), 60)
    assert clock.version is not None
    assert clock.version.number == 1
    assert Coverage.objects.get(ticket=ticket).version == clock.version
    ticket.refresh_from_db()
    assert ticket.deadline_at == after(60)


def test_warning_and_breach_are_told_once_at_their_moments(promised: None, support: Group) -> None:
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(44))
    assert told("clock_warned", "clock_breached") == []
    pass_time(after(45))
    pass_time(after(59))
    named = {"ticket_id": ticket.pk, "clock_id": clock_of(ticket).pk, "track": "customer"}
    named["key"] = "customer.first_reply.1"
    assert told("clock_warned", "clock_breached") == [("clock_warned", named | {"level": 75})]
    pass_time(after(200))
    assert told("clock_warned", "clock_breached")[1:] == [("clock_breached", named)]
    assert clock_of(ticket).breached_at == after(60)
    assert not Timer.objects.filter(kind="sla.clocks").exists()


def test_an_answer_in_time_fulfils_and_nothing_is_due_any_more(
    promised: None, support: Group, owner: Staff
) -> None:
    ticket = make_ticket(group=support, at=after(0))
    answer(ticket, owner, 30)
    pass_time(after(300))
    clock = clock_of(ticket)
    assert (clock.state, clock.ended_at, clock.elapsed_seconds) == ("fulfilled", after(30), 1800)
    assert [
        (kind, payload.get("in_time")) for kind, payload in told("clock_fulfilled", "clock_breached")
    ] == [("clock_fulfilled", True)]
    ticket.refresh_from_db()
    assert ticket.deadline_at is None
    assert not Timer.objects.filter(kind="sla.clocks").exists()


def test_an_answer_just_in_time_tells_no_breach_though_the_timer_was_quicker(
    promised: None, support: Group, owner: Staff
) -> None:
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(59))
    _fire_before_the_log_hears_of(lambda: answer(ticket, owner, 59.99))
    pass_time(after(61))
    assert told("clock_breached") == []
    assert [payload["in_time"] for _, payload in told("clock_fulfilled")] == [True]
    assert not Timer.objects.filter(kind="sla.clocks").exists()


def test_an_answer_of_before_that_gets_its_turn_after_the_count_withdraws_the_breach(
    promised: None, support: Group, owner: Staff
) -> None:
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(60.01))
    assert len(told("clock_breached")) == 1
    assert clock_of(ticket).breached_at == after(60)
    answer(ticket, owner, 59.99)
    pass_time(after(61))
    clock = clock_of(ticket)
    assert (clock.state, clock.breached_at, clock.told) == ("fulfilled", None, [75])
    types = [kind for kind, _ in told("clock_breached", "clock_breach_withdrawn", "clock_fulfilled")]
    assert types == ["clock_breached", "clock_breach_withdrawn", "clock_fulfilled"]
    assert told("clock_fulfilled")[0][1]["in_time"] is True
    pass_time(after(200))
    assert len(told("clock_breached", "clock_breach_withdrawn")) == 2


def test_when_all_promises_stand_still_the_ticket_says_so(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    policy(metric("requester_wait", pauses_in=["pending"]), by=administrator)
    ticket = give_to(make_ticket(group=support, at=after(0)), owner.pk)
    pass_time(after(1))
    ticket.refresh_from_db()
    assert (ticket.deadline_at, ticket.promises_paused) == (after(60), False)
    change_status(ticket_id=ticket.pk, status="pending", by=owner, now=after(20))
    pass_time(after(21))
    ticket.refresh_from_db()
    assert (ticket.deadline_at, ticket.promises_paused) == (None, True)
    change_status(ticket_id=ticket.pk, status="solved", by=owner, now=after(30))
    pass_time(after(31))
    ticket.refresh_from_db()
    assert (ticket.deadline_at, ticket.promises_paused) == (None, False)


def test_what_keeps_no_promise_only_puts_the_breach_off_for_a_moment(
    promised: None, support: Group, owner: Staff
) -> None:
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(59))
    _fire_before_the_log_hears_of(
        lambda: move_ticket(ticket_id=ticket.pk, group_id=make_group("Second").pk, by=owner, now=after(59.99))
    )
    pass_time(after(61))
    assert [event.at for event in Event.objects.filter(type="sla.clock_breached")] == [after(60)]


def _fire_before_the_log_hears_of(happens: Callable[[], object]) -> None:
    """The level's timer is in the log; what happens has committed, but waits for its place there."""
    assert fire_due_timers(now=after(60)) == 1
    sequence_batch()
    happens()
    while serve_next_lane(now=after(60)):
        pass
    assert told("clock_breached") == []


def test_an_answer_taken_back_was_never_given(promised: None, support: Group, owner: Staff) -> None:
    ticket = make_ticket(group=support, at=after(0))
    message = answer(ticket, owner, 30)
    pass_time(after(30))
    undo_reply(ticket_id=ticket.pk, message_id=message.pk, by=owner, now=after(30.1))
    pass_time(after(40))
    clock = clock_of(ticket)
    assert (clock.state, clock.due_at, clock.ended_at) == ("running", after(60), None)


def test_spam_is_promised_nothing_until_it_is_none_after_all(
    promised: None, support: Group, owner: Staff
) -> None:
    ticket = make_ticket(group=support, at=after(0))
    mark_as_spam(ticket_id=ticket.pk, block=False, by=owner, now=after(5))
    pass_time(after(50))
    assert clock_of(ticket).state == "cancelled"
    unmark_spam(ticket_id=ticket.pk, by=owner, now=after(50))
    pass_time(after(55))
    assert (clock_of(ticket).state, clock_of(ticket).due_at) == ("running", after(60))


def test_a_customer_of_another_tier_is_promised_something_else(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    vip = {"all": [{"field": "customer_tier", "is": "any_of", "value": ["vip"]}]}
    policy(metric(target=10), by=administrator, conditions=vip)
    policy(by=administrator)
    ticket, other = (make_ticket(group=support, sender=name, at=after(0)) for name in ("a", "b"))
    pass_time(after(1))
    assert clock_of(ticket).due_at == after(60)
    update_customer(customer_id=ticket.customer_id, changes={"tier": "vip"}, by=administrator, now=after(2))
    pass_time(after(2))
    assert [clock_of(one).due_at for one in (ticket, other)] == [after(10), after(60)]


def test_a_more_urgent_ticket_is_due_sooner(administrator: Staff, support: Group, owner: Staff) -> None:
    targets = {"1": 240, "2": 120, "3": 60, "4": 15}
    policy(metric(targets=targets), by=administrator)
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(1))
    assert clock_of(ticket).due_at == after(120)
    edit_ticket(ticket_id=ticket.pk, changes={"priority": 4}, by=owner, now=after(5))
    pass_time(after(5))
    assert (clock_of(ticket).due_at, clock_of(ticket).priority) == (after(15), 4)


def test_what_was_kept_is_not_judged_anew_by_another_priority(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    policy(metric(targets={"2": 120, "4": 15}), by=administrator)
    ticket = make_ticket(group=support, at=after(0))
    answer(ticket, owner, 100)
    pass_time(after(100))
    edit_ticket(ticket_id=ticket.pk, changes={"priority": 4}, by=owner, now=after(110))
    pass_time(after(120))
    clock = clock_of(ticket)
    assert (clock.state, clock.target_minutes, clock.breached_at) == ("fulfilled", 120, None)
    assert told("clock_breached") == []


def test_a_running_ticket_keeps_its_version_and_a_new_one_gets_the_new(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    made = policy(metric(target=60), by=administrator)
    old = make_ticket(group=support, at=after(0))
    pass_time(after(1))
    publish_version(policy_id=made.pk, form=form(metric(target=30)), by=administrator, now=after(2))
    new = make_ticket(group=support, at=after(3), sender="li@example.com")
    edit_ticket(ticket_id=old.pk, changes={"subject": "退款"}, by=owner, now=after(3))
    pass_time(after(4))
    assert (clock_of(old).due_at, clock_of(new).due_at) == (after(60), after(33))


def test_open_tickets_come_under_a_new_version_where_that_is_wanted(
    administrator: Staff, support: Group
) -> None:
    made = policy(metric(target=60), by=administrator)
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(1))
    publish_version(
        policy_id=made.pk,
        form=form(metric(target=30)),
        by=administrator,
        now=after(2),
        includes_open=True,
    )
    pass_time(after(2))
    assert clock_of(ticket).due_at == after(30)


def test_of_each_track_the_first_fitting_policy_holds(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    vip = {"all": [{"field": "tags", "is": "has_any", "value": ["vip"]}]}
    policy(metric(target=10), by=administrator, conditions=vip)
    policy(metric(target=60), by=administrator)
    policy(metric("total_resolution", 600), by=administrator, track="internal")
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(1))
    due = dict(Clock.objects.filter(ticket=ticket).values_list("key", "due_at"))
    assert due == {"customer.first_reply.1": after(60), "internal.total_resolution.1": after(600)}
    edit_ticket(ticket_id=ticket.pk, changes={"tags": ["vip"]}, by=owner, now=after(2))
    pass_time(after(2))
    assert clock_of(ticket).due_at == after(10)


def test_waiting_for_the_customer_stands_still_and_is_explained(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    policy(metric("requester_wait", pauses_in=["pending"]), by=administrator)
    ticket = give_to(make_ticket(group=support, at=after(0)), owner.pk)
    change_status(ticket_id=ticket.pk, status="pending", by=owner, now=after(20))
    pass_time(after(400))
    clock = clock_of(ticket, "customer.requester_wait.1")
    assert (clock.state, clock.due_at, clock.elapsed_seconds) == ("paused", None, 1200)
    assert clock.pauses == [[after(20).isoformat(), None, "status:pending"]]
    change_status(ticket_id=ticket.pk, status="open", by=owner, now=after(400))
    pass_time(after(401))
    clock.refresh_from_db()
    assert (clock.state, clock.due_at) == ("running", after(440))


def test_answers_of_a_machine_do_not_count_where_the_policy_says_so(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    robot = make_staff(email="robot@example.com", groups=[support])
    policy(metric(), by=administrator, robots=[robot.pk])
    ticket = make_ticket(group=support, at=after(0))
    answer(ticket, robot, 1)
    pass_time(after(2))
    assert clock_of(ticket).state == "running"
    answer(ticket, owner, 10)
    pass_time(after(11))
    assert (clock_of(ticket).state, clock_of(ticket).ended_at) == ("fulfilled", after(10))


def test_without_policies_nothing_is_timed(support: Group) -> None:
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(100))
    assert not Clock.objects.exists()
    ticket.refresh_from_db()
    assert ticket.deadline_at is None
