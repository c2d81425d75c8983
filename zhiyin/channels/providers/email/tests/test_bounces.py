"""A mail that came back is tied to what we sent: whom it did not reach, with which code, and why."""

from __future__ import annotations

import pytest

from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.tests.mails import mail, mixed, part

SENT = "0123456789abcdef0123.zhiyin@shop.example"
COPY = f"Message-ID: <{SENT}>\r\nX-Zhiyin-Delivery: 0123456789abcdef0123\r\nSubject: Re: x\r\n\r\nhi"
STATUS = (
    "Reporting-MTA: dns; mx.qq.com\r\n\r\nFinal-Recipient: rfc822; lilei@qq.com\r\nAction: {action}\r\n"
    "Status: {status}\r\nDiagnostic-Code: smtp; 550 Mailbox not found\r\n"
)


def report(status: str, copy: bytes | None = None) -> bytes:
    raw = mixed(
        part("Your mail did not arrive.", "Content-Type: text/plain"),
        part(status, "Content-Type: message/delivery-status"),
        copy or part(COPY, "Content-Type: message/rfc822"),
        **{"from": "Mail Delivery System <MAILER-DAEMON@mx.qq.com>"},
        subject="Undelivered Mail Returned to Sender",
    )
    return raw.replace(b"multipart/mixed", b"multipart/report; report-type=delivery-status")


def test_a_standard_report() -> None:
    parsed = parse_mail(report(STATUS.format(action="failed", status="5.1.1")))
    assert parsed.automatic == "bounce"
    assert parsed.bounce is not None
    (failed,) = parsed.bounce.failed
    assert (failed.address, failed.status, failed.reason) == (
        "lilei@qq.com",
        "5.1.1",
        "550 Mailbox not found",
    )
    assert parsed.bounce.original_message_id == SENT
    assert parsed.bounce.delivery_key == "0123456789abcdef0123"


def test_a_report_with_the_headers_alone() -> None:
    copy = part(COPY.partition("\r\n\r\n")[0], "Content-Type: text/rfc822-headers")
    parsed = parse_mail(report(STATUS.format(action="failed", status="5.1.1"), copy))
    assert parsed.bounce is not None
    assert parsed.bounce.original_message_id == SENT


def test_a_delay_and_an_arrival_are_not_failures() -> None:
    for action, status in (("delayed", "4.4.1"), ("delivered", "2.0.0")):
        parsed = parse_mail(report(STATUS.format(action=action, status=status)))
        assert parsed.bounce is not None
        assert [one.action for one in parsed.bounce.recipients] == [action]
        assert parsed.bounce.failed == ()


def test_several_recipients_each_with_their_own_fate() -> None:
    status = (
        "Reporting-MTA: dns; x\r\n\r\nFinal-Recipient: rfc822;a@x.cn\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\r\n"
        "Final-Recipient: rfc822;b@x.cn\r\nAction: delayed\r\nStatus: 4.2.2\r\n"
    )
    parsed = parse_mail(report(status))
    assert parsed.bounce is not None
    assert [(one.address, one.action, one.status) for one in parsed.bounce.recipients] == [
        ("a@x.cn", "failed", "5.1.1"),
        ("b@x.cn", "delayed", "4.2.2"),
    ]


@pytest.mark.parametrize(
    ("sender", "subject", "text", "address", "status", "reason"),
    [
        (
            "PostMaster@qq.com",
            "来自qq.com的退信",
            "很抱歉您的邮件被退回：\n收件人：lilei@qq.com\n退信原因：地址不存在，550 5.1.1 Mailbox not found\n",
            "lilei@qq.com",
            "5.1.1",
            "地址不存在，550 5.1.1 Mailbox not found",
        ),
        (
            "Postmaster@163.com",
            "系统退信",
            "抱歉，您的邮件被退回来了……\n收 件 人：lilei@163.com\n退信原因：对方邮箱空间已满 552 mailbox full\n",
            "lilei@163.com",
            "5.0.0",
            "对方邮箱空间已满 552 mailbox full",
        ),
        (
            "MAILER-DAEMON@mx.example",
            "failure notice",
            "Hi. This is the qmail-send program at mx.example.\n<lilei@x.cn>:\nRemote host said: 550 User unknown\n",
            "lilei@x.cn",
            "5.0.0",
            "550 User unknown",
        ),
        (
            "Mailer-Daemon@mx.example",
            "Mail delivery failed: returning message to sender",
            "This message was created automatically.\n  lilei@x.cn\n    host mx.x.cn: 554 5.7.1 rejected as spam\n",
            "lilei@x.cn",
            "5.7.1",
            "host mx.x.cn: 554 5.7.1 rejected as spam",
        ),
    ],
)
def test_reports_in_a_providers_own_words(
    sender: str, subject: str, text: str, address: str, status: str, reason: str
) -> None:
    copy = f"\n------ This is a copy of the message. ------\n\nMessage-ID: <{SENT}>\nSubject: x\n"
    raw = mail(text + copy, "Content-Type: text/plain; charset=utf-8", **{"from": sender}, subject=subject)
    parsed = parse_mail(raw)
    assert parsed.automatic == "bounce"
    assert parsed.bounce is not None
    (failed,) = parsed.bounce.failed
    assert (failed.address, failed.status, failed.reason) == (address, status, reason)
    assert parsed.bounce.original_message_id == SENT


def test_a_report_that_a_customer_forwards_is_a_customers_mail() -> None:
    came_back = report(STATUS.format(action="failed", status="5.1.1")).replace(b"frontier", b"inner")
    forwarded = part(came_back, "Content-Type: message/rfc822")
    parsed = parse_mail(
        mixed(part("这封退信是怎么回事？", "Content-Type: text/plain; charset=utf-8"), forwarded)
    )
    assert (parsed.automatic, parsed.bounce) == ("", None)
    assert parsed.text == "这封退信是怎么回事？"


def test_a_person_who_writes_about_bounces_is_a_person() -> None:
    assert parse_mail(mail("550 5.1.1", subject="退信：地址不存在")).bounce is None
