from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.models import Delivery
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.tickets import arrive, make_channel, make_ticket
from zhiyin.tickets.commands.answering import (
    AlreadySent,
    ChangedMeanwhile,
    NothingToSay,
    ReplyText,
    undo_reply,
    write_note,
    write_reply,
)
from zhiyin.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def reply(
    ticket: Ticket,
    by: Staff,
    text: str = "您好，退款三个工作日到账。",
    key: str = "key-00000001",
    **more: Any,
) -> Message:
    return write_reply(
        ticket_id=ticket.pk,
        reply=ReplyText(text=text),
        idempotency_key=key,
        by=by,
        now=timezone.now(),
        **more,
    )


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(
        group=support, own_keys=["mid:<first@mail.example>"], message_id="<first@mail.example>"
    )


def test_a_reply_goes_back_the_way_the_customer_came(ticket: Ticket, owner: Staff) -> None:
    delivery = reply(ticket, owner).delivery
    assert delivery is not None
    assert (delivery.recipient, delivery.state) == ("wang@example.com", "queued")
    assert delivery.subject == f"Re: 退款多久到账 [#{ticket.pk}]"
    assert delivery.in_reply_to == "<first@mail.example>"
    assert delivery.references == ["<first@mail.example>"]
    assert delivery.message_id


def test_an_answer_goes_where_the_writer_wants_it(ticket: Ticket, owner: Staff) -> None:
    arrive(
        thread_keys=["mid:<first@mail.example>"],
        headers={"message_id": "<2@x>", "reply_to": ["office@example.com"]},
    )
    delivery = reply(ticket, owner).delivery
    assert delivery is not None
    assert delivery.recipient == "office@example.com"


def test_a_reply_ends_the_waiting_and_takes_an_unclaimed_ticket(ticket: Ticket, owner: Staff) -> None:
    reply(ticket, owner)
    ticket.refresh_from_db()
    assert (ticket.waiting_since, ticket.status, ticket.assignee) == (None, "open", owner)
    assert ticket.preview == "您好，退款三个工作日到账。"
    told = list(PendingEvent.objects.order_by("pk").values_list("type", flat=True))
    assert told[-2:] == ["tickets.assigned", "tickets.reply_written"]


def test_a_double_click_sends_once(ticket: Ticket, owner: Staff) -> None:
    assert reply(ticket, owner).pk == reply(ticket, owner).pk
    assert Delivery.objects.count() == Effect.objects.count() == 1


def test_two_people_with_the_same_key_send_two(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    assert reply(ticket, owner).pk != reply(ticket, colleague).pk


def test_a_reply_written_on_an_older_view_is_refused_and_nothing_is_sent(
    ticket: Ticket, owner: Staff
) -> None:
    seen = ticket.version
    arrive(thread_keys=["mid:<first@mail.example>"], text="等等，我搞错了")
    with pytest.raises(ChangedMeanwhile):
        reply(ticket, owner, seen_version=seen)
    assert not Delivery.objects.exists()
    assert not Message.objects.filter(kind="outbound").exists()


def test_an_empty_reply_is_refused(ticket: Ticket, owner: Staff) -> None:
    with pytest.raises(NothingToSay):
        reply(ticket, owner, text="  \n")
    assert not Message.objects.filter(kind="outbound").exists()


def test_a_stranger_of_another_group_finds_no_ticket(ticket: Ticket, stranger: Staff) -> None:
    with pytest.raises(Ticket.DoesNotExist):
        reply(ticket, stranger)
    assert not Delivery.objects.exists()


def test_the_customers_answer_to_our_reply_comes_back_to_the_ticket(ticket: Ticket, owner: Staff) -> None:
    delivery = reply(ticket, owner).delivery
    assert delivery is not None
    answer = arrive(thread_keys=[f"mid:{delivery.message_id}"], sender="other-address@example.com")
    assert answer.ticket_id == ticket.pk


def test_send_and_solve(ticket: Ticket, owner: Staff) -> None:
    reply(ticket, owner, then="solved")
    ticket.refresh_from_db()
    assert ticket.status == "solved"
    assert ticket.solved_at is not None


def test_undo_takes_the_reply_back_and_puts_the_ticket_as_it_was(ticket: Ticket, owner: Staff) -> None:
    waiting = ticket.waiting_since
    message = reply(ticket, owner, then="solved")
    text = undo_reply(ticket_id=ticket.pk, message_id=message.pk, by=owner, now=timezone.now())
    ticket.refresh_from_db()
    assert text == "您好，退款三个工作日到账。"
    assert (ticket.waiting_since, ticket.status, ticket.last_message_from) == (waiting, "open", "customer")
    assert ticket.preview == "你好，我的订单退款多久到账？"
    assert Delivery.objects.get().state == "cancelled"
    assert Effect.objects.get().state == "cancelled"


def test_undo_is_too_late_once_sending_began(ticket: Ticket, owner: Staff) -> None:
    message = reply(ticket, owner)
    Effect.objects.update(state="leased", attempts=1)
    with pytest.raises(AlreadySent):
        undo_reply(ticket_id=ticket.pk, message_id=message.pk, by=owner, now=timezone.now())
    assert Message.objects.filter(pk=message.pk).exists()


def test_only_its_writer_undoes_a_reply(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    message = reply(ticket, owner)
    with pytest.raises(Message.DoesNotExist):
        undo_reply(ticket_id=ticket.pk, message_id=message.pk, by=colleague, now=timezone.now())
    assert Delivery.objects.get().state == "queued"


def test_a_mail_reply_is_held_for_the_undo_window(ticket: Ticket, owner: Staff) -> None:
    delivery = reply(ticket, owner).delivery
    assert delivery is not None
    assert delivery.not_before - delivery.created_at == timedelta(seconds=10)
    assert Effect.objects.get().next_try_at == delivery.not_before


def test_a_note_is_for_colleagues_only(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    before = ticket.version
    write_note(
        ticket_id=ticket.pk,
        text="客户很着急，请优先处理",
        file_ids=[],
        mentions=[colleague.pk],
        idempotency_key="note-0000001",
        by=owner,
        now=timezone.now(),
    )
    ticket.refresh_from_db()
    assert not Delivery.objects.exists()
    assert ticket.waiting_since is not None
    assert (ticket.version, ticket.last_message_from) == (before, "customer")
    assert PendingEvent.objects.latest("pk").payload["mentions"] == [colleague.pk]


def test_a_channel_named_by_the_writer_is_used(ticket: Ticket, owner: Staff) -> None:
    sales = make_channel(name="Sales", settings={"address": "sales@shop.example"})
    message = write_reply(
        ticket_id=ticket.pk,
        reply=ReplyText(text="另行报价", channel_id=sales.pk, to="boss@example.com", cc=["cc@example.com"]),
        idempotency_key="key-00000002",
        by=owner,
        now=timezone.now(),
    )
    assert message.delivery is not None
    assert (message.delivery.channel, message.delivery.recipient, message.delivery.cc) == (
        sales,
        "boss@example.com",
        ["cc@example.com"],
    )
