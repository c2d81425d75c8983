"""The door: bytes in, `ParsedMail` out, whatever the bytes."""

import logging
import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from zhiyin.channels.providers.email.parsing.authentication import read_authentication
from zhiyin.channels.providers.email.parsing.automatic import classify
from zhiyin.channels.providers.email.parsing.bodies import Bodies, read_bodies
from zhiyin.channels.providers.email.parsing.bounces import read_bounce
from zhiyin.channels.providers.email.parsing.charsets import decode_text
from zhiyin.channels.providers.email.parsing.fields import addresses, message_ids, one_line, sent_at
from zhiyin.channels.providers.email.parsing.headers import Headers, skip_envelope, split_headers
from zhiyin.channels.providers.email.parsing.parsed import Address, ParsedMail
from zhiyin.channels.providers.email.parsing.quoting import fold_quoted
from zhiyin.channels.providers.email.parsing.structure import Budget, Part, leaves, read_structure
from zhiyin.channels.providers.email.tokens import NOTHING_OURS, Ours, find_key

if TYPE_CHECKING:
    from zhiyin.channels.providers.email.sealing.opening import Opened

log = logging.getLogger(__name__)
_NUMBER = re.compile(r"\[(?:[^\[\]#]{0,30})#(\d{1,12})\]")
_DELIVERED = (
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-delivered-to",
    "x-forwarded-to",
    "x-envelope-to",
)
_FIELDS_OF_A_MAIL = (
    "from",
    "to",
    "subject",
    "date",
    "message-id",
    "received",
    "mime-version",
    "content-type",
)
_SEALED_TYPES = {
    "multipart/signed",
    "multipart/encrypted",
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
}
_CONTROLS = bytes({*range(9), *range(14, 27), *range(28, 32)})
_KEPT_FIELDS = 200
_KEPT_LENGTH = 2_000
_UNREADABLE_TEXT = 20_000
_LONGEST_ARMOUR = 2_000_000
_NOBODY = Address("")


OpenSeals = Callable[[Part, str], "Opened"]


def parse_mail(raw: bytes, *, ours: Ours = NOTHING_OURS, open_seals: OpenSeals | None = None) -> ParsedMail:
    """What the mail says. Never raises: what can't be understood is `unreadable`, with whatever could be read.

    `open_seals` is asked where a mail is signed or encrypted, with its tree and the sender's address."""
    try:
        return _parse(raw, ours, open_seals)
    except Exception:  # the edge: anybody may send anything, and all of it becomes a ticket
        log.exception("mail could not be understood", extra={"size": len(raw)})
        return _parse_least(raw)


def _parse(raw: bytes, ours: Ours, open_seals: OpenSeals | None) -> ParsedMail:
    budget = Budget()
    root = whole = read_structure(raw, budget)
    headers = root.headers
    subject = one_line(headers.words("subject"))
    sender = next(iter(addresses(headers, "from") or addresses(headers, "sender")), _NOBODY)
    opened = open_seals(root, sender.address) if open_seals and _is_sealed(root) else None
    root = opened.root if opened else root
    bodies = read_bodies(root)
    if opened and not (bodies.text or bodies.html or bodies.attachments):
        bodies = read_bodies(whole)  # an empty envelope: what lies around it is all there is
    bounce = read_bounce(root=root, sender=sender.address, subject=subject, text=bodies.text)
    automatic = classify(root=root, subject=subject, bounce=bounce, ours=ours)
    unreadable = _is_unreadable(root, bodies)
    text = "" if unreadable and _is_binary(raw) else bodies.text
    visible, quoted = _fold(text) if automatic not in {"bounce", "loop"} else (text.strip("\n"), "")
    in_reply_to, references = message_ids(headers, "in-reply-to"), message_ids(headers, "references")
    to, cc, delivered = addresses(headers, "to"), addresses(headers, "cc"), _delivered_to(headers)
    went_to = (*(one.address for one in (*to, *cc)), *delivered)
    return ParsedMail(
        message_id=next(iter(message_ids(headers, "message-id")), ""),
        in_reply_to=in_reply_to,
        references=references,
        sender=sender,
        reply_to=addresses(headers, "reply-to"),
        to=to,
        cc=cc,
        delivered_to=delivered,
        subject=subject,
        sent_at=sent_at(headers),
        text=visible,
        quoted_text=quoted,
        html=bodies.html,
        has_remote_images=bodies.has_remote_images,
        attachments=bodies.attachments,
        omitted_parts=budget.omitted,
        calendar=bodies.calendar,
        seals=opened.marks if opened else {},
        certificates=tuple(opened.certificates) if opened else (),
        automatic=automatic,
        bounce=bounce,
        reply_key=find_key(addresses=went_to, message_ids=(*in_reply_to, *reversed(references))),
        ticket_number=ticket_number(subject),
        authentication=read_authentication(
            headers, sender_domain=sender.address.rpartition("@")[2], verifiers=ours.verifiers
        ),
        headers=_kept(headers),
        unreadable=unreadable,
    )


def _is_sealed(root: Part) -> bool:
    """Whether anything about a mail is signed or encrypted, or a key came along."""
    sealed = root.media_type in _SEALED_TYPES or "autocrypt" in root.headers
    return sealed or any(
        part.media_type == "application/pgp-keys" or _holds_armour(part) for part in leaves(root)
    )


def _holds_armour(part: Part) -> bool:
    """OpenPGP inside plain text."""
    is_text = part.media_type == "text/plain" and part.end - part.start <= _LONGEST_ARMOUR
    return is_text and b"-----BEGIN PGP " in part.content()


def _fold(text: str) -> tuple[str, str]:
    """What shows and what is folded; a mail that only repeats shows what it repeats."""
    folded = fold_quoted(text)
    return (folded.visible, folded.quoted) if folded.visible else (text.strip("\n"), "")


def ticket_number(subject: str) -> int | None:
    """`[#1001]` in a subject, also as `[Ticket #1001]` and in full-width characters."""
    plain = unicodedata.normalize("NFKC", subject).replace("【", "[").replace("】", "]")
    found = _NUMBER.search(plain)
    return int(found[1]) if found else None


def _delivered_to(headers: Headers) -> tuple[str, ...]:
    found = (one.address for name in _DELIVERED for one in addresses(headers, name))
    return tuple(dict.fromkeys(found))


def _kept(headers: Headers) -> tuple[tuple[str, str], ...]:
    fields = zip(range(_KEPT_FIELDS), headers.decoded(), strict=False)
    return tuple((name, one_line(value, limit=_KEPT_LENGTH)) for _, (name, value) in fields)


def _is_unreadable(root: Part, bodies: Bodies) -> bool:
    """Bytes without any field of a mail, or a mail without sender that has nothing to read."""
    if not any(name in root.headers for name in _FIELDS_OF_A_MAIL):
        return True
    return not (bodies.text.strip() or bodies.html or bodies.attachments or "from" in root.headers)


def _is_binary(raw: bytes) -> bool:
    """Whether the bytes are of something else altogether: text has hardly any control characters."""
    sample = raw[:4_000]
    return len(sample.translate(None, _CONTROLS)) * 50 < len(sample) * 49


def _parse_least(raw: bytes) -> ParsedMail:
    """Header fields by themselves and the beginning of the bytes as text."""
    sender, subject, message_id, body = _NOBODY, "", "", 0
    try:
        headers, body = split_headers(raw, skip_envelope(raw), len(raw))
        sender = next(iter(addresses(headers, "from")), _NOBODY)
        subject = one_line(headers.words("subject"))
        message_id = next(iter(message_ids(headers, "message-id")), "")
    except Exception:  # the last resort: the bytes are kept, and a person looks at them
        log.exception("nor could its header fields", extra={"size": len(raw)})
    text = "" if _is_binary(raw) else decode_text(raw[body : body + _UNREADABLE_TEXT])
    return ParsedMail(message_id=message_id, sender=sender, subject=subject, text=text, unreadable=True)
