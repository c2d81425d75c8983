"""Each reason: which fact makes it, who hears of it and who does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.notifications.models import Notification
from zhiyin.notifications.reasons import WAYS, all_reasons
from zhiyin.notifications.tests.scene import NOON, decided, happen, key_of, minutes, note, told
from zhiyin.notifications.wording import line_of
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.facts import known_facts
from zhiyin.testing.people import make_group, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, make_channel
from zhiyin.tickets.commands.answering import ReplyText, write_note, write_reply
from zhiyin.tickets.commands.assigning import assign_ticket, claim_ticket, move_ticket
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.following import follow_ticket, unfollow_ticket
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.events import ReplySettled
from zhiyin.tickets.events_around import ReminderDue, TicketWoken
from zhiyin.tickets.events_writing import ReplyTakenOver
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_every_reason_is_complete_and_its_facts_point_to_a_ticket_or_stand_apart() -> None:
    codes = [one.code for one in all_reasons()]
    assert len(codes) == len(set(codes))
    facts = known_facts()
    for one in all_reasons():
        assert set(one.ways) <= set(WAYS)
        if one.apart is None:
            assert all("ticket_id" in facts[fact.type].__annotations__ for fact in one.facts)
        assert one.apart or one.hears or one.hears_many
        assert set(one.covered_by) <= set(codes[: codes.index(one.code)])
        for words in (one.name, one.one, one.more, one.mass):
            assert words.zh
            assert words.en
            for text in (words.zh, words.en):
                text.format(who="安", count=2)


def test_assigned_is_told_to_whom_it_is_assigned(owner: Staff, colleague: Staff, ticket: Ticket) -> None:
    assign_ticket(ticket_id=ticket.pk, assignee_id=colleague.pk, by=owner, now=NOON)
    let_events_happen()
    assert told(colleague) == [("assigned", ticket.pk, 1)]
    assert told(owner) == []
    row = Notification.objects.get(staff=colleague)
    assert line_of(row, "zh") == "Owner 把这张工单派给了你"
    assert line_of(row, "en") == "Owner assigned this ticket to you"


def test_what_one_takes_oneself_is_not_told(owner: Staff, colleague: Staff, ticket: Ticket) -> None:
    claim_ticket(ticket_id=ticket.pk, expected_assignee_id=owner.pk, by=colleague, now=NOON)
    let_events_happen()
    assert told(colleague) == []
    assert decided(colleague, ticket)[-1] == ("assigned", "own_action", 1)


def test_a_customers_message_is_told_to_the_assignee_and_grows_while_unread(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    key = "<first@mail.example>"
    arrive(at=minutes(0), message_id=key, thread_keys=[key_of(ticket)])
    arrive(at=minutes(1), thread_keys=[key_of(ticket)])
    arrive(at=minutes(2), thread_keys=[key_of(ticket)])
    let_events_happen()
    assert told(owner) == [("customer_wrote", ticket.pk, 3)]
    assert told(colleague) == []
    row = Notification.objects.get(staff=owner)
    assert line_of(row, "zh") == "王芳 发来 3 条消息"
    assert line_of(row, "en") == "王芳 wrote 3 messages"
    assert line_of(row, "en", names_customer=False) == "The customer wrote 3 messages"


def test_a_machines_message_is_told_to_nobody(owner: Staff, ticket: Ticket) -> None:
    arrive(at=minutes(1), thread_keys=[key_of(ticket)], automatic="auto_reply")
    let_events_happen()
    assert told(owner) == []


def test_a_new_message_after_the_row_was_read_makes_a_new_row(owner: Staff, ticket: Ticket) -> None:
    arrive(at=minutes(0), thread_keys=[key_of(ticket)])
    let_events_happen()
    Notification.objects.update(read_at=minutes(1))
    arrive(at=minutes(2), thread_keys=[key_of(ticket)])
    let_events_happen()
    assert told(owner) == [("customer_wrote", ticket.pk, 1)]
    assert Notification.objects.filter(staff=owner).count() == 2


def test_whoever_is_mentioned_hears_of_it_and_those_who_may_not_see_it_do_not(
    owner: Staff, colleague: Staff, stranger: Staff, ticket: Ticket
) -> None:
    message = note(ticket, by=owner, mentions=[owner, colleague, stranger], at=NOON)
    assert told(colleague) == [("mentioned", ticket.pk, 1)]
    assert Notification.objects.get(staff=colleague).message_id == message.pk
    assert told(owner) == told(stranger) == []
    assert decided(owner, ticket)[-1] == ("mentioned", "own_action", 1)
    assert decided(stranger, ticket)[0] == ("mentioned", "no_permission", 1)


def test_a_new_ticket_is_told_to_its_group_until_somebody_takes_it(
    owner: Staff, colleague: Staff, stranger: Staff, support: Group
) -> None:
    new = arrive(channel=make_channel(group=support), at=NOON).ticket
    let_events_happen()
    assert told(owner) == told(colleague) == [("new_unassigned", new.pk, 1)]
    assert told(stranger) == []
    claim_ticket(ticket_id=new.pk, expected_assignee_id=None, by=colleague, now=minutes(1))
    let_events_happen()
    assert told(owner) == told(colleague) == []
    assert set(Notification.objects.values_list("read_at", flat=True)) == {minutes(1)}


def test_a_ticket_that_is_solved_at_birth_is_told_to_nobody(owner: Staff, support: Group) -> None:
    arrive(channel=make_channel(group=support), at=NOON, automatic="auto_reply")
    let_events_happen()
    assert told(owner) == []


def test_a_failed_answer_is_told_to_who_wrote_it_and_who_has_the_ticket(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    reply = write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text="好的"), idempotency_key="reply-1", by=colleague, now=NOON
    )
    let_events_happen()
    happen(ReplySettled(ticket_id=ticket.pk, message_id=reply.pk, state="sent", at=minutes(1)))
    assert told(owner) == told(colleague) == []
    happen(ReplySettled(ticket_id=ticket.pk, message_id=reply.pk, state="bounced", at=minutes(2)))
    assert told(owner) == told(colleague) == [("delivery_failed", ticket.pk, 1)]


def test_a_moved_ticket_is_told_to_its_new_group(owner: Staff, stranger: Staff, ticket: Ticket) -> None:
    other = make_staff(groups=["Billing"])
    move_ticket(ticket_id=ticket.pk, group_id=make_group("Billing").pk, by=owner, now=NOON)
    let_events_happen()
    assert told(stranger) == told(other) == [("moved", ticket.pk, 1)]
    assert told(owner) == []


def test_a_ticket_that_is_moved_and_given_to_a_member_is_told_to_that_member_alone(
    owner: Staff, stranger: Staff, administrator: Staff, ticket: Ticket
) -> None:
    other = make_staff(groups=["Billing"])
    change = TicketChange(values={"assignee_id": stranger.pk, "group_id": make_group("Billing").pk})
    change_ticket(ticket_id=ticket.pk, change=change, by=administrator, now=NOON)
    let_events_happen()
    assert told(stranger) == [("assigned", ticket.pk, 1)]
    assert told(other) == []


def test_reopened_is_told_once_even_when_the_customers_message_did_it(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    change_status(ticket_id=ticket.pk, status="solved", by=colleague, now=NOON)
    arrive(at=minutes(5), thread_keys=[key_of(ticket)])
    let_events_happen()
    assert told(owner) == [("reopened", ticket.pk, 1)]
    assert decided(owner, ticket)[-2:] == [("reopened", "told", 1), ("customer_wrote", "covered", 1)]
    arrive(at=minutes(6), thread_keys=[key_of(ticket)])
    let_events_happen()
    assert told(owner) == [("reopened", ticket.pk, 1), ("customer_wrote", ticket.pk, 1)]
    change_status(ticket_id=ticket.pk, status="solved", by=colleague, now=minutes(7))
    let_events_happen()
    assert told(owner) == [("customer_wrote", ticket.pk, 1)]


def test_whoever_has_left_hears_nothing(owner: Staff, colleague: Staff, ticket: Ticket) -> None:
    Staff.objects.filter(pk=colleague.pk).update(is_active=False)
    note(ticket, by=owner, mentions=[colleague], at=timezone.now() + timedelta(0))
    assert told(colleague) == []


def test_a_note_that_names_a_group_is_told_to_its_members_once(
    owner: Staff, colleague: Staff, ticket: Ticket, support: Group
) -> None:
    write_note(
        ticket_id=ticket.pk,
        text="大家看一下",
        file_ids=[],
        mentions=[],
        mentioned_groups=[support.pk],
        idempotency_key="group-1",
        by=owner,
        now=NOON,
    )
    let_events_happen()
    assert told(colleague) == [("mentioned", ticket.pk, 1)]
    assert told(owner) == []
    assert ("followed", "covered", 1) in decided(colleague, ticket)


def test_a_follower_hears_of_what_is_written_and_of_being_made_one(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    follow_ticket(ticket_id=ticket.pk, staff_id=colleague.pk, by=owner, now=NOON)
    let_events_happen()
    assert told(colleague) == [("shared", ticket.pk, 1)]
    note(ticket, by=owner, mentions=[], at=minutes(1))
    arrive(at=minutes(2), thread_keys=[key_of(ticket)])
    let_events_happen()
    assert told(colleague) == [("shared", ticket.pk, 1), ("followed", ticket.pk, 2)]
    assert told(owner) == [("customer_wrote", ticket.pk, 1)]
    unfollow_ticket(ticket_id=ticket.pk, staff_id=colleague.pk, by=colleague, now=minutes(3))
    note(ticket, by=owner, mentions=[], at=minutes(4))
    assert told(colleague)[-1] == ("followed", ticket.pk, 2)


def test_whoever_follows_by_themselves_is_not_told_so(owner: Staff, colleague: Staff, ticket: Ticket) -> None:
    follow_ticket(ticket_id=ticket.pk, staff_id=colleague.pk, by=colleague, now=NOON)
    let_events_happen()
    assert told(colleague) == []


def test_an_assignee_who_also_follows_is_told_once(owner: Staff, ticket: Ticket) -> None:
    follow_ticket(ticket_id=ticket.pk, staff_id=owner.pk, by=owner, now=NOON)
    arrive(at=minutes(1), thread_keys=[key_of(ticket)])
    let_events_happen()
    assert told(owner) == [("customer_wrote", ticket.pk, 1)]
    assert ("followed", "covered", 1) in decided(owner, ticket)


def test_a_reminder_that_is_due_is_told_to_its_owner_alone(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    happen(ReminderDue(ticket_id=ticket.pk, reminder_id=1, staff_id=colleague.pk, at=NOON))
    assert told(colleague) == [("reminder_due", ticket.pk, 1)]
    assert told(owner) == []


def test_a_snoozed_ticket_is_told_when_its_time_has_come(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    happen(TicketWoken(ticket_id=ticket.pk, reason="customer", at=NOON))
    happen(TicketWoken(ticket_id=ticket.pk, reason="staff", by_id=colleague.pk, at=NOON))
    assert told(owner) == []
    happen(TicketWoken(ticket_id=ticket.pk, reason="time", at=minutes(1)))
    assert told(owner) == [("woken", ticket.pk, 1)]


def test_a_taken_over_answer_is_told_to_who_was_writing(
    owner: Staff, colleague: Staff, ticket: Ticket
) -> None:
    happen(ReplyTakenOver(ticket_id=ticket.pk, from_id=owner.pk, by_id=colleague.pk, at=NOON))
    assert told(owner) == [("taken_over", ticket.pk, 1)]
    assert told(colleague) == []
