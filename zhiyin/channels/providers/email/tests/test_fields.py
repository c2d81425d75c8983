"""Who wrote to whom, when, about what, in answer to what."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.parsing.parsed import Address
from zhiyin.channels.providers.email.tests.mails import mail
from zhiyin.channels.providers.email.tokens import make_message_id, plus_address

KEY = "0123456789abcdef0123"


@pytest.mark.parametrize(
    ("field", "address", "name"),
    [
        ("a@b.cn", "a@b.cn", ""),
        ("<a@b.cn>", "a@b.cn", ""),
        ("Li Lei <a@B.CN>", "a@b.cn", "Li Lei"),
        ('"Lei, Li" <a@b.cn>', "a@b.cn", "Lei, Li"),
        ('"=?utf-8?B?5p2O6Zu3?=" <a@b.cn>', "a@b.cn", "李雷"),
        ("=?gb2312?B?wO7A1w==?= <a@b.cn>", "a@b.cn", "李雷"),
        ("a@b.cn (Li Lei)", "a@b.cn", "Li Lei"),
        ("'a@b.cn' <a@b.cn>", "a@b.cn", ""),
        ("Li Lei a@b.cn", "a@b.cn", "Li Lei"),
        (
            "Pete(A wonderful chap) <pete(his account)@silly.test(his host)>",
            "pete@silly.test",
            "Pete(A wonderful chap",
        ),
        ("<<a@b.cn>>", "a@b.cn", ""),
        ("Evil \u202egpj.exe <a@b.cn>", "a@b.cn", "Evil gpj.exe"),
        ("undisclosed-recipients:;", "", ""),
        ("nobody", "", ""),
    ],
)
def test_senders_as_they_are_written(field: str, address: str, name: str) -> None:
    assert parse_mail(mail(**{"from": field})).sender == Address(address, name)


def test_lists_of_addresses_with_commas_semicolons_and_groups() -> None:
    parsed = parse_mail(mail(to='"a, b" <a@x.cn>; c@x.cn, Team: d@x.cn, e@x.cn;', cc="f@x.cn;"))
    assert [one.address for one in parsed.to] == ["a@x.cn", "c@x.cn", "d@x.cn", "e@x.cn"]
    assert [one.address for one in parsed.cc] == ["f@x.cn"]


def test_all_references_are_kept_in_order_and_tried_from_the_last() -> None:
    parsed = parse_mail(
        mail(
            "x",
            "References: <a@x> <b@x>\r\n <c@x>",
            "In-Reply-To: Message of Monday <d@x>",
            message_id="<e@x>",
        )
    )
    assert parsed.message_id == "e@x"
    assert parsed.references == ("a@x", "b@x", "c@x")
    assert parsed.thread_ids == ("d@x", "c@x", "b@x", "a@x")


def test_ids_folded_unbracketed_or_empty() -> None:
    assert parse_mail(mail("x", "Message-ID: <abc\r\n def@x>")).message_id == "abcdef@x"
    assert parse_mail(mail("x", "Message-ID: abc@x")).message_id == "abc@x"
    assert parse_mail(mail("x", "Message-ID: <>", "In-Reply-To: ")).thread_ids == ()


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("Tue, 5 Mar 2024 10:20:30 +0800", datetime(2024, 3, 5, 2, 20, 30, tzinfo=UTC)),
        ("5 Mar 2024 10:20 GMT", datetime(2024, 3, 5, 10, 20, tzinfo=UTC)),
        ("Tue, 5 Mar 2024 25:20:30 +0800", None),
        ("昨天", None),
        ("Tue, 5 Mar 99999 10:20:30 +0800", None),
        ("", None),
    ],
)
def test_dates(written: str, moment: datetime | None) -> None:
    assert parse_mail(mail(date=written)).sent_at == moment


@pytest.mark.parametrize(
    ("subject", "number"),
    [
        ("Re: 退款 [#1001]", 1001),
        ("答复: 退款 【#1001】", 1001),
        ("Re: [Ticket #1001] x", 1001),
        ("Re: 退款 ［＃１００１］", 1001),
        ("order #1001", None),
        ("[1001]", None),
        ("[#99999999999999999999]", None),
    ],
)
def test_the_ticket_number_in_a_subject(subject: str, number: int | None) -> None:
    assert parse_mail(mail(subject=subject)).ticket_number == number


def test_an_answer_names_our_delivery_by_address_or_by_id() -> None:
    to = plus_address("help@shop.example", KEY)
    assert parse_mail(mail(to=to.upper())).reply_key == KEY
    assert parse_mail(mail("x", f"Delivered-To: {to}")).reply_key == KEY
    answered = make_message_id(key=KEY, domain="shop.example")
    assert parse_mail(mail("x", f"References: <{answered}> <other@x>")).reply_key == KEY
    assert parse_mail(mail(to="help+news@shop.example")).reply_key == ""


def test_a_subject_stays_one_line_and_reads_in_one_direction() -> None:
    assert parse_mail(mail("x", subject="=?utf-8?Q?a=0D=0ABcc:_x=E2=80=AEb?=")).subject == "a Bcc: xb"


def test_a_blank_line_within_the_header_does_not_cut_it() -> None:
    raw = b"From: a@b.cn\r\nSubject: x\r\n\r\nContent-Type: text/html\r\n\r\n<p>hi</p>"
    assert parse_mail(raw).html == "<p>hi</p>"


def test_a_continuation_without_its_space_is_still_the_field_above() -> None:
    raw = b"From: a@b.cn\r\nSubject: one\r\ntwo\r\nTo: c@d.cn\r\n\r\nhi"
    parsed = parse_mail(raw)
    assert (parsed.subject, parsed.to[0].address, parsed.text) == ("one two", "c@d.cn", "hi")


def test_an_envelope_line_and_a_byte_order_mark_are_skipped() -> None:
    raw = b"\xef\xbb\xbf\r\nFrom lilei Tue Mar  5 10:20:30 2024\r\n" + mail("hi")
    assert parse_mail(raw).sender.address == "lilei@example.cn"
