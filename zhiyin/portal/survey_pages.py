"""The page of a survey: for whoever has its link, which only the requester got."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ObjectDoesNotExist
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from zhiyin.channels.cases import REASONS
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.limits.limits import Limit, address_of, use
from zhiyin.portal.forms import rating_in
from zhiyin.portal.pages import Visit
from zhiyin.portal.words import SURVEY
from zhiyin.procedures.commands.surveying import SurveyOver, answer_survey
from zhiyin.procedures.models import Survey
from zhiyin.procedures.queries.surveys import survey_of_link

ANSWERS = Limit("survey-answers", times=60, per_seconds=3600)


@require_http_methods(["GET", "POST"])
def survey(request: HttpRequest, token: str) -> HttpResponse:
    """The question and its answer; an answer is given once."""
    visit = Visit(request)
    try:
        if request.method == "POST":
            use(ANSWERS, address_of(request))
            _keep(request, token)
            return HttpResponseRedirect(f"/survey/{token}")
        return _page(request, visit, survey_of_link(token=token))
    except ObjectDoesNotExist:
        return _missing(request, visit)
    except DomainError as refusal:
        return visit.show(
            request, "told", status=refusal.status, problem=refusal.told(visit.language), is_open_here=False
        )


@require_http_methods(["GET"])
def no_survey(request: HttpRequest, rest: str = "") -> HttpResponse:
    """A link that lost its end on the way."""
    return _missing(request, Visit(request))


def _missing(request: HttpRequest, visit: Visit) -> HttpResponse:
    return visit.show(
        request, "told", status=404, problem=SURVEY[visit.language]["missing"], is_open_here=False
    )


def _keep(request: HttpRequest, token: str) -> None:
    answer_survey(token=token, now=timezone.now(), **rating_in(request))


def _page(request: HttpRequest, visit: Visit, asked: Survey) -> HttpResponse:
    if asked.answered_at is None and asked.is_over(visit.now):
        raise SurveyOver
    words = SURVEY[visit.language]
    is_nps = asked.variant == "nps"
    scores: list[tuple[int, Any]] = (
        [(score, "") for score in range(11)] if is_nps else list(visit.words["score"].items())
    )
    return visit.show(
        request,
        "survey",
        s=words,
        subject=asked.ticket.subject or visit.words["no_subject"],
        question=words["nps" if is_nps else "stars"],
        is_nps=is_nps,
        is_answered=asked.answered_at is not None,
        reasons=[(reason, visit.words["reason"][reason]) for reason in REASONS],
        scores=scores,
    )
