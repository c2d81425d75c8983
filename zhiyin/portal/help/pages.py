"""The pages at `/help`."""

from __future__ import annotations

import re
from urllib.parse import urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from zhiyin.knowledge.commands.questions import note_asked_on, note_question, note_reading
from zhiyin.knowledge.commands.voicing import give_feedback
from zhiyin.knowledge.models import AskedQuestion, Category
from zhiyin.knowledge.queries.library import beneath
from zhiyin.knowledge.search.finding import FoundEdition, IndexNotReady, for_customers, search
from zhiyin.platform.files.serving import file_response
from zhiyin.platform.http.errors import NotAllowed
from zhiyin.platform.limits.limits import Limit, address_of, use
from zhiyin.portal.help import reading
from zhiyin.portal.help.asking import AskForm, ask_on, editions_read
from zhiyin.portal.help.marking import as_html
from zhiyin.portal.help.visiting import Visit, chat_channel, visited
from zhiyin.portal.words import language_of_visitor
from zhiyin.portal.writing import portal_channel

SEARCHES = Limit("help-searches", times=120, per_seconds=60)
SUGGESTIONS = Limit("help-suggestions", times=600, per_seconds=60)
VOICES = Limit("help-voices", times=30, per_seconds=3600)
QUESTIONS = Limit("help-questions", times=10, per_seconds=3600)
FOUND, SUGGESTED, LONGEST_QUERY = 20, 6, 300
_PICTURE = re.compile(r'src="/api/v1/files/')


@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """To the visitor's language."""
    response = HttpResponseRedirect(f"/help/{language_of_visitor(request)}")
    response["Vary"] = "Accept-Language, Cookie"
    return response


@require_safe
@visited
def home(visit: Visit) -> HttpResponse:
    """Search, categories and what is often read."""
    known, language, now = visit.signed_in, visit.language, visit.now
    about = visit.product.pk if visit.product else None
    return visit.show(
        "home",
        cached=True,
        shelves=reading.shelves_for(signed_in=known, language=language, product_id=about, now=now),
        popular=reading.popular_titles(signed_in=known, language=language, product_id=about, now=now),
    )


@require_safe
@visited
def category(visit: Visit, category_id: int) -> HttpResponse:
    """What stands in a category; one with nothing for this visitor is not there, not even by its name."""
    found = Category.objects.get(pk=category_id)
    if not reading.holds_anything(found, signed_in=visit.signed_in, now=visit.now):
        raise Category.DoesNotExist
    titles = reading.titles_in(
        found,
        signed_in=visit.signed_in,
        language=visit.language,
        product_id=visit.product.pk if visit.product else None,
        now=visit.now,
    )
    name = found.name_en if visit.language == "en" else found.name_zh
    return visit.show("category", cached=True, category=found, name=name, titles=titles)


@require_safe
@visited
def results(visit: Visit) -> HttpResponse:
    """What a search finds; the question is noted, without personal data."""
    query = visit.asked("q")[:LONGEST_QUERY]
    if not query:
        return HttpResponseRedirect(f"/help/{visit.language}")
    use(SEARCHES, address_of(visit.request))
    try:
        found = _found(visit, query, limit=FOUND)
    except IndexNotReady:
        return visit.show("results", query=query, found=[], building=True)
    note_question(
        text=query,
        language=visit.language,
        source=AskedQuestion.Source.HELP,
        likeness=found[0].hit.likeness if found else 0.0,
        entry_id=found[0].edition.entry_id if found else None,
        voice=visit.voice,
        now=visit.now,
    )
    return visit.show("results", query=query, found=[_told(one) for one in found])


@require_safe
@visited
def suggest(visit: Visit) -> HttpResponse:
    """A few titles while somebody types."""
    query = visit.asked("q")[:LONGEST_QUERY]
    use(SUGGESTIONS, address_of(visit.request))
    try:
        found = _found(visit, query, limit=SUGGESTED, typing=True) if query else []
    except IndexNotReady:
        found = []
    told = [
        {"title": one.edition.title, "address": f"/help/{visit.language}/a/{one.edition.key}"}
        for one in found
    ]
    return JsonResponse({"suggestions": told}, headers={"Cache-Control": "private, max-age=30"})


@require_safe
@visited
def article(visit: Visit, key: str) -> HttpResponse:
    """One entry."""
    edition = reading.edition_for(key, signed_in=visit.signed_in, language=visit.language, now=visit.now)
    shelf = Category.objects.filter(pk=edition.category_id).first() if edition.category_id else None
    if query := visit.asked("q")[:LONGEST_QUERY]:
        note_reading(text=query, entry_id=edition.entry_id, voice=visit.voice, now=visit.now)
    return visit.show(
        "article",
        cached=True,
        edition=edition,
        body=_PICTURE.sub('src="/help/files/', edition.html),
        files=reading.files_of(edition.version_id),
        shelf=shelf,
        shelf_name=(shelf.name_en if visit.language == "en" else shelf.name_zh) if shelf else "",
        is_foreign=not edition.language.startswith(visit.language),
        languages=reading.languages_of(edition.entry_id, now=visit.now),
        is_thanked=visit.request.GET.get("thanks") == "1",
        is_unhelpful=visit.request.GET.get("helpful") == "no",
    )


@csrf_exempt  # nobody is signed in by it; a page that anybody may cache can't carry a token of its own
@require_POST
@visited
def feedback(visit: Visit, key: str) -> HttpResponse:
    """Whether an entry helped, and what is missing; said again, it replaces what was said."""
    _require_own_page(visit.request)
    use(VOICES, address_of(visit.request))
    edition = reading.edition_for(key, signed_in=visit.signed_in, language=visit.language, now=visit.now)
    helpful = visit.request.POST.get("helpful") == "yes"
    give_feedback(
        version_id=edition.version_id,
        helpful=helpful,
        comment=visit.request.POST.get("comment", "").replace("\x00", ""),
        voice=visit.reader,
        now=visit.now,
    )
    is_done = helpful or "comment" in visit.request.POST
    told = "thanks=1" if is_done else "helpful=no"
    return HttpResponseRedirect(f"/help/{visit.language}/a/{key}?{told}#feedback")


@csrf_exempt  # as above; it takes in a message as a mail would
@require_http_methods(["GET", "POST"])
@visited
def ask(visit: Visit) -> HttpResponse:
    """Still need help: into the chat or a form, with what was read."""
    form = AskForm.of(visit.request)
    read = editions_read(form.read, signed_in=visit.signed_in, language=visit.language, now=visit.now)
    if visit.request.method != "POST":
        return visit.show("ask", form=form, read=read, form_id=uuid4().hex, chat=chat_channel())
    _require_own_page(visit.request)
    if not form.is_whole:
        return visit.show(
            "ask",
            status=422,
            form=form,
            read=read,
            form_id=form.form_id,
            chat=chat_channel(),
            problem="missing",
        )
    channel = portal_channel()
    if channel is None:
        return visit.show(
            "ask",
            status=503,
            form=form,
            read=read,
            form_id=form.form_id,
            chat=chat_channel(),
            problem="closed",
        )
    use(QUESTIONS, address_of(visit.request))
    ask_on(
        channel=channel,
        form=form,
        read=read,
        language=visit.language,
        voice=visit.voice,
        reader=visit.reader,
        now=visit.now,
    )
    return visit.show("asked")


@require_safe
@visited
def chat(visit: Visit) -> HttpResponse:
    """Into the web chat, with what was looked for and read; the question counts as asked of a person."""
    channel = chat_channel()
    if channel is None:
        return HttpResponseRedirect(f"/help/{visit.language}/ask")
    use(SEARCHES, address_of(visit.request))
    form = AskForm.of(visit.request)
    if form.query:
        note_asked_on(text=form.query, language=visit.language, voice=visit.voice, now=visit.now)
    told = {"lang": visit.language, "read": ",".join(form.read), "q": form.query}
    carried = urlencode({name: value for name, value in told.items() if value})
    return HttpResponseRedirect(f"/chat/{channel.key}?{carried}")


@require_safe
def file(request: HttpRequest, key: str) -> HttpResponse:
    """A picture or file of something the visitor may read."""
    return _file(request, language_of_visitor(request), key)


@visited
def _file(visit: Visit, key: str) -> HttpResponse:
    found = reading.picture_for(key.replace("\x00", ""), signed_in=visit.signed_in, now=visit.now)
    return file_response(visit.request, found)


def _found(visit: Visit, query: str, *, limit: int, typing: bool = False) -> list[FoundEdition]:
    chosen = visit.request.GET.get("category", "")
    wanted = for_customers(
        signed_in=visit.signed_in,
        language=visit.language,
        product_id=visit.product.pk if visit.product else None,
        category_ids=tuple(beneath(int(chosen))) if chosen.isdecimal() and len(chosen) < 10 else (),
    )
    return search(query, wanted, limit=limit, now=visit.now, typing=typing)


def _told(found: FoundEdition) -> dict[str, str]:
    return {"key": found.edition.key, "title": as_html(found.title), "excerpt": as_html(found.excerpt)}


def _require_own_page(request: HttpRequest) -> None:
    """Refuse a form that another site sends in its visitor's name."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise NotAllowed(permission="same-origin")
