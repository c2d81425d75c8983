from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.channels.commands.receiving import (
    NoMailbox,
    mail_external_id,
    mailbox_for,
    receive_raw_message,
    receive_raw_messages,
)
from zhiyin.channels.models import Channel, RawMessage
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.tickets import make_channel

MAIL = b"Received: from a\r\nMessage-ID: <1@x>\r\nSubject: Hi\r\n\r\nBody\r\n"


@pytest.mark.django_db
def test_the_same_message_is_stored_once_and_told_once() -> None:
    channel, now = make_channel(), timezone.now()
    first = receive_raw_message(channel=channel, content=MAIL, external_id="1", now=now)
    again = receive_raw_message(channel=channel, content=MAIL, external_id="1", now=now)
    assert (first[1], again) == (True, (first[0], False))
    assert RawMessage.objects.get().bytes() == MAIL
    assert PendingEvent.objects.filter(type="channels.raw_stored").count() == 1


@pytest.mark.django_db
def test_a_batch_with_a_double_inside_is_told_message_by_message() -> None:
    channel, now = make_channel(), timezone.now()
    told = receive_raw_messages(channel=channel, messages=[(b"a", "1"), (b"b", "2"), (b"a", "1")], now=now)
    assert told[0][0] == told[2][0]
    assert RawMessage.objects.count() == 2
    assert PendingEvent.objects.count() == 2


@pytest.mark.django_db
def test_large_messages_are_kept_as_files() -> None:
    content = b"x" * (300 * 1024)
    receive_raw_message(channel=make_channel(), content=content, external_id="1", now=timezone.now())
    raw = RawMessage.objects.get()
    assert raw.content is None
    assert raw.bytes() == content


def test_a_mail_is_the_same_by_its_id_and_body_whatever_servers_add_on_the_way() -> None:
    retried = b"Received: from b\r\n" + MAIL
    other_body = MAIL.replace(b"Body", b"Other")
    assert mail_external_id(MAIL) == mail_external_id(retried)
    assert mail_external_id(MAIL) == mail_external_id(MAIL.replace(b"\r\n", b"\n"))
    assert mail_external_id(MAIL) != mail_external_id(other_body)
    assert mail_external_id(b"no headers at all") != mail_external_id(b"no headers at all!")


@pytest.mark.django_db
def test_a_mailbox_is_found_by_its_address_with_or_without_a_tag() -> None:
    channel = make_channel()
    assert mailbox_for("help@shop.example") == channel
    assert mailbox_for("<Help+a1b2@SHOP.example>") == channel
    assert mailbox_for(None) == channel
    with pytest.raises(NoMailbox):
        mailbox_for("sales@shop.example")
    make_channel(name="Second", settings={"address": "sales@shop.example"})
    with pytest.raises(NoMailbox):
        mailbox_for(None)


@pytest.mark.django_db(transaction=True)
def test_fifty_parallel_deliveries_of_ten_messages_are_ten_messages() -> None:
    channel = make_channel()

    def deliver(number: int) -> int:
        try:
            own = Channel.objects.get(pk=channel.pk)
            external_id = str(number % 10)
            return receive_raw_message(
                channel=own, content=b"m", external_id=external_id, now=timezone.now()
            )[0]
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        told = list(pool.map(deliver, range(50)))
    assert len(set(told)) == RawMessage.objects.count() == 10
    assert PendingEvent.objects.filter(type="channels.raw_stored").count() == 10
