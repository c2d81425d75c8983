"""Which parts of a mail are its text, its HTML and its attachments."""

import html as entities
import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from zhiyin.channels.providers.email.parsing.attachment_names import attachment_name, declared_name, safe_name
from zhiyin.channels.providers.email.parsing.charsets import decode_text
from zhiyin.channels.providers.email.parsing.cleaning import clean_html
from zhiyin.channels.providers.email.parsing.fields import one_line
from zhiyin.channels.providers.email.parsing.flowed import unflow
from zhiyin.channels.providers.email.parsing.headers import skip_envelope, split_headers
from zhiyin.channels.providers.email.parsing.outlook import Unpacked, is_outlook_pack, unpack_outlook
from zhiyin.channels.providers.email.parsing.parsed import Attachment
from zhiyin.channels.providers.email.parsing.structure import Part, leaves
from zhiyin.platform.text.html_text import html_to_text, strip_tags

TEXT_LIMIT = 400_000  # characters shown and searched; a longer text is attached whole
_META_CHARSET = re.compile(rb"<meta[^>]{1,200}charset\s*=\s*[\"']?([\w-]{1,40})", re.IGNORECASE)
_TEXT_TYPES = {"text/plain", "text/html", "text/enriched", "text/richtext"}
_CALENDAR_TYPES = {"text/calendar", "application/ics"}
CALENDAR_LIMIT = 300_000
_SHADOWS = {"text/x-amp-html", "text/watch-html"}  # the same message once more, for one maker's programs
_NEWLINES = re.compile(r"\r\n?|[\u2028\u2029\x0b\x0c\x85]")


@dataclass(frozen=True, slots=True)
class Bodies:
    text: str = ""
    html: str = ""
    has_remote_images: bool = False
    attachments: tuple[Attachment, ...] = ()
    calendar: str = ""  # iCalendar, as it came


@dataclass(slots=True)
class _Found:
    """What a subtree holds; `texts` and `htmls` are alternatives of one another where both are there."""

    text: str = ""
    html: str = ""
    attached: list[Part] = field(default_factory=list)
    packed: list[Unpacked] = field(default_factory=list)


def read_bodies(root: Part) -> Bodies:
    """Text, safe HTML and attachments of the whole mail."""
    found = _read(root)
    if not found.text.strip() and not found.html.strip():
        _promote_named_text(found)
    _use_packed(found)
    attachments = [_attach(part, number) for number, part in enumerate(found.attached, start=1)]
    attachments += [file for packed in found.packed for file in packed.files]
    text, html, has_remote_images = found.text, "", False
    if found.html.strip():
        cids = frozenset(attachment.cid for attachment in attachments if attachment.cid)
        cleaned = clean_html(found.html, cids=cids, locations=_locations(found.attached))
        if cleaned:
            html, has_remote_images = cleaned.html, cleaned.has_remote_images
        else:
            attachments.append(Attachment("message.html", "text/html", found.html.encode()))
        if not text.strip():
            text = html_to_text(html) if cleaned else strip_tags(found.html)
        if cleaned and not (html or text.strip() or attachments) and strip_tags(found.html).strip():
            attachments.append(
                Attachment("message.html", "text/html", found.html.encode())
            )  # nothing safe is left
    if len(text) > TEXT_LIMIT:
        attachments.append(Attachment("message.txt", "text/plain", text.encode()))
        text = text[:TEXT_LIMIT]
    return Bodies(text, html, has_remote_images, tuple(_mark_inline(attachments, html)), _calendar(root))


def _read(part: Part) -> _Found:
    if part.children:
        found = [_read(child) for child in part.children]
        return _choose(found) if part.media_type == "multipart/alternative" else _join(found)
    if part.media_type.startswith("multipart/"):  # says it holds parts and holds none
        return _Found(text=_part_text(part)) if part.source().strip() else _Found()
    if part.media_type in _SHADOWS:
        return _Found()
    if is_outlook_pack(part) and (packed := unpack_outlook(part)):
        return _Found(packed=[packed])
    if part.media_type not in _TEXT_TYPES or part.disposition[0] == "attachment" or declared_name(part):
        return _Found(attached=[part] if part.source().strip() or declared_name(part) else [])
    if part.media_type == "text/plain":
        return _Found(text=_part_text(part))
    return _Found(html=_part_text(part))


def _choose(alternatives: list[_Found]) -> _Found:
    """Of alternatives the plainest text and the richest HTML."""
    text = next((found.text for found in alternatives if found.text.strip()), "")
    html = next((found.html for found in reversed(alternatives) if found.html.strip()), "")
    return _Found(text, html, *_beside(alternatives))


def _join(sequence: list[_Found]) -> _Found:
    """Parts after one another: Apple Mail alternates text, picture, text."""
    spoken = [found for found in sequence if found.text.strip() or found.html.strip()]
    beside = _beside(sequence)
    if len(spoken) == 1:
        return _Found(spoken[0].text, spoken[0].html, *beside)
    if not any(found.html for found in spoken):
        return _Found("\n\n".join(found.text.strip("\n") for found in spoken), "", *beside)
    html = "\n".join(found.html or _text_as_html(found.text) for found in spoken)
    if not all(found.text.strip() for found in spoken):
        return _Found("", html, *beside)  # the text is read from the HTML, which is whole
    return _Found("\n\n".join(found.text.strip("\n") for found in spoken), html, *beside)


def _beside(sequence: list[_Found]) -> tuple[list[Part], list[Unpacked]]:
    attached = [part for found in sequence for part in found.attached]
    return attached, [packed for found in sequence for packed in found.packed]


def _use_packed(found: _Found) -> None:
    """What Outlook packed away is the message where the mail says nothing else."""
    if found.text.strip() or found.html.strip():
        return
    found.text = next((packed.text for packed in found.packed if packed.text.strip()), found.text)
    found.html = next((packed.html for packed in found.packed if packed.html.strip()), found.html)


def _calendar(root: Part) -> str:
    """The first calendar of the mail, wherever it stands."""
    for part in leaves(root):
        if part.media_type in _CALENDAR_TYPES and len(part.source()) < CALENDAR_LIMIT:
            return decode_text(part.content(), part.parameters.get("charset", "") or "utf-8")
    return ""


def _promote_named_text(found: _Found) -> None:
    """Some senders name the part that is their message; it stays attached too."""
    for part in found.attached:
        if part.media_type in {"text/plain", "text/html"} and part.disposition[0] != "attachment":
            if part.media_type == "text/plain":
                found.text = _part_text(part)
            else:
                found.html = _part_text(part)
            return


def _part_text(part: Part) -> str:
    content = part.content()
    charset = part.parameters.get("charset", "")
    if not charset and part.media_type == "text/html":
        meta = _META_CHARSET.search(content, 0, 4_000)
        charset = meta[1].decode("ascii") if meta else ""
    text = _NEWLINES.sub("\n", decode_text(content, charset))
    is_flowed = part.media_type == "text/plain" and part.parameters.get("format", "").lower() == "flowed"
    if is_flowed and len(text) < 5 * TEXT_LIMIT:
        text = unflow(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")
    return text


def _text_as_html(text: str) -> str:
    lines = entities.escape(text.strip("\n")).replace("\n", "<br>")
    return f"<p>{lines}</p>"


def _attach(part: Part, number: int) -> Attachment:
    name = attachment_name(part, number=number)
    if part.media_type == "message/rfc822" and not declared_name(part):
        name = _forwarded_name(part) or name
    cid = one_line(part.headers.first("content-id").strip("<> "), limit=300)
    return Attachment(name, part.media_type, part.content(), cid or _location_cid(part))


def _forwarded_name(part: Part) -> str:
    raw = part.content()
    headers, _ = split_headers(raw, skip_envelope(raw), len(raw))
    subject = safe_name(headers.words("subject").replace("/", "_"))
    return f"{subject}.eml" if subject else ""


def _location_cid(part: Part) -> str:
    """Pages saved as mail (MHTML) point at pictures by address; such a picture gets a made-up content id."""
    location = part.headers.first("content-location")
    return f"location-{part.start}" if location and part.media_type.startswith("image/") else ""


def _locations(parts: Iterable[Part]) -> dict[str, str]:
    return {
        part.headers.first("content-location"): part.headers.first("content-id").strip("<> ")
        or _location_cid(part)
        for part in parts
        if part.media_type.startswith("image/") and "content-location" in part.headers
    }


def _mark_inline(attachments: list[Attachment], html: str) -> Iterable[Attachment]:
    """A picture is inline when the HTML shows it, whatever its disposition says."""
    for attachment in attachments:
        shown = bool(attachment.cid) and f'"cid:{entities.escape(attachment.cid)}"' in html
        yield Attachment(attachment.name, attachment.media_type, attachment.content, attachment.cid, shown)
