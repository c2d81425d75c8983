"""Who reads, and how pages are answered: cached by their content where anybody may see them."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from hashlib import blake2b
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils import timezone

from zhiyin.channels.models import Channel
from zhiyin.knowledge.models import Product
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.crypto.blind_index import blind_index
from zhiyin.platform.http.errors import DomainError, NotFound
from zhiyin.platform.limits.limits import TooFast, address_of
from zhiyin.portal.commands import session_of
from zhiyin.portal.help.reading import products
from zhiyin.portal.help.words import WORDS
from zhiyin.portal.pages import COOKIE
from zhiyin.portal.writing import portal_channel

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRESH_SECONDS = 60


class Visit:
    """One request: the language of its address, and whether a customer is signed in."""

    def __init__(self, request: HttpRequest, language: str) -> None:
        self.request, self.language, self.now = request, language, timezone.now()
        self.words = WORDS[language]
        cookie = request.COOKIES.get(COOKIE, "")
        self.session = session_of(cookie=cookie, now=self.now) if cookie else None
        self.signed_in = self.session is not None

    def asked(self, name: str) -> str:
        """What the address says of this; without NUL, which the database keeps none of."""
        return self.request.GET.get(name, "").replace("\x00", "").strip()

    @property
    def voice(self) -> str:
        """Tells visitors of one day apart, and nothing more of them."""
        who = f"portal:{self.session.pk}" if self.session else address_of(self.request)
        return blind_index(f"{self.now:%Y-%m-%d} {who}", "help-visit")[:40]

    @property
    def reader(self) -> str:
        """Who reads, as a voice of feedback: the same on every day, and nothing more of them."""
        who = f"portal:{self.session.pk}" if self.session else address_of(self.request)
        return f"help:{blind_index(who, 'help-voice')[:40]}"

    @property
    def product(self) -> Product | None:
        """The product chosen, by its key in the address."""
        key = self.asked("product")
        return Product.objects.filter(key=key, active=True).first() if key else None

    def show(self, page: str, *, status: int = 200, cached: bool = False, **told: Any) -> HttpResponse:
        """The page; `cached` says that everybody who isn't signed in sees the same."""
        company = company_or_blank()
        chosen = self.product
        query = {name: asked for name in ("product", "q") if (asked := self.asked(name))}
        context = {
            "w": self.words,
            "language": self.language,
            "other": "zh" if self.language == "en" else "en",
            "company": company.name,
            "session": self.session,
            "portal": portal_channel(),
            "products": products(),
            "product": chosen,
            "origin": self.request.build_absolute_uri("/").rstrip("/"),
            "kept": query,
            "languages": ["zh", "en"],
            **told,
        }
        with timezone.override(ZoneInfo(company.timezone)):
            response = render(self.request, f"portal/help/{page}.html", context, status=status)
        return self._headed(response, cached=cached and status == 200)

    def _headed(self, response: HttpResponse, *, cached: bool) -> HttpResponse:
        etag = f'"{blake2b(response.content, digest_size=12).hexdigest()}"'
        if cached and etag in self.request.headers.get("If-None-Match", ""):
            response = HttpResponseNotModified()
        public = cached and not self.signed_in
        response["Content-Security-Policy"] = POLICY
        response["Content-Language"] = "zh-CN" if self.language == "zh" else "en"
        response["Referrer-Policy"] = "same-origin"
        response["Vary"] = "Cookie"
        if cached:
            response["ETag"] = etag
        response["Cache-Control"] = (
            f"public, max-age={FRESH_SECONDS}, stale-while-revalidate=600"
            if public
            else "private, no-cache"
            if cached
            else "no-store"
        )
        return response


def visited(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of the help centre in the language of its address; refusals and misses are pages too."""

    @wraps(page)
    def answer(request: HttpRequest, language: str, *args: Any, **named: Any) -> HttpResponse:
        visit = Visit(request, language)
        try:
            return page(visit, *args, **named)
        except ObjectDoesNotExist:
            refusal: DomainError = NotFound()
        except DomainError as problem:
            refusal = problem
        response = visit.show("told", status=refusal.status, problem=refusal.told(language))
        if isinstance(refusal, TooFast):
            response["Retry-After"] = str(refusal.params["seconds"])
        return response

    return answer


def chat_channel() -> Channel | None:
    """The web chat that questions go on in, and whose colours the pages wear."""
    return Channel.objects.filter(kind="chat", active=True).order_by("pk").first()
