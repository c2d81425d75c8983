"""Attachments arrive whole, under the name the sender gave, made safe."""

from __future__ import annotations

import pytest

from zhiyin.channels.providers.email.parsing.attachment_names import safe_name
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.tests.mails import b64, mail, mixed, multipart, part

TEXT = part("您好", "Content-Type: text/plain; charset=utf-8")


def name_of(*fields: str | bytes) -> str:
    return parse_mail(mixed(TEXT, part("x", *fields))).attachments[0].name


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ('Content-Disposition: attachment; filename="发票.pdf"', "发票.pdf"),
        ("Content-Disposition: attachment; filename=发票 2024.pdf", "发票 2024.pdf"),
        ('Content-Disposition: attachment; filename="发票.pdf"'.encode("gbk"), "发票.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''%E5%8F%91%E7%A5%A8.pdf", "发票.pdf"),
        ("Content-Disposition: attachment; filename*=gbk'zh'%B7%A2%C6%B1.pdf", "发票.pdf"),
        (
            "Content-Disposition: attachment; filename*0*=utf-8''%E5%8F%91; filename*1*=%E7%A5%A8; filename*2=.pdf",
            "发票.pdf",
        ),
        ('Content-Disposition: attachment; filename*0="long"; filename*1=" name.pdf"', "long name.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?B?5Y+R56WoLnBkZg==?="', "发票.pdf"),
        ('Content-Disposition: attachment; filename="=?gbk?B?t6LGsQ==?= =?gbk?B?LnBkZg==?="', "发票.pdf"),
        ('Content-Type: application/pdf; name="=?gb2312?B?t6LGsS5wZGY=?="', "发票.pdf"),
        ('Content-Type: application/pdf; name="unclosed.pdf', "unclosed.pdf"),
        ('Content-Disposition: attachment; filename="C:\\Users\\li\\a.pdf"', "a.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/passwd"', "passwd.txt"),
        ('Content-Disposition: attachment; filename=".bashrc"', "bashrc.txt"),
        ('Content-Disposition: attachment; filename="a\u202efdp.exe"', "afdp.exe"),
        ("Content-Type: application/pdf", "application-1.pdf"),
        ("Content-Type: image/jpg", "image-1.jpg"),
        ("Content-Type: application/ms-tnef; name=winmail.dat", "winmail.dat"),
        ("Content-Type: text/calendar; charset=utf-8", "invitation.ics"),
    ],
)
def test_names(field: str | bytes, name: str) -> None:
    assert name_of(field) == name


def test_a_long_name_keeps_its_ending() -> None:
    name = safe_name("很长" * 150 + ".xlsx")
    assert name.endswith(("长.xlsx", "很.xlsx"))
    assert len(name.encode()) <= 200


def test_content_is_kept_byte_for_byte() -> None:
    content = bytes(range(256)) * 40
    attached = part(
        b64(content),
        "Content-Type: application/octet-stream; name=a.bin",
        "Content-Transfer-Encoding: base64",
    )
    assert parse_mail(mixed(TEXT, attached)).attachments[0].content == content


def test_a_forwarded_mail_is_an_eml_named_by_its_subject() -> None:
    forwarded = mail("inner text", subject="=?utf-8?B?5Y+R56Wo?=")
    parsed = parse_mail(mixed(TEXT, part(forwarded, "Content-Type: message/rfc822")))
    (attached,) = parsed.attachments
    assert (attached.name, attached.media_type, attached.content) == ("发票.eml", "message/rfc822", forwarded)
    assert parsed.text == "您好"


def test_a_text_file_is_a_file_and_not_the_message() -> None:
    parsed = parse_mail(mixed(TEXT, part("log", "Content-Type: text/plain; name=app.log")))
    assert (parsed.text, [one.name for one in parsed.attachments]) == ("您好", ["app.log"])


def test_a_message_that_bears_a_name_is_still_read() -> None:
    parsed = parse_mail(mixed(part("您好", "Content-Type: text/plain; charset=utf-8; name=message.txt")))
    assert (parsed.text, [one.name for one in parsed.attachments]) == ("您好", ["message.txt"])


def test_parts_within_parts() -> None:
    inner, field = multipart(
        part("您好", "Content-Type: text/plain; charset=utf-8"),
        part("<b>您好</b>", "Content-Type: text/html; charset=utf-8"),
        kind="alternative",
        boundary="inner",
    )
    parsed = parse_mail(mixed(part(inner, field), part("x", "Content-Type: application/pdf; name=a.pdf")))
    assert (parsed.text, parsed.html) == ("您好", "<b>您好</b>")
    assert [one.name for one in parsed.attachments] == ["a.pdf"]


def test_a_boundary_that_begins_another_is_told_apart() -> None:
    body = b"--a\r\nContent-Type: text/plain\r\n\r\nhi\r\n--ab\r\nstill hi\r\n--a--\r\n"
    assert parse_mail(mail(body, "Content-Type: multipart/mixed; boundary=a")).text == "hi\n--ab\nstill hi"


@pytest.mark.parametrize(
    "field", ["Content-Type: multipart/mixed", "Content-Type: multipart/mixed; boundary=other"]
)
def test_a_boundary_missing_or_wrong_is_found(field: str) -> None:
    body, _ = multipart(TEXT, part("x", "Content-Type: application/pdf; name=a.pdf"))
    parsed = parse_mail(mail(body, field))
    assert (parsed.text, [one.name for one in parsed.attachments]) == ("您好", ["a.pdf"])


def test_parts_without_end_are_counted_and_the_first_kept() -> None:
    parsed = parse_mail(mixed(TEXT, *[part("x", "Content-Type: image/gif; name=a.gif")] * 10_000))
    assert (len(parsed.attachments), parsed.omitted_parts, parsed.text) == (999, 9_001, "您好")
