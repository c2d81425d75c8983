"""Names of attachments: as the sender meant them, and safe to show, store and offer for download."""

import mimetypes
import re

from zhiyin.channels.providers.email.parsing.fields import one_line
from zhiyin.channels.providers.email.parsing.structure import Part

_LIMIT_BYTES = 200  # file systems stop at 255; room is left for a suffix
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')
_EXTENSIONS = {
    "message/rfc822": ".eml",
    "text/calendar": ".ics",
    "text/plain": ".txt",
    "text/html": ".html",
    "image/jpeg": ".jpg",
    "image/jpg": ".jpg",
    "application/pkcs7-signature": ".p7s",
    "application/x-pkcs7-signature": ".p7s",
    "application/pkcs7-mime": ".p7m",
    "application/x-pkcs7-mime": ".p7m",
    "application/pgp-signature": ".asc",
    "application/ms-tnef": ".dat",
    "message/delivery-status": ".txt",
    "message/disposition-notification": ".txt",
    "message/feedback-report": ".txt",
    "text/rfc822-headers": ".txt",
}


def declared_name(part: Part) -> str:
    """The name the part gives itself, "" where it gives none."""
    return part.disposition[1].get("filename") or part.parameters.get("name") or ""


def attachment_name(part: Part, *, number: int) -> str:
    """A name for the reader: the declared one made safe, or one made from the media type."""
    name = safe_name(declared_name(part))
    fallback = ".txt" if part.media_type.startswith("text/") else ".bin"
    extension = _EXTENSIONS.get(part.media_type) or mimetypes.guess_extension(part.media_type) or fallback
    if not name and part.media_type == "text/calendar":
        return "invitation.ics"
    if not name:
        return f"{part.media_type.partition('/')[0]}-{number}{extension}"
    return name if "." in name or extension == ".bin" else f"{name}{extension}"


def media_type_of(name: str) -> str:
    """What a name says of its file."""
    return mimetypes.guess_type(name)[0] or "application/octet-stream"


def safe_name(name: str) -> str:
    """Without folders, control characters and dots in front; shortened in the middle so that the extension stays."""
    name = re.split(r"[/\\]", one_line(name))[-1]
    name = _UNSAFE.sub("_", name).strip(" .")
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 20:
        return _shorten(name, _LIMIT_BYTES)
    return f"{_shorten(stem, _LIMIT_BYTES - len(extension.encode()) - 1)}.{extension}"


def _shorten(text: str, limit: int) -> str:
    return text.encode("utf-8")[:limit].decode("utf-8", "ignore").strip()
