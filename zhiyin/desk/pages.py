"""The staff application's one page, and the widget's one script."""

from __future__ import annotations

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

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


@require_safe
def widget_script(request: HttpRequest) -> HttpResponse | FileResponse:
    """The chat widget, for any page that embeds it."""
    script = settings.FRONTEND_DIR / "widget" / "widget.js"
    if not script.exists():
        return HttpResponse("// run: make setup", status=503, content_type="text/javascript")
    return HttpResponse(
        script.read_bytes(),
        content_type="text/javascript; charset=utf-8",
        headers={"Cache-Control": "public, max-age=300", "Cross-Origin-Resource-Policy": "cross-origin"},
    )
