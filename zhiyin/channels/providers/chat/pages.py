"""The chat as a page of its own: for mini-programs' web-views, QR codes and links. And the page of the preview."""

from __future__ import annotations

from html import escape

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from zhiyin.channels.providers.chat.origins import channel_at
from zhiyin.channels.providers.chat.pictures import picture_urls
from zhiyin.channels.providers.chat.settings import ChatSettings
from zhiyin.platform.http.errors import language_of

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
<meta name="color-scheme" content="{scheme}">
<meta name="referrer" content="same-origin">
<link rel="icon" href="{icon}">
<title>{title}</title>
</head>
<body>
<noscript>{noscript}</noscript>
<script src="/{script}" {attributes} data-locale="{lang}"></script>
</body>
</html>
"""
_NO_ICON = "data:,"  # else the browser asks for /favicon.ico, and the desk answers with a cookie
_NOSCRIPT = {"zh": "请开启 JavaScript 后使用在线客服。", "en": "Switch on JavaScript to chat with us."}
# style sheets of the widget are made in its script, so that not even our own page needs a style
_POLICY = "; ".join(
    [
        "default-src 'none'",
        "script-src 'self'",
        "connect-src 'self'",
        "img-src 'self' blob: data:",
        "base-uri 'none'",
        "form-action 'none'",
    ]
)


@require_safe
def chat_page(request: HttpRequest, channel_key: str) -> HttpResponse:
    """The whole page is the chat; `?lang=` chooses the language."""
    channel = channel_at(channel_key)
    if channel is None:
        raise Http404
    chosen = ChatSettings.of(channel)
    language = _language(request)
    attributes = f'data-channel="{escape(channel.key)}" data-page'
    icon = picture_urls(channel)["logo"] or _NO_ICON
    page = _page(chosen.text("title", language), language, attributes, chosen.theme, icon)
    page["Content-Security-Policy"] = f"{_POLICY}; frame-ancestors 'none'"
    return page


@require_safe
@xframe_options_sameorigin
def preview_page(request: HttpRequest) -> HttpResponse:
    """A widget that is told its settings by the page around it and speaks to nobody; for the settings' preview."""
    language = _language(request)
    page = _page("Zhiyin", language, 'data-channel="preview"', "auto", _NO_ICON, script="widget-preview.js")
    page["Content-Security-Policy"] = f"{_POLICY}; frame-ancestors 'self'"
    return page


def _page(
    title: str, language: str, attributes: str, theme: str, icon: str, *, script: str = "widget.js"
) -> HttpResponse:
    told = {
        "lang": "en" if language == "en" else "zh-CN",
        "scheme": "light dark" if theme == "auto" else theme,
        "title": escape(title),
        "noscript": _NOSCRIPT[language],
        "script": script,
        "attributes": attributes,
        "icon": escape(icon),
    }
    return HttpResponse(_PAGE.format(**told), headers={"Cache-Control": "no-cache"})


def _language(request: HttpRequest) -> str:
    asked = request.GET.get("lang", "").lower()
    if asked:
        return "zh" if asked.startswith("zh") else "en"
    return language_of(request)
