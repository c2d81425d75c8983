"""What a file really is, where believing its sender would be dangerous."""

from __future__ import annotations

import re

SHOWN_INLINE = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/avif"})
UNKNOWN = "application/octet-stream"

_SIGNATURES = (
    (re.compile(rb"\x89PNG\r\n\x1a\n"), "image/png"),
    (re.compile(rb"\xff\xd8\xff"), "image/jpeg"),
    (re.compile(rb"GIF8[79]a"), "image/gif"),
    (re.compile(rb"RIFF....WEBP", re.DOTALL), "image/webp"),
    (re.compile(rb"....ftypavi[fs]", re.DOTALL), "image/avif"),
    (re.compile(rb"BM....\x00\x00\x00\x00", re.DOTALL), "image/bmp"),
    (re.compile(rb"%PDF-"), "application/pdf"),
    (re.compile(rb"MZ"), "application/vnd.microsoft.portable-executable"),
    (re.compile(rb"\x7fELF"), "application/x-executable"),
    (re.compile(rb"\s*<svg\b|\s*<\?xml[^>]{0,200}>.{0,500}?<svg\b", re.DOTALL | re.IGNORECASE), "image/svg+xml"),
    (re.compile(rb"\s*(?:<!--.{0,500}?-->\s*)?<(?:!doctype\s+html|html|head|body|script)\b", re.DOTALL | re.IGNORECASE),
     "text/html"),
)  # fmt: skip
_MARK = b"\xef\xbb\xbf"
_LOOKED_AT = 2048
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}\Z")


def media_type_of(content: bytes, declared: str) -> str:
    """Return the media type to keep: by content for pictures, pages and programs, else as declared."""
    head = content[:_LOOKED_AT].removeprefix(_MARK)
    for signature, media_type in _SIGNATURES:
        if signature.match(head):
            return media_type
    told = declared.partition(";")[0].strip().lower()
    if not _MEDIA_TYPE.match(told) or told in SHOWN_INLINE:
        return UNKNOWN  # nothing is shown as a picture that is none
    return told
