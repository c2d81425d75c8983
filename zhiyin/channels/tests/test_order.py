"""Arrivals of one sender are understood in the order in which they came."""

from __future__ import annotations

import json

import pytest
from django.utils import timezone

from zhiyin.channels.commands.receiving import order_of, receive_raw_messages
from zhiyin.channels.models import RawMessage
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.tickets import make_channel

MAIL = b"Message-ID: <%d@x>\r\nFrom: %s\r\nSubject: hi\r\n\r\nfrom: nobody@x\r\n"


@pytest.mark.parametrize(
    "written",
    [
        b"wang@example.com",
        b"=?utf-8?b?546L?= <Wang@Example.com>",
        b'"Wang, F" <wang@example.com>',
        b"\r\n <wang@example.com>",
    ],
)
def test_a_sender_is_one_however_their_address_is_written(written: bytes) -> None:
    assert order_of(MAIL % (1, written)) == order_of(MAIL % (2, b"Wang <wang@example.com>"))
    assert order_of(MAIL % (1, written)) != order_of(MAIL % (1, b"li@example.com"))


def test_what_programs_and_visitors_send_goes_by_the_sender_it_names() -> None:
    told = [json.dumps({"sender": {"kind": "external", "value": who, "name": "x"}, "text": str(n)}).encode() for n, who in
            enumerate(["a", "a", "b"])]  # fmt: skip
    assert order_of(told[0]) == order_of(told[1]) != order_of(told[2])


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"From:" + b"a" * 1_000_000, b'"sender": {' * 100_000])
def test_any_bytes_have_an_order(content: bytes) -> None:
    assert len(order_of(content)) == 16


@pytest.mark.django_db
def test_mails_of_one_sender_are_told_under_one_subject_in_turn() -> None:
    mails = [(MAIL % (number, b"wang@example.com"), f"id-{number}") for number in range(5)]
    receive_raw_messages(channel=make_channel(), messages=mails, now=timezone.now())
    told = PendingEvent.objects.filter(type="channels.raw_stored").order_by("pk")
    assert len({event.subject for event in told}) == 1
    ids = [RawMessage.objects.get(pk=event.payload["raw_id"]).external_id for event in told]
    assert ids == [external_id for _, external_id in mails]
