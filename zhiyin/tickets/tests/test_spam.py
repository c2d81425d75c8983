"""Spam and blocked senders: out of the way at once, nothing lost, everything undone."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from zhiyin.channels.commands.blocking import NotABlockableSender, block_sender, unblock_sender
from zhiyin.channels.models import BlockedSender, InboundMessage
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.http.errors import NotAllowed
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.tickets import arrive, make_channel, understood
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.receiving import let_message_in, receive_message
from zhiyin.tickets.commands.spam import AnsweredAlready, mark_as_spam, unmark_spam
from zhiyin.tickets.models import Message, SpamMark, Ticket

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


@pytest.fixture
def lead() -> Staff:
    return make_staff(roles=["manager"])


def held() -> list[str]:
    return list(
        InboundMessage.objects.filter(held_at__isnull=False).order_by("pk").values_list("text", flat=True)
    )


def receive(text: str, sender: str) -> None:
    """Like `arrive`, for what may be held back and have no ticket then."""
    receive_message(inbound_id=understood(text=text, sender=sender, at=NOW).pk)


def test_spam_is_closed_at_a_click_and_comes_back_as_it_was(lead: Staff) -> None:
    ticket = arrive(text="中奖通知", at=NOW).ticket
    mark_as_spam(ticket_id=ticket.pk, block=False, by=lead, now=NOW + timedelta(minutes=1))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, ticket.waiting_since) == ("closed", ["spam"], None)
    assert BlockedSender.objects.count() == 0
    unmark_spam(ticket_id=ticket.pk, by=lead, now=NOW + timedelta(minutes=2))
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, ticket.waiting_since) == ("new", [], NOW)
    assert not SpamMark.objects.exists()
    told = list(PendingEvent.objects.order_by("pk").values_list("type", flat=True))
    assert told[-2:] == ["tickets.marked_as_spam", "tickets.unmarked_as_spam"]


def test_marking_twice_is_marking_once(lead: Staff) -> None:
    ticket = arrive(text="中奖通知", at=NOW).ticket
    for _ in range(2):
        mark_as_spam(ticket_id=ticket.pk, block=True, by=lead, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.tags, SpamMark.objects.count(), BlockedSender.objects.count()) == (["spam"], 1, 1)


def test_a_ticket_that_was_answered_is_no_spam(lead: Staff) -> None:
    ticket = arrive(text="你好", at=NOW).ticket
    write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text="您好"), idempotency_key="12345678", by=lead, now=NOW
    )
    with pytest.raises(AnsweredAlready):
        mark_as_spam(ticket_id=ticket.pk, block=True, by=lead, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, BlockedSender.objects.count()) == ("open", [], 0)


def test_what_a_blocked_sender_writes_is_kept_and_opens_nothing(lead: Staff) -> None:
    first = arrive(text="中奖通知", sender="win@spam.example", at=NOW).ticket
    mark_as_spam(ticket_id=first.pk, block=True, by=lead, now=NOW)
    receive("再次中奖", "WIN@spam.example")
    assert (held(), Ticket.objects.count()) == (["再次中奖"], 1)
    receive("正常来信", "friend@spam.example")
    assert Ticket.objects.count() == 2
    unmark_spam(ticket_id=first.pk, by=lead, now=NOW)
    receive("第三次", "win@spam.example")
    assert (held(), Ticket.objects.count()) == (["再次中奖"], 3)


def test_a_blocked_domain_holds_its_subdomains_and_no_other(lead: Staff) -> None:
    block_sender(kind="email_domain", value="@Spam.Example", reason="", by=lead, now=NOW)
    receive("一", "a@spam.example")
    receive("二", "a@mail.spam.example")
    receive("三", "a@notspam.example")
    assert (held(), Ticket.objects.count()) == (["一", "二"], 1)


def test_a_held_message_is_let_in_as_if_it_came_now(lead: Staff) -> None:
    blocked = block_sender(kind="email", value="li@x.example", reason="误判", by=lead, now=NOW)
    receive("我要退款", "li@x.example")
    unblock_sender(blocked_id=blocked.pk, by=lead, now=NOW)
    inbound = InboundMessage.objects.get()
    later = NOW + timedelta(hours=3)
    message = let_message_in(inbound_id=inbound.pk, by=lead, now=later)
    assert (message.at, message.ticket.waiting_since, held()) == (later, later, [])
    with pytest.raises(InboundMessage.DoesNotExist):
        let_message_in(inbound_id=inbound.pk, by=lead, now=later)
    assert Message.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("email", "no address"),
        ("email", ""),
        ("email_domain", "localhost"),
        ("email_domain", "a b.c"),
        ("fax", "1"),
    ],
)
def test_what_names_nobody_is_not_blocked(lead: Staff, kind: str, value: str) -> None:
    with pytest.raises(NotABlockableSender):
        block_sender(kind=kind, value=value, reason="", by=lead, now=NOW)
    assert BlockedSender.objects.count() == 0


def test_our_own_mailbox_is_never_blocked(lead: Staff) -> None:
    make_channel("email", settings={"address": "help@shop.example"})
    with pytest.raises(NotABlockableSender):
        block_sender(kind="email", value="Help+x@shop.example", reason="", by=lead, now=NOW)
    assert BlockedSender.objects.count() == 0


def test_who_may_not_block_can_mark_spam_but_not_block(owner: Staff) -> None:
    ticket = arrive(text="中奖通知", at=NOW).ticket
    with pytest.raises(NotAllowed):
        mark_as_spam(ticket_id=ticket.pk, block=True, by=owner, now=NOW)
    ticket.refresh_from_db()
    assert (ticket.status, SpamMark.objects.count()) == ("new", 0)
    assert client_for(owner).get("/api/v1/senders/blocked").status_code == 403


def test_the_api_blocks_lists_and_lets_in(lead: Staff) -> None:
    client = client_for(lead)
    made = client.post("/api/v1/senders/blocked", {"kind": "email", "value": "a@x.example", "reason": "广告"})
    assert (made.status_code, made.json()["value"], made.json()["by"]["id"]) == (201, "a@x.example", lead.pk)
    receive("广告", "a@x.example")
    (one,) = client.get("/api/v1/senders/held").json()["items"]
    assert (one["text"], one["sender_value"]) == ("广告", "a@x.example")
    opened = client.post(f"/api/v1/senders/held/{one['id']}/release", {}).json()
    assert Ticket.objects.get(pk=opened["ticket_id"]).status == "new"
    assert client.get("/api/v1/senders/held").json()["items"] == []
    assert client.delete(f"/api/v1/senders/blocked/{made.json()['id']}").status_code == 204
    assert client.get("/api/v1/senders/blocked").json() == []
