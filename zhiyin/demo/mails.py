"""Mails of the demo as they would have come over the wire, and how people write them."""

from __future__ import annotations

from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from html import escape
from random import Random

from zhiyin.demo.customers import Customer

_HELLO = ("您好：", "你好，", "客服您好：", "您好！", "")
_BYE = ("谢谢！", "麻烦了，谢谢", "期待回复", "祝好", "盼复")
_HELLO_EN = ("Hello,", "Hi,", "Dear Luting team,", "")
_BYE_EN = ("Best regards,", "Kind regards,", "Thanks,", "Cheers,")


@dataclass(frozen=True, slots=True)
class File:
    """A file that goes with a message; `id` is the stored file's."""

    id: int
    name: str
    media_type: str
    content: bytes


def customer_writes(said: str, customer: Customer, rng: Random) -> str:
    """The words as a mail: with a greeting and a name, or without, as people do."""
    english = customer.name.is_english
    hello = rng.choice(_HELLO_EN if english else _HELLO)
    greeted = said[:2] in ("你好", "您好", "He", "Hi", "De", "Go", "在吗", "亲，")
    parts = [said] if greeted or not hello else [hello, said]
    if rng.random() < 0.75:
        parts.append(f"{rng.choice(_BYE_EN if english else _BYE)}\n{customer.name.full}")
        if customer.phone and rng.random() < 0.3:
            parts[-1] += f"\n电话：{customer.phone}"
    return "\n\n".join(parts)


def agent_writes(said: str, customer: Customer, agent: str) -> str:
    """An agent's answer as the house writes mails."""
    if customer.name.is_english:
        first = customer.name.full.split()[0]
        return f"Dear {first},\n\n{said}\n\nBest regards,\n{agent}\nLuting Support"
    title = "女士" if customer.name.is_woman else "先生"
    return f"尊敬的{customer.name.surname}{title}：\n\n{said}\n\n{agent}\n鹿汀智能客户服务中心"


def quote(earlier: str, *, author: str, address: str, at: int) -> str:
    """What mail programs put below an answer."""
    moment = datetime.fromtimestamp(at // 1_000_000 + 28_800, UTC)
    head = f"在 {moment:%Y-%m-%d %H:%M}，{author} <{address}> 写道："
    return "\n".join([head, *(f"> {line}".rstrip() for line in earlier.split("\n"))])


def as_html(said: str, *, picture: bool) -> str:
    """The same words as the cleaned HTML of a mail; a picture from elsewhere is held back until asked for."""
    paragraphs = "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in said.split("\n\n"))
    blocked = (
        '<p><img data-blocked-src="https://img.example.com/mail/logo.png" alt="logo"></p>' if picture else ""
    )
    return paragraphs + blocked


def raw_mail(
    *,
    message_id: str,
    at: int,
    sender: tuple[str, str],
    to: tuple[str, str],
    subject: str,
    body: str,
    html: str = "",
    references: list[str] | None = None,
    files: list[File] | None = None,
) -> bytes:
    """The mail as a mail server hands it over; message ids stand in angle brackets."""
    head = [
        f"Message-ID: {message_id}",
        f"Date: {format_datetime(datetime.fromtimestamp(at // 1_000_000, UTC))}",
        f"From: {_address(*sender)}",
        f"To: {_address(*to)}",
        f"Subject: {_encoded(subject)}",
        "MIME-Version: 1.0",
    ]
    if references:
        head += [f"In-Reply-To: {references[-1]}", f"References: {' '.join(references)}"]
    part = _part("text/plain", body)
    if html:
        html = html.replace("data-blocked-src", "src")
        part = _multipart("alternative", [part, _part("text/html", html)])
    if files:
        part = _multipart("mixed", [part, *map(_file, files)])
    return "\r\n".join([*head, *part]).encode()


def _part(media_type: str, body: str) -> list[str]:
    lines = body.split("\n")
    return [f"Content-Type: {media_type}; charset=utf-8", "Content-Transfer-Encoding: 8bit", "", *lines]


def _multipart(kind: str, parts: list[list[str]]) -> list[str]:
    boundary = f"=_{kind}"
    lines = [f'Content-Type: multipart/{kind}; boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", *part]
    return [*lines, f"--{boundary}--", ""]


def _file(file: File) -> list[str]:
    encoded = b64encode(file.content).decode()
    return [
        f"Content-Type: {file.media_type}",
        f"Content-Disposition: attachment; filename*=utf-8''{_percent(file.name)}",
        "Content-Transfer-Encoding: base64",
        "",
        *(encoded[start : start + 76] for start in range(0, len(encoded), 76)),
    ]


def _percent(name: str) -> str:
    return "".join(
        chr(byte) if (chr(byte).isalnum() and byte < 128) or byte == 46 else f"%{byte:02X}"
        for byte in name.encode()
    )


def _address(name: str, address: str) -> str:
    return f"{_encoded(name)} <{address}>" if name else address


def _encoded(words: str) -> str:
    """RFC 2047, in pieces that fit their length; plain where it is plain already."""
    if words.isascii():
        return words
    pieces = [words[start : start + 12] for start in range(0, len(words), 12)]
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in pieces)
