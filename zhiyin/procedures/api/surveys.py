"""Surveys: whether and what customers are asked, and what they said."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Schema
from pydantic import AwareDatetime, Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.platform.http.paging import keyset_page
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.policies import change_survey_policy
from zhiyin.procedures.queries.policies import survey_policy
from zhiyin.procedures.queries.surveys import latest_answers, results, survey_of_ticket
from zhiyin.procedures.shapes_approvals import TicketNamed
from zhiyin.tickets.queries.page import ticket_for_page


class SurveyPolicyShape(Shape):
    variant: str = Field(description="off, stars or nps")
    after_minutes: int
    open_days: int
    late_days: int
    text_zh: str
    text_en: str


class SurveyPolicyBody(Schema):
    variant: Literal["off", "stars", "nps"]
    after_minutes: int = Field(60, ge=0, le=60 * 24 * 30)
    open_days: int = Field(14, ge=1, le=365)
    late_days: int = Field(3, ge=0, le=365)
    text_zh: str = Field("", max_length=2000)
    text_en: str = Field("", max_length=2000)


class TicketSurvey(Shape):
    variant: str
    recipient: str
    asked_at: datetime
    open_until: datetime
    answered_at: datetime | None
    was_late: bool
    nps: int | None
    reasons: list[str]
    words: str


class TicketSurveys(Shape):
    survey: TicketSurvey | None


class SurveyAnswer(Shape):
    id: int
    ticket: TicketNamed
    variant: str
    nps: int | None
    reasons: list[str]
    words: str
    answered_at: datetime
    was_late: bool
    assignee: Named | None
    group: Named | None


class SurveyAnswers(Shape):
    items: list[SurveyAnswer]
    next_cursor: str | None


class SurveyResults(Shape):
    sent: int
    answered: int
    late: int
    nps: int | None = Field(description="−100 to 100: promoters (9, 10) less detractors (0 to 6)")
    nps_answers: int
    stars: float | None
    stars_answers: int


@router.get("/tickets/{int:ticket_id}/survey", response=TicketSurveys, auth=needs("tickets.read"))
def get_ticket_survey(request: Signed, ticket_id: int) -> Any:
    """Whether the ticket's customer was asked, and what they said; stars are the ticket's rating."""
    return {"survey": survey_of_ticket(ticket_for_page(ticket_id=ticket_id, by=request.auth))}


@router.get("/survey-policy", response=SurveyPolicyShape, auth=needs("procedures.manage"))
def get_survey_policy(request: Signed) -> Any:
    """Whether, when and what customers are asked after a ticket is solved."""
    return survey_policy()


@router.put("/survey-policy", response=SurveyPolicyShape, auth=needs("procedures.manage"))
def put_survey_policy(request: Signed, body: SurveyPolicyBody) -> Any:
    """Change whether, when and what customers are asked."""
    return change_survey_policy(values=body.dict(), by=request.auth, now=timezone.now())


@router.get("/survey-results", response=SurveyResults, auth=needs("procedures.manage"))
def get_results(request: Signed, since: AwareDatetime, until: AwareDatetime) -> Any:
    """What customers said of what was asked between two moments."""
    return results(since=since, until=until)


@router.get("/survey-answers", response=SurveyAnswers, auth=needs("tickets.read"))
def get_answers(request: Signed, cursor: str | None = None, limit: int = 50) -> Any:
    """Answers on tickets one may see, the latest first."""
    return keyset_page(
        latest_answers(by=request.auth), order=("-answered_at", "-id"), cursor=cursor, limit=limit
    )
