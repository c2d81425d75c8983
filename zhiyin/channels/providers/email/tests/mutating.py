"""Mails broken on purpose: by the byte, as relays and disks do, and by their structure, as attackers and bad programs do.

The same seed gives the same mail, so that whatever goes wrong can be looked at again.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

from zhiyin.channels.providers.email.tests.mails import b64, mail, mixed, multipart, part

CORPUS = Path(__file__).parents[6] / "shared/data/mail"
_NO_MAILS = {"LICENSE"}
LARGEST = 400_000  # bytes; beyond, only time is spent

inner, inner_type = multipart(
    part(
        "您好\r\n\r\n在 2024-01-01，x <a@b.cn> 写道：\r\n> 旧",
        "Content-Type: text/plain; charset=utf-8; format=flowed",
    ),
    part("<p>您好<img src='https://x/y.gif'></p>", "Content-Type: text/html; charset=utf-8"),
    kind="alternative",
    boundary="inner",
)
OWN_MAILS = [
    mixed(
        part(inner, inner_type),
        part(
            b64(b"%PDF"),
            "Content-Type: image/png; name*=gbk''%B7%A2.png",
            "Content-Transfer-Encoding: base64",
        ),
        part(mail("inner"), "Content-Type: message/rfc822"),
        subject="=?gb2312?B?zcu/7g==?= [#1001]",
    ),
    mixed(
        part("failed", "Content-Type: text/plain"),
        part(
            "Final-Recipient: rfc822; a@b.cn\r\nAction: failed\r\nStatus: 5.1.1",
            "Content-Type: message/delivery-status",
        ),
        **{"from": "MAILER-DAEMON@x.cn"},
    ),
    mail(
        "begin 644 a.txt\r\n#0V%T\r\n`\r\nend\r\n",
        "Content-Transfer-Encoding: x-uuencode",
        "References: <a@b> <c@d>",
    ),
    mail(
        "退款".encode("gb18030"),
        "Content-Type: text/plain; charset=big5",
        "Authentication-Results: mx.shop.example; spf=pass smtp.mailfrom=x@y.cn; dkim=pass header.d=y.cn",
    ),
]
_TROUBLE = [
    b"\r\n", b"\r\n\r\n", b"\n", b"\r", b"--inner", b"--frontier--", b"=?utf-8?B?", b"?=", b"\x00", b"\xff\xfe", b"\x1b$B",
    b"<", b">", b'"', b";", b"(", b"=", b"%", b"\xe4\xbd", b"\x80" * 40, b" " * 300, b"a" * 2_000, b"\\", b"&#x0;",
]  # fmt: skip
_HEADERS = [
    b"Content-Type: multipart/mixed; boundary=inner",
    b"Content-Type: text/html; charset=utf-16",
    b"Content-Type: message/rfc822",
    b"Content-Type: text/plain; charset=\xff\xfe",
    b"Content-Type: text/plain; charset=iso-2022-jp",
    b"Content-Type: multipart/alternative",
    b"Content-Transfer-Encoding: base64",
    b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Transfer-Encoding: x-uuencode",
    b"Content-Type: application/ms-tnef",
    b"Content-Type: text/calendar; method=REQUEST",
    b"Content-Type: application/pkcs7-mime",
    b"Content-Type: multipart/signed; protocol=application/pgp-signature",
    b"Content-Type: multipart/encrypted",
    b"Content-Disposition: attachment; filename*=utf-8''%E4%BD%A0%ZZ",
    b"Date: Thu, 99 Foo 99999 99:99:99 +9999",
    b"From: ,,,<>@;:",
    b"Message-ID: <<<a@@b>>>",
    b"Content-Type: multipart/report; report-type=delivery-status",
    b"Content-Type: text/plain; format=flowed; delsp=yes; charset=hz",
    b"Content-ID: <<>>",
    b"Subject: =?x?q?=00?=",
]
_BOUNDARY = re.compile(rb"\r?\n--[^\r\n]{1,70}")
_CHARSET = re.compile(rb"charset=\"?[\w-]+", re.IGNORECASE)
_CHARSETS = [
    b"gb2312",
    b"big5",
    b"iso-2022-jp",
    b"utf-7",
    b"utf-16",
    b"hz",
    b"koi8-r",
    b"x-nonsense",
    b"",
    b"idna",
    b"zip",
]


def all_mails() -> list[bytes]:
    """The project's own and, where it is there, every mail of the corpora."""
    return [*OWN_MAILS, *(path.read_bytes()[:LARGEST] for path in corpus())]


def corpus() -> list[Path]:
    return [
        path
        for path in sorted(CORPUS.rglob("*"))
        if path.is_file()
        and path.name not in _NO_MAILS
        and "replies" not in path.parts
        and path.suffix != ".list"
        and not path.name.endswith("-summary.txt")
    ]


def broken_mail(mails: list[bytes], seed: int) -> bytes:
    """The mail of this number, the same every time."""
    rng = random.Random(seed)
    raw = rng.choice(mails)
    for _ in range(1 + int(rng.expovariate(0.25))):
        raw = rng.choice(_WAYS)(raw, mails, rng)[: 2 * LARGEST]
    return raw


def _flip(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    content = bytearray(raw)
    for _ in range(rng.randint(1, 8)):
        if content:
            content[rng.randrange(len(content))] = rng.randrange(256)
    return bytes(content)


def _cut(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    at, to = _span(raw, rng)
    return raw[:at] + raw[to:]


def _double(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    at, to = _span(raw, rng)
    return raw[:to] + raw[at:to] * rng.choice([1, 1, 2, 50]) + raw[to:]


def _insert(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    at = rng.randrange(len(raw) + 1)
    return raw[:at] + rng.choice(_TROUBLE) + raw[at:]


def _end_early(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    return raw[: rng.randrange(len(raw) + 1)]


def _add_header(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    """At the top or before a part."""
    places = [0, *(match.end() for match in _BOUNDARY.finditer(raw))]
    at = rng.choice(places)
    line = rng.choice(_HEADERS)
    return line + b"\r\n" + raw if at == 0 else raw[:at] + b"\r\n" + line + raw[at:]


def _relabel(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    return _CHARSET.sub(lambda _: b"charset=" + rng.choice(_CHARSETS), raw, count=rng.randint(1, 3))


def _swap_parts(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    places = [match.start() for match in _BOUNDARY.finditer(raw)]
    if len(places) < 3:
        return raw
    first, second, third = sorted(rng.sample(places, 3))
    return raw[:first] + raw[second:third] + raw[first:second] + raw[third:]


def _nest(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    other = rng.choice(mails)[:60_000]
    return mixed(
        part("see", "Content-Type: text/plain"), part(raw[:60_000], "Content-Type: message/rfc822"), other
    )


def _graft(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    """The head of one mail on the body of another."""
    other = rng.choice(mails)
    return raw.partition(b"\n\n")[0] + b"\n\n" + other.partition(b"\n\n")[2]


def _change_line_ends(raw: bytes, mails: list[bytes], rng: random.Random) -> bytes:
    plain = raw.replace(b"\r\n", b"\n")
    return plain.replace(b"\n", rng.choice([b"\r\n", b"\n", b"\r", b"\r\r\n", b"\n\n"]))


def _span(raw: bytes, rng: random.Random) -> tuple[int, int]:
    at = rng.randrange(len(raw) + 1)
    return at, min(len(raw), at + rng.choice([1, 4, 60, 500, 5_000]))


_WAYS: list[Callable[[bytes, list[bytes], random.Random], bytes]] = [
    _flip, _flip, _cut, _double, _insert, _insert, _end_early, _add_header, _add_header, _relabel, _swap_parts, _nest, _graft,
    _change_line_ends,
]  # fmt: skip
