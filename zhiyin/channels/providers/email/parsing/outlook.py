"""`winmail.dat`, opened: what Outlook packed into it stands where it would have stood."""

from dataclasses import dataclass

from zhiyin.channels.providers.email.parsing.attachment_names import declared_name, media_type_of, safe_name
from zhiyin.channels.providers.email.parsing.parsed import Attachment
from zhiyin.channels.providers.email.parsing.rtf import read_rtf, unpack_rtf
from zhiyin.channels.providers.email.parsing.structure import Part
from zhiyin.channels.providers.email.parsing.tnef import read_tnef

_TYPES = {"application/ms-tnef", "application/vnd.ms-tnef"}


@dataclass(frozen=True, slots=True)
class Unpacked:
    text: str
    html: str
    files: list[Attachment]


def is_outlook_pack(part: Part) -> bool:
    return part.media_type in _TYPES or declared_name(part).lower() == "winmail.dat"


def unpack_outlook(part: Part) -> Unpacked | None:
    """What the pack holds; None where it can't be read or holds nothing, and stays a file."""
    found = read_tnef(part.content())
    if not found.holds_something:
        return None
    text, html = found.text, found.html
    if found.rtf and not html:
        rtf_text, html = read_rtf(unpack_rtf(found.rtf))
        text = text or rtf_text
    files = []
    for number, file in enumerate(found.files, start=1):
        name = safe_name(file.name) or f"file-{number}.bin"
        files.append(Attachment(name, file.media_type or media_type_of(name), file.content, file.cid))
    return Unpacked(text.replace("\r\n", "\n"), html, files)
