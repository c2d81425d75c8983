"""The staff application's one page, and the widget's one script."""

from __future__ import annotations

import gzip
from functools import cache
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from zhiyin.people.access import BadCsrfToken
from zhiyin.platform.http.errors import problem
from zhiyin.portal.pages import tell_stale_form

# Pictures of a mail are shown from anywhere once the reader asks; scripts only ever come from us.
CONTENT_SECURITY_POLICY = "; ".join(
    [
        "default-src 'self'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data: blob: https: http:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "frame-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    ]
)


@require_safe
@ensure_csrf_cookie
def desk_page(request: HttpRequest) -> HttpResponse:
    """The application; its router finds the screen."""
    page = settings.FRONTEND_DIR / "desk" / "index.html"
    if not page.exists():
        return HttpResponse(
            "网页尚未构建，请运行 make setup。 The web is not built yet; run: make setup", status=503
        )
    headers = {"Content-Security-Policy": CONTENT_SECURITY_POLICY, "Cache-Control": "no-cache"}
    return HttpResponse(page.read_bytes(), headers=headers)


def tell_csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's CSRF_FAILURE_VIEW: a page for customers on theirs, problem details elsewhere."""
    if request.path.startswith(("/my", "/survey/")):
        return tell_stale_form(request)
    return problem(request, BadCsrfToken())


@require_safe
def widget_script(request: HttpRequest, name: str = "widget.js") -> HttpResponse:
    """The chat widget, for any page that embeds it; or what the settings show of it."""
    script = settings.FRONTEND_DIR / "widget" / name
    if not script.exists():
        return HttpResponse("// run: make setup", status=503, content_type="text/javascript")
    headers = {
        "Cache-Control": "public, max-age=300",
        "Cross-Origin-Resource-Policy": "cross-origin",
        "Vary": "Accept-Encoding",
    }
    content = script.read_bytes()
    if "gzip" in request.headers.get("Accept-Encoding", ""):
        content, headers["Content-Encoding"] = _compressed(script, script.stat().st_mtime_ns), "gzip"
    return HttpResponse(content, content_type="text/javascript; charset=utf-8", headers=headers)


@cache
def _compressed(script: Path, changed: int) -> bytes:
    return gzip.compress(script.read_bytes(), mtime=0)
