"""The mail we send: its bytes, put together so that nothing anybody typed can become a field of its own."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from email import encoders
from email.charset import BASE64, QP, Charset
from email.header import Header
from email.message import Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.nonmultipart import MIMENonMultipart
from email.policy import compat32
from email.utils import format_datetime
from typing import TYPE_CHECKING

import nh3

from zhiyin.channels.providers.email.parsing.fields import one_line
from zhiyin.channels.providers.email.tokens import DELIVERY_HEADER, INSTANCE_HEADER

if TYPE_CHECKING:
    from zhiyin.channels.providers.email.sealing.signing import Sealed

_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@]+@[^\s<>()\[\],;:\"\\@]+")
_WRITTEN_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_MEDIA_TYPE = re.compile(r"[a-z0-9][\w!#$&^.+-]{0,60}/[a-z0-9][\w!#$&^.+-]{0,60}")
_ANSWER_MARKS = re.compile(
    r"^(?:(?:re|aw|sv|antw|ref|回复|回覆|答复|答覆)\s*(?:\[\d+\])?\s*[:：]\s*)+", re.IGNORECASE
)
_NUMBER = re.compile(r"\s*\[#\d+\]")
_WORD_LIMIT = 45  # bytes of text in one encoded word, which may be 75 characters long
_REFERENCES_LIMIT = 30


_AS_WRITTEN = compat32.clone(max_line_length=0, linesep="\r\n")


class BadAddress(ValueError):
    """The text is no address that a mail can go to."""


@dataclass(frozen=True, kw_only=True)
class File:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, kw_only=True)
class Outbound:
    """All that a mail of ours says. Ids are written with their angle brackets."""

    sender: tuple[str, str]  # (name, address)
    to: list[tuple[str, str]]
    cc: list[str]
    reply_to: str
    subject: str
    text: str
    html: str
    calendar: str  # an answer to an invitation, or ''
    message_id: str
    in_reply_to: str
    references: list[str]
    files: list[File]
    automatic: bool
    instance: str
    delivery_key: str
    at: datetime


def compose(mail: Outbound, *, sign: Callable[[bytes], Sealed] | None = None) -> bytes:
    """The bytes to hand to SMTP. Raises BadAddress, and UnusableKey where it can't be signed."""
    content = _content(mail)
    if sign is not None:
        return _sealed(mail, sign(content.as_bytes(policy=_AS_WRITTEN).rstrip(b"\r\n")))
    for name, value in _fields(mail):
        content[name] = value
    return content.as_bytes(policy=_AS_WRITTEN)


def _sealed(mail: Outbound, sealed: Sealed) -> bytes:
    """The same fields above what is signed, which must not change by a byte any more."""
    head = Message()
    head["MIME-Version"] = "1.0"
    for name, value in _fields(mail):
        head[name] = value
    fields = head.as_bytes(policy=_AS_WRITTEN).rstrip(b"\r\n")
    return fields + b"\r\nContent-Type: " + sealed.content_type.encode() + b"\r\n\r\n" + sealed.body


def clean_address(address: str) -> str:
    """The address as mail servers want it: one, bare, with its domain in ASCII. Raises BadAddress."""
    found = _ADDRESS.fullmatch(address.strip().strip("<>"))
    if found is None:
        raise BadAddress(address)
    local, _, domain = found[0].rpartition("@")
    try:
        local.encode("ascii")
        return f"{local}@{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        raise BadAddress(address) from None


def tidy_subject(subject: str) -> str:
    """One line, one `Re:`, the ticket's number once and last."""
    line = one_line(subject, limit=500)
    number = _NUMBER.findall(line)
    bare = _NUMBER.sub("", line)
    is_answer = _ANSWER_MARKS.match(bare) is not None
    bare = _ANSWER_MARKS.sub("", bare).strip()
    return " ".join(filter(None, ["Re:" if is_answer else "", bare, number[-1].strip() if number else ""]))


def _fields(mail: Outbound) -> Iterable[tuple[str, str]]:
    yield "From", _mailbox(*mail.sender)
    yield "To", ",\n ".join(_mailbox(*one) for one in mail.to)
    if mail.cc:
        yield "Cc", ",\n ".join(_mailbox("", one) for one in mail.cc)
    if mail.reply_to:
        yield "Reply-To", _mailbox(mail.sender[0], mail.reply_to)
    yield "Subject", _words(tidy_subject(mail.subject), "Subject")
    yield "Date", format_datetime(mail.at)
    yield from _ids("Message-ID", [mail.message_id])
    yield from _ids("In-Reply-To", [mail.in_reply_to])
    references = [one for one in mail.references if one != mail.in_reply_to]
    yield from _ids("References", [*references[:1], *references[1:][-_REFERENCES_LIMIT:], mail.in_reply_to])
    if mail.automatic:
        yield "Auto-Submitted", "auto-generated"
        yield "X-Auto-Response-Suppress", "All"
    yield INSTANCE_HEADER, mail.instance
    yield DELIVERY_HEADER, mail.delivery_key


def _ids(name: str, ids: list[str]) -> Iterable[tuple[str, str]]:
    written = [one.strip() for one in ids if _WRITTEN_ID.fullmatch(one.strip())]
    if written:
        yield name, "\n ".join(written)


def _mailbox(name: str, address: str) -> str:
    bare, shown = clean_address(address), one_line(name, limit=80)
    if not shown:
        return bare
    if shown.isascii() and "=?" not in shown:
        escaped = shown.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}" <{bare}>'
    return f"{_words(shown)}\n <{bare}>"


def _words(text: str, field: str = "") -> str:
    """Text of a field; beyond ASCII as encoded words that never cut a character in two."""
    if text.isascii() and "=?" not in text:
        return Header(text, "us-ascii", header_name=field).encode(linesep="\n")
    words, current = [], ""
    for character in text:
        if len((current + character).encode()) > _WORD_LIMIT:
            words.append(current)
            current = ""
        current += character
    return "\n ".join(_CHARSET_WORDS.header_encode(word) for word in (*words, current))


def _content(mail: Outbound) -> MIMEBase:
    body = MIMEMultipart("alternative")
    body.attach(_text_part(mail.text, "plain"))
    body.attach(_text_part(nh3.clean(mail.html) if mail.html.strip() else text_as_html(mail.text), "html"))
    if mail.calendar:
        answer = _text_part(mail.calendar, "calendar")
        answer.set_param("method", "REPLY")
        body.attach(answer)
    if not mail.files:
        return body
    whole = MIMEMultipart("mixed")
    whole.attach(body)
    for file in mail.files:
        whole.attach(_file_part(file))
    return whole


def text_as_html(text: str) -> str:
    """The text again, for programs that show HTML: paragraphs, line breaks and spaces as they were."""
    paragraphs = re.split(r"\n\s*\n", text.strip("\n"))
    shown = (
        re.sub(r"(?<= ) |^ ", "&nbsp;", entities.escape(one, quote=False), flags=re.MULTILINE)
        for one in paragraphs
    )
    return "\n".join(f"<p>{one}</p>" for one in shown).replace("\n", "<br>\n").replace("</p><br>", "</p>")


def _text_part(text: str, subtype: str) -> MIMENonMultipart:
    charset = Charset("utf-8")
    plain = sum(character < "\x80" for character in text)
    charset.body_encoding = QP if plain * 5 > len(text) * 4 else BASE64
    part = MIMENonMultipart("text", subtype, charset="utf-8")
    part.set_payload(text.replace("\r\n", "\n"), charset=charset)
    return part


def _file_part(file: File) -> MIMEBase:
    media_type = file.media_type.lower()
    if not _MEDIA_TYPE.fullmatch(media_type) or media_type.startswith(("message/", "multipart/")):
        media_type = "application/octet-stream"  # a mail within a mail must not be encoded; as a file it may
    name = one_line(file.name, limit=200)
    part = MIMEBase(*media_type.split("/", 1))
    part.set_payload(file.content)
    encoders.encode_base64(part)
    # the name twice: RFC 2231 as the standard has it, RFC 2047 as older programs read it
    part.set_param("name", name if name.isascii() else _CHARSET_WORDS.header_encode(name))
    part.add_header(
        "Content-Disposition", "attachment", filename=name if name.isascii() else ("utf-8", "", name)
    )
    return part


_CHARSET_WORDS = Charset("utf-8")
_CHARSET_WORDS.header_encoding = BASE64
