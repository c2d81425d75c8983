"""The pages at `/my`."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhiyin.channels.cases import REASONS
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.crypto.blind_index import blind_index
from zhiyin.platform.files.files import take_upload
from zhiyin.platform.files.serving import file_response
from zhiyin.platform.http.errors import DomainError, NotFound
from zhiyin.platform.limits.limits import Limit, TooFast, address_of, use
from zhiyin.portal import oidc
from zhiyin.portal.commands import (
    LINK_LIVES,
    ask_for_link,
    enter_by_link,
    leave,
    require_open_link,
    session_of,
    start_session,
)
from zhiyin.portal.forms import rating_in, text_in
from zhiyin.portal.models import PortalSession
from zhiyin.portal.queries import customer_of, file_for, list_tickets_of, read_conversation, tickets_of
from zhiyin.portal.words import EN, LANGUAGE_COOKIE, ZH, language_of_visitor
from zhiyin.portal.writing import portal_channel, rate_as_customer, solve_as_customer, write_as_customer

COOKIE = "zhiyin_my"
JOURNEY, JOURNEY_AGE = "zhiyin_my_oidc", 600
COOKIE_AGE = 30 * 24 * 3600
LINKS_OF_CALLER = Limit("portal-links-caller", times=20, per_seconds=3600)
LINKS_OF_ADDRESS = Limit("portal-links-address", times=5, per_seconds=3600)
ENTRIES = Limit("portal-entries", times=60, per_seconds=3600)
WRITES = Limit("portal-writes", times=60, per_seconds=3600)
MAX_FILES = 10
_POLICY = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]


class Visit:
    """Who asks, in which language, and the portal's own settings."""

    def __init__(self, request: HttpRequest) -> None:
        self.now = timezone.now()
        self.language = language_of_visitor(request)
        self.words: dict[str, Any] = EN if self.language == "en" else ZH
        self.channel = portal_channel()
        cookie = request.COOKIES.get(COOKIE, "")
        self.session: PortalSession | None = session_of(cookie=cookie, now=self.now) if cookie else None

    def show(self, request: HttpRequest, page: str, *, status: int = 200, **told: Any) -> HttpResponse:
        chosen = self.channel.settings if self.channel else {}
        company = company_or_blank()
        context = {
            "w": self.words,
            "language": self.language,
            "other_language": "zh" if self.language == "en" else "en",
            "company": company.name,
            "title": chosen.get(f"title_{self.language}") or self.words["title"],
            "welcome": chosen.get(f"welcome_{self.language}") or self.words["welcome"],
            "session": self.session,
            "here": request.get_full_path(),
            **told,
        }
        with timezone.override(ZoneInfo(company.timezone)):
            response = render(request, f"portal/{page}.html", context, status=status)
        response["Content-Security-Policy"] = _POLICY
        response["Cache-Control"] = "no-store"
        response["Content-Language"] = "zh-CN" if self.language == "zh" else "en"
        return response


def told(page: Page[P]) -> Page[P]:
    """Answer refusals and misses with a page in the visitor's language; nothing without an open portal."""

    @wraps(page)
    def answer(request: HttpRequest, /, *args: P.args, **named: P.kwargs) -> HttpResponse:
        visit = Visit(request)
        if visit.channel is None:
            return visit.show(request, "told", status=404, problem=visit.words["closed"])
        try:
            return page(request, *args, **named)
        except ObjectDoesNotExist:
            refusal: DomainError = NotFound()
        except DomainError as problem:
            refusal = problem
        response = visit.show(request, "told", status=refusal.status, problem=refusal.told(visit.language))
        if isinstance(refusal, TooFast):
            response["Retry-After"] = str(refusal.params["seconds"])
        return response

    return answer


def entered(page: Callable[Concatenate[HttpRequest, Visit, P], HttpResponse]) -> Page[P]:
    """For customers who are signed in; others are led to the sign-in page."""

    @told
    @wraps(page)
    def answer(request: HttpRequest, /, *args: P.args, **named: P.kwargs) -> HttpResponse:
        visit = Visit(request)
        return page(request, visit, *args, **named) if visit.session else HttpResponseRedirect("/my")

    return answer


@require_GET
@told
def home(request: HttpRequest) -> HttpResponse:
    """The customer's tickets, or the way in."""
    visit = Visit(request)
    if visit.session is None:
        return visit.show(
            request,
            "sign_in",
            sso=visit.words["sso"].format(name=settings.PORTAL_OIDC_NAME) if oidc.is_offered() else "",
        )
    is_open = request.GET.get("show") != "done"
    page = list_tickets_of(
        customer_of(visit.session.email), is_open=is_open, cursor=request.GET.get("cursor") or None
    )
    return visit.show(request, "list", tickets=page.items, next_cursor=page.next_cursor, is_open=is_open)


@require_POST
@told
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for a sign-in link; the answer is the same whether we know the address or not."""
    visit = Visit(request)
    email = request.POST.get("email", "").strip()[:320]
    use(LINKS_OF_CALLER, address_of(request))
    use(LINKS_OF_ADDRESS, blind_index(email.lower(), "portal-address"))
    if "@" in email:
        ask_for_link(email=email, language=visit.language, now=visit.now)
    sent = visit.words["sent"].format(email=email, minutes=LINK_LIVES.seconds // 60)
    return visit.show(request, "sent", sent=sent)


@require_http_methods(["GET", "POST"])
@told
def enter(request: HttpRequest) -> HttpResponse:
    """Use a sign-in link: a click of its own, since mail programs open links by themselves."""
    visit = Visit(request)
    use(ENTRIES, address_of(request))
    token = request.POST.get("token") or request.GET.get("token", "")
    if request.method == "GET":
        require_open_link(token=token, now=visit.now)
        return visit.show(request, "enter", token=token)
    return _let_in(enter_by_link(token=token, now=visit.now))


@require_GET
@told
def sign_on(request: HttpRequest) -> HttpResponse:
    """To the company's own sign-in."""
    use(ENTRIES, address_of(request))
    if not oidc.is_offered():
        raise NotFound
    address, journey = oidc.set_out()
    response = HttpResponseRedirect(address)
    response.set_signed_cookie(
        JOURNEY,
        json.dumps(journey),
        max_age=JOURNEY_AGE,
        path="/my/oidc",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


@require_GET
@told
def come_back(request: HttpRequest) -> HttpResponse:
    """Back from the company's own sign-in."""
    use(ENTRIES, address_of(request))
    kept = request.get_signed_cookie(JOURNEY, default="", max_age=JOURNEY_AGE)
    if not oidc.is_offered() or not kept:
        raise oidc.SignInFailed
    email = oidc.arrive(
        code=request.GET.get("code", ""), state=request.GET.get("state", ""), journey=json.loads(kept)
    )
    response = _let_in(start_session(email=email, now=timezone.now()))
    response.delete_cookie(JOURNEY, path="/my/oidc")
    return response


@require_POST
@entered
def go(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Sign out here, or everywhere."""
    assert visit.session is not None
    leave(session=visit.session, everywhere=request.POST.get("everywhere") == "1")
    response = HttpResponseRedirect("/my")
    response.delete_cookie(COOKIE, path="/")
    response.delete_cookie(COOKIE, path="/my")  # where it was kept before
    return response


@require_GET
@entered
def ticket(request: HttpRequest, visit: Visit, ticket_id: int) -> HttpResponse:
    """One ticket with all that was said."""
    assert visit.session is not None
    conversation = read_conversation(customer_of(visit.session.email), ticket_id)
    return visit.show(
        request,
        "ticket",
        ticket=conversation.ticket,
        conversation=conversation,
        form_id=uuid4().hex,
        rated=visit.words["rated"].format(score=conversation.rating.score if conversation.rating else 0),
        is_received=request.GET.get("received") == "1",
        reasons=[(reason, visit.words["reason"][reason]) for reason in REASONS],
        scores=visit.words["score"].items(),
    )


@require_POST
@entered
def answer(request: HttpRequest, visit: Visit, ticket_id: int) -> HttpResponse:
    """Write on a ticket; the same form sent twice is one message."""
    assert visit.session is not None
    assert visit.channel is not None
    use(WRITES, f"{visit.session.pk}")
    tickets_of(customer_of(visit.session.email)).get(pk=ticket_id)  # nothing is stored for anybody else's
    files = [take_upload(file) for file in request.FILES.getlist("files")[:MAX_FILES]]
    write_as_customer(
        channel=visit.channel,
        session=visit.session,
        ticket_id=ticket_id,
        text=text_in(request, "text"),
        file_ids=[file.pk for file in files],
        form_id=request.POST.get("form_id", "")[:40],
        now=visit.now,
    )
    return HttpResponseRedirect(f"/my/tickets/{ticket_id}?received=1#end")


@require_POST
@entered
def solve(request: HttpRequest, visit: Visit, ticket_id: int) -> HttpResponse:
    """Close a ticket."""
    assert visit.session is not None
    solve_as_customer(session=visit.session, ticket_id=ticket_id, now=visit.now)
    return HttpResponseRedirect(f"/my/tickets/{ticket_id}#end")


@require_POST
@entered
def rate(request: HttpRequest, visit: Visit, ticket_id: int) -> HttpResponse:
    """Rate a finished ticket."""
    assert visit.session is not None
    rate_as_customer(session=visit.session, ticket_id=ticket_id, now=visit.now, **rating_in(request))
    return HttpResponseRedirect(f"/my/tickets/{ticket_id}#end")


@require_GET
@entered
def file(request: HttpRequest, visit: Visit, key: str) -> HttpResponse:
    """A file of one of the customer's tickets."""
    assert visit.session is not None
    return file_response(request, file_for(customer_of(visit.session.email), key))


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose the language of the pages."""
    back = request.POST.get("back", "/my")
    response = HttpResponseRedirect(back if back.startswith("/my") else "/my")
    chosen = "en" if request.POST.get("language") == "en" else "zh"
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=365 * 24 * 3600, path="/my", samesite="Lax")
    return response


def _let_in(cookie: str) -> HttpResponse:
    response = HttpResponseRedirect("/my")
    response.set_cookie(
        COOKIE,
        cookie,
        max_age=COOKIE_AGE,
        path="/",  # the help centre shows more to those who are signed in
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response
