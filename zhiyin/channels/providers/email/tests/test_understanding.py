"""What a mail means to the desk: who wrote, where it belongs, what came back."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import Channel, Delivery, InboundMessage
from zhiyin.channels.providers.email.composing import compose
from zhiyin.channels.providers.email.identity import instance_id
from zhiyin.channels.providers.email.sending import outbound
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.channels.providers.email.tests.conftest import MakeMailbox
from zhiyin.channels.providers.email.tests.mails import mail, mixed, part


@pytest.fixture
def channel(make_mailbox: MakeMailbox) -> Channel:
    return make_mailbox(aliases=["sales@shop.example"], takes_plus=True)


def understand(channel: Channel, raw: bytes) -> InboundMessage:
    number, _ = receive_raw_message(
        channel=channel, content=raw, external_id=str(hash(raw)), now=timezone.now()
    )
    return understand_raw_message(raw_id=number, now=timezone.now())


def sent(channel: Channel) -> tuple[Delivery, bytes]:
    outgoing = Outgoing(recipient_kind="email", recipient="lilei@example.cn", subject="Re: 退款", text="您好")
    delivery = queue_delivery(channel=channel, outgoing=outgoing, now=timezone.now())
    return delivery, compose(outbound(delivery, MailboxSettings.of(channel), now=timezone.now()))


def test_the_writer_and_everybody_else_named(channel: Channel) -> None:
    raw = mail(
        to="Help <help@shop.example>, Han <han@example.cn>",
        cc="sales+x@shop.example, Li Lei <LILEI@example.cn>, boss@example.cn",
    )
    inbound = understand(channel, raw)
    assert (inbound.sender_kind, inbound.sender_value, inbound.sender_name) == (
        "email",
        "lilei@example.cn",
        "Li Lei",
    )
    assert inbound.parties == [
        {"role": "to", "value": "han@example.cn", "name": "Han"},
        {"role": "cc", "value": "boss@example.cn", "name": ""},
    ]


@pytest.mark.parametrize(
    ("sender", "reply_to", "writer"),
    [
        ("lilei@example.cn", "", "lilei@example.cn"),
        ("lilei@example.cn", "secretary@example.cn", "lilei@example.cn"),  # who asks for answers elsewhere stays who they are
        ("help@shop.example", "lilei@example.cn", "lilei@example.cn"),  # the form on our own site
        ("noreply@forms.example", "lilei@example.cn", "lilei@example.cn"),
        ("wordpress@shop.example", "lilei@example.cn", "lilei@example.cn"),
        ("help@shop.example", "help+x@shop.example", "help@shop.example"),
        ("", "", "unknown@invalid"),
    ],
)  # fmt: skip
def test_who_wrote(channel: Channel, sender: str, reply_to: str, writer: str) -> None:
    inbound = understand(channel, mail(**{"from": sender}, reply_to=reply_to))
    assert inbound.sender_value == writer
    assert inbound.headers.get("reply_to", []) == ([reply_to] if reply_to else [])


def test_an_answer_names_its_conversation_in_every_way_it_can(channel: Channel) -> None:
    delivery, _ = sent(channel)
    raw = mail(
        "好的",
        f"In-Reply-To: {delivery.message_id}",
        "References: <first@example.cn> <other@example.cn>",
        to=f"help+zy{delivery.key}@shop.example",
        message_id="<own@example.cn>",
    )
    inbound = understand(channel, raw)
    assert inbound.thread_keys == [
        f"reply:{delivery.key}",
        f"mid:{delivery.message_id}",
        "mid:<other@example.cn>",
        "mid:<first@example.cn>",
    ]
    assert inbound.own_keys == ["mid:<own@example.cn>"]
    assert inbound.headers["message_id"] == "<own@example.cn>"


def test_our_answers_ask_for_replies_to_an_address_that_names_them(channel: Channel) -> None:
    delivery, raw = sent(channel)
    assert (
        f"<help+zy{delivery.key}@shop.example>".encode() in raw
        or f"help+zy{delivery.key}@shop.example".encode() in raw
    )
    assert f"X-Zhiyin-Instance: {instance_id()}\r\n".encode() in raw


def report(original: bytes, **more: Any) -> bytes:
    raw = mixed(
        part("came back", "Content-Type: text/plain"),
        part(
            "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822; lilei@example.cn\r\n"
            "Action: {action}\r\nStatus: {status}\r\nDiagnostic-Code: smtp; told why\r\n".format(**more),
            "Content-Type: message/delivery-status",
        ),
        part(original, "Content-Type: message/rfc822"),
        **{"from": "MAILER-DAEMON@example.cn"},
    )
    return raw.replace(b"multipart/mixed", b"multipart/report; report-type=delivery-status")


def test_a_bounce_is_tied_to_what_bounced(channel: Channel) -> None:
    delivery, raw = sent(channel)
    inbound = understand(channel, report(raw, action="failed", status="5.1.1"))
    delivery.refresh_from_db()
    assert (inbound.bounced, inbound.automatic) == (delivery, "bounce")
    assert (delivery.state, delivery.reason) == ("bounced", "5.1.1 told why")


def test_a_bounce_is_tied_though_a_relay_gave_the_mail_another_id(channel: Channel) -> None:
    delivery, raw = sent(channel)
    changed = raw.replace(delivery.message_id.encode(), b"<0100018e@email.amazonses.com>")
    inbound = understand(channel, report(changed, action="failed", status="5.1.1"))
    assert inbound.bounced == delivery


def test_a_delay_is_noted_and_nothing_more(channel: Channel) -> None:
    delivery, raw = sent(channel)
    understand(channel, report(raw, action="delayed", status="4.4.1"))
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("queued", "4.4.1 told why")


def test_a_report_of_arrival_is_no_bounce(channel: Channel) -> None:
    delivery, raw = sent(channel)
    inbound = understand(channel, report(raw, action="delivered", status="2.0.0"))
    delivery.refresh_from_db()
    assert (inbound.bounced, delivery.state, delivery.reason) == (None, "queued", "")


def test_our_own_mail_fed_back_is_a_loop(channel: Channel) -> None:
    _, raw = sent(channel)
    assert understand(channel, raw).automatic == "loop"


def test_bytes_that_are_no_mail_become_a_message_that_says_so(channel: Channel) -> None:
    inbound = understand(channel, b"\x00\x01\x02" * 100)
    assert (inbound.unreadable, inbound.text) == (True, "")
    assert inbound.subject == "无法识别的邮件 / Unreadable mail"
    assert inbound.sender_value == "unknown@invalid"


def test_a_mail_without_subject_is_named_by_its_words(channel: Channel) -> None:
    assert understand(
        channel, mail("请问什么时候发货？", "Content-Type: text/plain; charset=utf-8", subject="")
    ).subject == ("请问什么时候发货？")
