"""What no person wrote is known as such; what a person wrote never is."""

from __future__ import annotations

import pytest

from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.tests.mails import mail, mixed, part
from zhiyin.channels.providers.email.tokens import Ours

OURS = Ours(addresses=frozenset({"help@shop.example"}), instance="1234567890abcdef")


@pytest.mark.parametrize(
    ("field", "automatic"),
    [
        ("Auto-Submitted: auto-replied", "auto_reply"),
        ("Auto-Submitted: auto-generated; owner=x", "auto_reply"),
        ("Auto-Submitted: no", ""),
        ("X-Autoreply: yes", "auto_reply"),
        ("X-Autoreply: no", ""),
        ("X-Autorespond: holiday", "auto_reply"),
        ("X-Auto-Response-Suppress: All", "auto_reply"),
        ("X-Auto-Response-Suppress: DR, RN", ""),
        ("Precedence: auto_reply", "auto_reply"),
        ("Precedence: bulk", "list"),
        ("Precedence: list", "list"),
        ("List-Id: News <news.other.example>", "list"),
        ("List-Unsubscribe: <mailto:u@other.example>", "list"),
        ("List-Post: <mailto:help@shop.example>", ""),  # our own group passes customers' mail on
        ("Return-Path: <>", "auto_reply"),
        ("Return-Path: <lilei@example.cn>", ""),
        ("X-Zhiyin-Instance: 1234567890abcdef", "loop"),
        ("X-Zhiyin-Instance: another-one", ""),
        ("Message-ID: <0123456789abcdef0123.zhiyin@shop.example>", "loop"),
        ("Message-ID: <0123456789abcdef0123.zhiyin@other.example>", ""),
        ("In-Reply-To: <0123456789abcdef0123.zhiyin@shop.example>", ""),
        ("X-Priority: 1", ""),
    ],
)
def test_by_its_fields(field: str, automatic: str) -> None:
    assert parse_mail(mail("您好", field), ours=OURS).automatic == automatic


@pytest.mark.parametrize(
    ("subject", "automatic"),
    [
        ("自动回复: 退款", "auto_reply"),
        ("自动答复: 退款", "auto_reply"),
        ("Automatic reply: Refund", "auto_reply"),
        ("Out of Office: Refund", "auto_reply"),
        ("Abwesenheitsnotiz: Refund", "auto_reply"),
        ("自動返信: 返金", "auto_reply"),
        ("为什么自动回复没有用", ""),
        ("Your automatic reply is wrong", ""),
        ("Automobile", ""),
    ],
)
def test_by_its_subject_where_a_robot_sends_no_field(subject: str, automatic: str) -> None:
    assert parse_mail(mail(subject=subject)).automatic == automatic


def test_a_read_receipt_is_automatic() -> None:
    receipt = mixed(
        part("read", "Content-Type: text/plain"), part("x", "Content-Type: message/disposition-notification")
    )
    receipt = receipt.replace(b"multipart/mixed", b"multipart/report; report-type=disposition-notification")
    assert parse_mail(receipt).automatic == "auto_reply"
