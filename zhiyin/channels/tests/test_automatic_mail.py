"""Two machines never answer each other for long, and no person is ever held up."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.commands.delivering import Outgoing, StaysSilent, queue_automatic, queue_delivery
from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import Channel, Delivery, InboundMessage
from zhiyin.platform.ledger.models import Effect

pytestmark = pytest.mark.django_db
BOT = "bot@robots.example"
NOW = timezone.now()


@pytest.fixture
def channel(db: None) -> Channel:
    return Channel.objects.create(kind="email", name="Mail", settings={"address": "help@shop.example"})


def outgoing(to: str = BOT, **fields: Any) -> Outgoing:
    return Outgoing(recipient_kind="email", recipient=to, subject="Re: x", text="We got your mail.", **fields)


def acknowledge(channel: Channel, now: datetime, to: str = BOT) -> Delivery | None:
    return queue_automatic(channel=channel, outgoing=outgoing(to), now=now)


def write(channel: Channel, now: datetime, *, text: str, answers: Delivery | None = None) -> InboundMessage:
    reference = f"In-Reply-To: {answers.message_id}\n" if answers else ""
    raw = f"From: {BOT}\nTo: help@shop.example\nSubject: x\n{reference}\n{text}".encode()
    number, _ = receive_raw_message(channel=channel, content=raw, external_id=f"{now}{text}", now=now)
    return understand_raw_message(raw_id=number, now=now)


def test_three_an_hour_and_ten_a_day_go_to_one_address(channel: Channel) -> None:
    sent = [bool(acknowledge(channel, NOW + timedelta(minutes=10 * step))) for step in range(24 * 6)]
    assert sent[:9] == [True, True, True, False, False, False, True, True, True]
    assert sum(sent) == 10
    assert acknowledge(channel, NOW, to="somebody.else@example.cn") is not None


def test_what_people_write_leaves_however_much_it_is(channel: Channel) -> None:
    for step in range(30):
        queue_delivery(channel=channel, outgoing=outgoing(), now=NOW + timedelta(seconds=step))
    assert Delivery.objects.count() == 30


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("HELP+x@shop.example", "own"),
        ("no-reply@bank.example", "nobody"),
        ("MAILER-DAEMON@x.example", "nobody"),
    ],
)
def test_nobody_there_gets_nothing(channel: Channel, to: str, reason: str) -> None:
    with pytest.raises(StaysSilent) as refused:
        queue_delivery(channel=channel, outgoing=outgoing(to, automatic=True), now=NOW)
    assert refused.value.params["reason"] == reason
    assert (Delivery.objects.count(), Effect.objects.count()) == (0, 0)


@pytest.mark.parametrize("automatic", ["auto_reply", "bounce", "list", "loop"])
def test_a_machine_is_not_answered(channel: Channel, automatic: str) -> None:
    inbound = write(channel, NOW, text="x")
    inbound.automatic = automatic
    assert queue_automatic(channel=channel, outgoing=outgoing(), now=NOW, answering=inbound) is None
    assert Delivery.objects.count() == 0


def test_a_robot_that_bears_no_mark_is_known_by_its_haste(channel: Channel) -> None:
    """It answers each acknowledgement within seconds; the third time the circuit opens, before the hour is full."""
    now = NOW - timedelta(hours=9)
    for step in range(3):
        acknowledged = acknowledge(channel, now)
        assert acknowledged is not None
        answer = write(
            channel, now + timedelta(seconds=5), text=f"Case {step} received", answers=acknowledged
        )
        assert answer.marks == {"answered_at_once": True}
        now += timedelta(hours=2)
    assert acknowledge(channel, now) is None
    assert acknowledge(channel, now + timedelta(days=1)) is not None  # a day later it may try again


def test_who_takes_their_time_is_a_person(channel: Channel) -> None:
    acknowledged = acknowledge(channel, NOW - timedelta(minutes=30))
    assert acknowledged is not None
    assert write(channel, NOW, text="Thank you", answers=acknowledged).marks == {}


def test_the_same_words_at_once_after_each_answer_are_an_autoresponders(channel: Channel) -> None:
    first = write(channel, NOW - timedelta(days=3), text="I am on holiday.")
    queue_delivery(channel=channel, outgoing=outgoing(), now=NOW)
    again = write(channel, NOW + timedelta(seconds=20), text="I am on holiday.")
    assert (first.automatic, again.automatic, again.copy_of) == ("", "auto_reply", None)
    other = write(channel, NOW + timedelta(seconds=40), text="Now I am back.")
    assert other.automatic == ""


def test_two_desks_that_acknowledge_each_other_fall_silent(channel: Channel) -> None:
    """The other side answers all we send, at once and in new words each time, without a single header."""
    now, sent = NOW, 0
    for step in range(200):
        incoming = write(channel, now, text=f"We got your mail, case {step}.")
        answer = queue_automatic(channel=channel, outgoing=outgoing(), now=now, answering=incoming)
        sent += answer is not None
        now += timedelta(seconds=30)
    assert sent == 6  # three in each of the two hours
