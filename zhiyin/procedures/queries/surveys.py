"""Surveys as they are read, and what customers said."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Avg, Count, F, Q, QuerySet

from zhiyin.people.models import Staff
from zhiyin.procedures.models import Survey
from zhiyin.procedures.survey_links import read_token
from zhiyin.tickets.models import Rating, Ticket
from zhiyin.tickets.queries.aliases import family_of


@dataclass(frozen=True)
class Results:
    """What became of the surveys that were sent between two moments; stars also of ratings given elsewhere.

    `nps` is the share of 9 and 10 less that of 0 to 6, in points from −100 to 100; None without answers.
    """

    sent: int
    answered: int
    late: int
    nps: int | None
    nps_answers: int
    stars: float | None
    stars_answers: int


def survey_of_ticket(ticket: Ticket) -> Survey | None:
    """The question that was sent for the ticket; None when none was."""
    return (
        Survey.objects.select_related("channel")
        .filter(ticket__in=family_of(ticket.pk))
        .order_by("pk")
        .first()
    )


def survey_of_link(*, token: str) -> Survey:
    """The question a link is for. Raises Survey.DoesNotExist."""
    return Survey.objects.select_related("ticket").get(pk=read_token(token) or 0)


def results(*, since: datetime, until: datetime) -> Results:
    """What customers said of what was asked between two moments; two queries."""
    told = Survey.objects.filter(asked_at__gte=since, asked_at__lt=until).aggregate(
        sent=Count("pk"),
        answered=Count("answered_at"),
        late=Count("pk", filter=Q(answered_at__gt=F("late_after"))),
        promoters=Count("pk", filter=Q(nps__gte=9)),
        detractors=Count("pk", filter=Q(nps__lte=6)),
        nps_answers=Count("nps"),
    )
    rated = Rating.objects.filter(at__gte=since, at__lt=until).aggregate(
        stars=Avg("score"), count=Count("pk")
    )
    asked = told["nps_answers"]
    share = 100 * (told["promoters"] - told["detractors"]) / asked if asked else None
    return Results(
        sent=told["sent"],
        answered=told["answered"],
        late=told["late"],
        nps=round(share) if share is not None else None,
        nps_answers=asked,
        stars=round(rated["stars"], 2) if rated["stars"] is not None else None,
        stars_answers=rated["count"],
    )


def latest_answers(*, by: Staff) -> QuerySet[Survey]:
    """Answered ones on tickets the person may see, the latest first."""
    seen = Ticket.objects.visible_to(by).values("pk")
    answered = Survey.objects.filter(answered_at__isnull=False, ticket__in=seen)
    return answered.select_related("ticket", "assignee", "group").order_by("-answered_at", "-pk")
