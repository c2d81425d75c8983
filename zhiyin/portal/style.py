"""The pages' one style sheet; it wants no script and nothing from elsewhere."""

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

_STYLE = Path(__file__).with_name("style.css").read_bytes()


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    headers = {"Cache-Control": "public, max-age=3600", "X-Content-Type-Options": "nosniff"}
    return HttpResponse(_STYLE, content_type="text/css; charset=utf-8", headers=headers)
