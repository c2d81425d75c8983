"""What Outlook packs into winmail.dat stands where it belongs: files as files, the message as the message."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from zhiyin.channels.providers.email.parsing.parse import parse_mail
from zhiyin.channels.providers.email.parsing.rtf import read_rtf, unpack_rtf
from zhiyin.channels.providers.email.parsing.tnef import read_tnef
from zhiyin.channels.providers.email.tests.mails import b64, mail, mixed, part
from zhiyin.channels.providers.email.tests.mutating import CORPUS

TNEF = CORPUS / "mimekit/tnef"


def attribute(number: int, content: bytes, level: int = 1) -> bytes:
    return (
        struct.pack("<BII", level, number, len(content)) + content + struct.pack("<H", sum(content) & 0xFFFF)
    )


def properties(*told: tuple[int, int, bytes]) -> bytes:
    found = struct.pack("<I", len(told))
    for number, kind, value in told:
        found += struct.pack("<HHII", kind, number, 1, len(value)) + value + bytes(-len(value) % 4)
    return found


def pack(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


PACK = pack(
    attribute(0x00069003, properties((0x1013, 0x102, "<p>请看附件</p>".encode()), (0x3FDE, 0x102, b"\xe9\xfd\x00\x00"))),
    attribute(0x00069002, bytes(14), 2),
    attribute(0x00018010, b"B7A2.PDF" + b"\0", 2),
    attribute(0x0006800F, b"%PDF-1.4", 2),
    attribute(
        0x00069005,
        properties((0x3707, 0x1F, "发票.pdf\0".encode("utf-16-le")), (0x370E, 0x1F, "application/pdf\0".encode("utf-16-le"))),
        2,
    ),
)  # fmt: skip


def winmail(*fields: str, before: bytes = b"") -> bytes:
    packed = part(
        b64(PACK), "Content-Type: application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64"
    )
    return mixed(*([before] if before else []), packed)


def test_the_pack_alone_is_the_message_and_its_files() -> None:
    parsed = parse_mail(winmail())
    assert (parsed.text, parsed.html) == ("请看附件", "<p>请看附件</p>")
    assert [(one.name, one.media_type, one.content) for one in parsed.attachments] == [
        ("发票.pdf", "application/pdf", b"%PDF-1.4")
    ]


def test_a_text_beside_the_pack_is_not_said_twice() -> None:
    parsed = parse_mail(winmail(before=part("see attached", "Content-Type: text/plain")))
    assert (parsed.text, parsed.html) == ("see attached", "")
    assert [one.name for one in parsed.attachments] == ["发票.pdf"]


def test_a_pack_that_cannot_be_opened_stays_a_file() -> None:
    broken = mail("nonsense", "Content-Type: application/ms-tnef; name=winmail.dat")
    assert [one.name for one in parse_mail(broken).attachments] == ["winmail.dat"]


@pytest.mark.parametrize("cut", range(0, len(PACK), 7))
def test_a_pack_cut_off_anywhere_gives_what_came_before(cut: int) -> None:
    assert len(read_tnef(PACK[:cut]).files) <= 1


def test_rtf_gives_back_the_html_that_was_wrapped_into_it() -> None:
    wrapped = rb"{\*\htmltag <b>}\htmlrtf {\b \htmlrtf0 \'c4\'e3{\*\htmltag </b>}\htmlrtf }\htmlrtf0 "
    rtf = rb"{\rtf1\ansi\ansicpg936\fromhtml1 " + wrapped + b"}"
    assert read_rtf(rtf) == ("", "<b>你</b>")
    assert read_rtf(rb"{\rtf1{\fonttbl{\f0 Arial;}}Hello\par \u20320?\tab x}") == ("Hello\n你\tx", "")


def test_rtf_that_claims_to_unpack_without_end_stops() -> None:
    bomb = struct.pack("<II", 100, 0xFFFFFFFF) + b"LZFu" + bytes(4) + b"\xff\x00\x0f" * 400_000
    assert len(unpack_rtf(bomb)) <= 1_000_020


def packs() -> list[Path]:
    return sorted(TNEF.glob("*.tnef")) if TNEF.exists() else []


@pytest.mark.parametrize("path", packs(), ids=lambda path: path.stem)
def test_the_packs_of_the_corpus_give_the_files_that_are_listed(path: Path) -> None:
    found = read_tnef(path.read_bytes())
    listed = [
        name
        for name in path.with_suffix(".list").read_text().split("\n")
        if name and not name.startswith("body.")
    ]
    if listed:
        assert sorted(one.name for one in found.files) == sorted(listed)
    if "body.rtf" in path.with_suffix(".list").read_text():
        text, html = read_rtf(unpack_rtf(found.rtf))
        assert text or html
    if "body.html" in path.with_suffix(".list").read_text():
        assert "<html" in found.html.lower()
