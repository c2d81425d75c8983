"""Whatever the bytes: no crash, bounded time, and every mail of the corpora read."""

from __future__ import annotations

import base64
import io
import os
import time
import tracemalloc
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.fuzz_mail import read_broken
from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.parsing.parsed import ParsedMail
from zhiyin.channels.providers.email.tests.mails import b64, mixed, part
from zhiyin.channels.providers.email.tests.mutating import CORPUS, OWN_MAILS, all_mails, broken_mail, corpus
from zhiyin.channels.providers.email.tokens import Ours

OURS = Ours(addresses=frozenset({"help@shop.example"}), instance="1234567890abcdef")
HEAD = b"From: a@b.cn\r\nSubject: x\r\n"


def must_hold(parsed: ParsedMail) -> None:
    """What every reader of a parsed mail relies on."""
    texts = (
        parsed.subject,
        parsed.text,
        parsed.quoted_text,
        parsed.html,
        parsed.sender.name,
        parsed.sender.address,
    )
    for text in (*texts, *(one.name for one in parsed.attachments), *parsed.thread_ids):
        assert "\x00" not in text
        text.encode("utf-8")
    assert "\n" not in parsed.subject
    assert "<script" not in parsed.html.lower()
    assert all("/" not in one.name and one.name for one in parsed.attachments)


@settings(max_examples=200)
@given(st.binary(max_size=2_000))
def test_any_bytes_at_all(raw: bytes) -> None:
    must_hold(parse_mail(raw, ours=OURS))


@settings(max_examples=200)
@given(st.integers(0, 10**12))
def test_a_broken_mail_is_read_as_far_as_it_goes(number: int) -> None:
    must_hold(parse_mail(broken_mail(OWN_MAILS, number), ours=OURS))


def test_a_slice_of_the_million_broken_mails() -> None:
    """The whole is `python bench/fuzz_mail.py`; these are its first, over all mails at hand."""
    found = read_broken(all_mails(), range(400))
    assert found.mails == 400
    assert (found.crashes, found.losses, found.slow) == ([], [], [])


def nested(depth: int) -> bytes:
    levels = (
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(depth)
    )
    return HEAD + b"".join(levels) + b"\r\nhello\r\n"


def attached(size: int) -> bytes:
    content = base64.encodebytes(os.urandom(size))
    return mixed(
        part("您好", "Content-Type: text/plain; charset=utf-8"),
        part(content, "Content-Type: application/zip; name=a.zip", "Content-Transfer-Encoding: base64"),
    )


@pytest.mark.parametrize(
    ("build", "seconds"),
    [
        (lambda: nested(20_000), 2),
        (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 20_000, 2),
        (lambda: HEAD + b"Content-Type: multipart/mixed; boundary=-\r\n\r\n" + b"---\n" * 300_000, 2),
        (lambda: HEAD + b"X-Y: " + b"=?x?q?" * 200_000 + b"\r\n\r\nhi", 2),
        (lambda: HEAD + b"X-Y: z\r\n" * 200_000 + b"\r\nhi", 2),
        (lambda: HEAD + b"Cc: " + b"(" * 500_000 + b"\r\n\r\nhi", 2),
        (lambda: HEAD + b"Cc: " + b"a@b.cn, " * 100_000 + b"\r\n\r\nhi", 2),
        (lambda: HEAD + b"References: " + b"<a@b> " * 100_000 + b"\r\n\r\nhi", 2),
        (lambda: HEAD + b"Cc: " + b"a" * 95_000 + b"\r\n\r\nhi", 1),
        (lambda: HEAD + b"References: " + b"a" * 95_000 + b"\r\n\r\nhi", 1),
        (lambda: HEAD + b"Content-Type: text/plain" + b"; a*0=x" * 100_000 + b"\r\n\r\nhi", 2),
        (lambda: HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"x \r\n" * 400_000, 4),
        (lambda: HEAD + b"\r\n" + "在 2024-01-01，张三：\n".encode() * 100_000, 4),
        (lambda: HEAD + b"\r\n" + b"<a@b" * 400_000, 4),
        (lambda: attached(25_000_000), 5),
    ],
    ids=["nested", "one boundary", "rule lines", "encoded words", "fields", "comments", "addresses", "references",
         "one word", "one id",
         "parameters", "flowed", "announcements", "brackets", "25 MB"],
)  # fmt: skip
def test_mail_made_to_hold_us_up_does_not(build, seconds) -> None:  # type: ignore[no-untyped-def]
    raw = build()
    began = time.process_time()
    must_hold(parse_mail(raw, ours=OURS))
    assert time.process_time() - began < seconds


def test_ten_thousand_parts_are_counted_and_the_first_thousand_kept() -> None:
    raw = mixed(*[part(f"file {number}", "Content-Type: text/csv; name=a.csv") for number in range(10_000)])
    began = time.process_time()
    parsed = parse_mail(raw, ours=OURS)
    assert time.process_time() - began < 3
    assert (len(parsed.attachments), parsed.omitted_parts) == (1_000, 9_000)


def test_a_large_attachment_takes_little_more_memory_than_itself() -> None:
    raw = attached(25_000_000)
    tracemalloc.start()
    try:
        parsed = parse_mail(raw, ours=OURS)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(parsed.attachments[0].content) == 25_000_000
    assert peak < 4 * len(raw)


def test_an_archive_stays_packed() -> None:
    """Ten megabytes of nothing pack to ten kilobytes; nobody unpacks them here."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("nothing.txt", bytes(10_000_000))
    bomb = part(
        b64(held.getvalue()), "Content-Type: application/zip; name=a.zip", "Content-Transfer-Encoding: base64"
    )
    (kept,) = parse_mail(mixed(bomb)).attachments
    assert kept.content == held.getvalue()


def test_bytes_that_are_no_mail_are_unreadable_and_make_no_noise() -> None:
    for raw in (b"", b"\x00\x01\x02" * 500, b"just words without any field", os.urandom(3_000)):
        parsed = parse_mail(raw)
        assert parsed.unreadable
        assert parsed.text in ("", "just words without any field")


def test_every_mail_of_the_corpora_is_read() -> None:
    if not CORPUS.exists():
        pytest.skip("the mail corpora (shared/data/mail) are not on this machine")
    unreadable = []
    for path in corpus():
        parsed = parse_mail(path.read_bytes(), ours=OURS)
        must_hold(parsed)
        if parsed.unreadable:
            unreadable.append(path.name)
    # bare TNEF files are no mails, and one file is empty
    assert [name for name in unreadable if not name.endswith(".tnef")] == ["sample_output_multipart"]


@pytest.mark.parametrize(
    ("name", "subject", "text"),
    [
        ("ruby_mail/multi_charset/japanese_iso_2022.eml", "まみむめも", "すみません。"),
        ("ruby_mail/multi_charset/japanese.eml", "まみむめも", "かきくえこ"),
        ("ruby_mail/multi_charset/ks_c_5601-1987.eml", "test", "스티해"),
        ("ruby_mail/plain_emails/raw_email.eml", "NOTE: 한국말로 하는 것", "대부분의 마찬가지로, 우리는 하나님을 믿습니다."),
        ("mimekit/messages/japanese.txt", "日本語メールテスト (testing Japanese emails)", "日本語が\n正常に\n送れているか"),
        ("mimekit/tnef/ukr.eml", "rr test 7", "шостий"),
        ("django_mailbox/message_with_single_byte_encoding.eml", "Tjest", "Это сообщение имеет неправильную кодировка."),
        ("ruby_mail/error_emails/header_fields_with_empty_values.eml", "Testmail", "Jørn Støylen"),
        ("ruby_mail/rfc6532/utf8_headers.eml", "Säying Hello", "body"),
    ],
)  # fmt: skip
def test_named_mails_of_the_corpora(name: str, subject: str, text: str) -> None:
    if not CORPUS.exists():
        pytest.skip("the mail corpora (shared/data/mail) are not on this machine")
    parsed = parse_mail((CORPUS / name).read_bytes())
    assert parsed.subject == subject
    assert text in parsed.text
