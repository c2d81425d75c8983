"""Answering a request with a stored file, so that nothing in it can act for the person who opens it."""

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import content_disposition_header

from zhiyin.platform.files.files import open_file
from zhiyin.platform.files.media_types import SHOWN_INLINE
from zhiyin.platform.files.models import StoredFile
from zhiyin.platform.files.scanning import require_harmless


def file_response(
    request: HttpRequest, file: StoredFile, *, shared_with: str = "same-origin"
) -> HttpResponse:
    """Return the file: pictures to be shown, all else to be saved; never run, never guessed at.

    Raises FileDangerous, FileBeingChecked.
    `shared_with` is the Cross-Origin-Resource-Policy: 'cross-origin' for files a widget shows elsewhere.
    """
    require_harmless(file)
    etag = f'"{file.sha256}"'
    if etag in request.headers.get("If-None-Match", ""):
        response: HttpResponse = HttpResponseNotModified()
    else:
        response = HttpResponse(open_file(file).read(), content_type=_served_type(file.media_type))
    shown = file.media_type in SHOWN_INLINE
    response["Content-Disposition"] = content_disposition_header(not shown, file.name) or "attachment"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = shared_with
    response["ETag"] = etag
    response["Cache-Control"] = "private, max-age=31536000, immutable"  # content never changes under a key
    return response


def _served_type(media_type: str) -> str:
    """A page is served as plain text even so: not every browser honours every header."""
    return (
        "text/plain" if media_type in {"text/html", "image/svg+xml", "application/xhtml+xml"} else media_type
    )
