"""Which sites may carry the widget: their browsers are told so (CORS), and others are refused here as well."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

from zhiyin.channels.models import Channel
from zhiyin.platform.http.errors import DomainError, problem

PREFIX = "/api/chat/v1/"
_ORIGIN = re.compile(r"https?://(\*\.)?[a-z0-9.-]+(:\d{1,5})?|\*", re.IGNORECASE)
_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
_OPEN_PATH = re.compile(
    r"/(files|pictures)/[A-Za-z0-9_-]+\Z"
)  # a picture's address carries its own secret, and no Origin


class ChannelUnknown(DomainError):
    code = "chat.channel_unknown"
    status = 404
    messages = {
        "zh": "没有这个聊天渠道，或它已停用。请检查嵌入代码中的 data-channel。",
        "en": "There is no such chat, or it is switched off. Check data-channel in the script tag.",
    }


class OriginNotAllowed(DomainError):
    code = "chat.origin_not_allowed"
    status = 403
    messages = {
        "zh": "网站 {origin} 不在允许名单中。请在“设置 → 渠道 → 网页聊天”中添加。",
        "en": "The site {origin} may not use this chat. Add it under Settings → Channels → Web chat.",
    }


class ChatRequest(HttpRequest):
    """A request that has passed the gate."""

    chat_channel: Channel


class ChatOriginGate:
    """Middleware before all others: lets chat requests in by channel and site, and answers preflights."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if not request.path.startswith(PREFIX):
            return self._get_response(request)
        channel = channel_at(request.path.removeprefix(PREFIX).partition("/")[0])
        if channel is None:
            return problem(request, ChannelUnknown())
        origin = origin_of(
            request.headers.get("Origin"),
            request.headers.get("Referer"),
            request.headers.get("Sec-Fetch-Site"),
        )
        if not may_use(channel, origin) and not _OPEN_PATH.search(request.path):
            return problem(request, OriginNotAllowed(origin=origin or "?"))
        request.chat_channel = channel  # type: ignore[attr-defined]
        response = HttpResponse(status=204) if request.method == "OPTIONS" else self._get_response(request)
        for name, value in cors_headers(request.headers.get("Origin", "")).items():
            response[name] = value
        return response


def channel_at(key: str) -> Channel | None:
    """The active chat channel of a key."""
    if not _KEY.fullmatch(key):
        return None
    return Channel.objects.filter(kind="chat", key=key, active=True).first()


def origin_of(origin: str | None, referer: str | None, fetch_site: str | None) -> str:
    """Where the request comes from. Same-site GETs carry no Origin, so their own word and the Referer count."""
    if origin:
        return origin.lower()
    if fetch_site == "same-origin":
        return settings.BASE_URL.lower()
    parts = urlsplit(referer or "")
    return f"{parts.scheme}://{parts.netloc}".lower() if parts.netloc else ""


def may_use(channel: Channel, origin: str) -> bool:
    """Our own pages always may (the preview); others as the channel says."""
    if origin == settings.BASE_URL.lower():
        return True
    return bool(origin) and any(_covers(allowed, origin) for allowed in allowed_origins(channel))


def allowed_origins(channel: Channel) -> list[str]:
    told = channel.settings.get("allowed_origins") or []
    return [str(origin).strip().rstrip("/").lower() for origin in told if str(origin).strip()]


def is_origin(text: str) -> bool:
    return _ORIGIN.fullmatch(text) is not None


def cors_headers(origin: str) -> dict[str, str]:
    """What tells the browser of an allowed site that it may read the answer."""
    if not origin:
        return {"Vary": "Origin"}
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, POST",
        "Access-Control-Allow-Headers": "authorization, content-type, accept-language, last-event-id",
        "Access-Control-Expose-Headers": "retry-after",
        "Access-Control-Max-Age": "7200",
        "Vary": "Origin",
    }


def _covers(allowed: str, origin: str) -> bool:
    """`https://*.example.com` covers every host below it, and `*` every site."""
    if allowed == "*":
        return True
    scheme, star, domain = allowed.partition("://*.")
    if star:
        return origin.startswith(f"{scheme}://") and origin.endswith(f".{domain}")
    return origin == allowed
