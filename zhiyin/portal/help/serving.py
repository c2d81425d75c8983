"""Style, script and sitemap."""

from __future__ import annotations

from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.views.decorators.http import require_safe

from zhiyin.channels.providers.chat.settings import ChatSettings
from zhiyin.portal.help.reading import all_public
from zhiyin.portal.help.visiting import chat_channel

_HERE = Path(__file__)
_STYLE = _HERE.parent.with_name("style.css").read_text() + _HERE.with_name("help.css").read_text()
_SCRIPT = _HERE.with_name("help.js").read_bytes()
_HEADERS = {"Cache-Control": "public, max-age=600", "X-Content-Type-Options": "nosniff"}


@require_safe
def style(request: HttpRequest) -> HttpResponse:
    """The portal's style in the colours of the chat."""
    return HttpResponse(_STYLE + _brand(), content_type="text/css; charset=utf-8", headers=_HEADERS)


@require_safe
def script(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_SCRIPT, content_type="text/javascript; charset=utf-8", headers=_HEADERS)


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """Every public page, with its other language."""
    origin = request.build_absolute_uri("/").rstrip("/")
    rows = all_public(now=timezone.now())
    languages: dict[str, list[str]] = {}
    for key, language, _ in rows:
        languages.setdefault(key, []).append(language)
    entries = [_address(f"{origin}/help/{language}", "", []) for language in ("zh", "en")]
    entries += [
        _address(
            f"{origin}/help/{language}/a/{key}",
            f"<lastmod>{at.date().isoformat()}</lastmod>",
            [(other, f"{origin}/help/{other}/a/{key}") for other in languages[key]],
        )
        for key, language, at in rows
    ]
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n' + "\n".join(entries) + "\n</urlset>\n"
    )
    return HttpResponse(xml, content_type="application/xml; charset=utf-8", headers=_HEADERS)


def _address(address: str, more: str, others: list[tuple[str, str]]) -> str:
    links = "".join(
        f'<xhtml:link rel="alternate" hreflang="{"zh-CN" if language == "zh" else "en"}" href="{escape(other)}"/>'
        for language, other in others
    )
    return f"<url><loc>{escape(address)}</loc>{more}{links}</url>"


def _brand() -> str:
    """The chat's colour as the accent, where one is chosen."""
    channel = chat_channel()
    if channel is None or not channel.settings.get("color"):
        return ""
    chosen = ChatSettings.of(channel)
    dark = chosen.color_dark or chosen.color
    return (
        f"\n:root {{ --accent: {chosen.color}; --on-accent: {_on(chosen.color)}; }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ --accent: {dark}; --on-accent: {_on(dark)}; }} }}\n"
    )


def _on(color: str) -> str:
    """Black or white, whichever is read better on the colour (WCAG relative luminance)."""
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#12141f" if luminance > 0.2 else "#fff"
