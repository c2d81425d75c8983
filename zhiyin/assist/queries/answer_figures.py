"""How answering by itself goes: how much of it is answered, whether that was the end of it, and what helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from zhiyin.assist.models import AutomaticAnswer
from zhiyin.knowledge.models import Edition

MOST_ENTRIES = 20
_ANSWERED = Q(state="answered")


@dataclass(frozen=True, kw_only=True)
class EntryFigures:
    """Of one entry: answers given with it, and what customers said of them."""

    entry_id: int
    title: str
    answered: int
    helped: int
    unhelpful: int
    people: int


@dataclass(frozen=True, kw_only=True)
class AnswerFigures:
    """Counts of conversations, each within the one before it, and of questions.

    Involved: a machine looked at a question of it. Answered: it answered one. Contained: it answered, and neither did the
    customer ask for people after that, nor did they come. Confirmed: the customer said that it helped.
    """

    involved: int
    answered: int
    contained: int
    confirmed: int
    questions: int
    questions_answered: int
    drafted: int
    helped: int
    unhelpful: int
    handed_over: int  # questions answered before people were asked for, or came
    left: dict[str, int]  # questions left to people, by reason
    entries: list[EntryFigures]


def answer_figures(*, since: datetime, channel_id: int | None = None) -> AnswerFigures:
    """Of questions asked since then; four queries."""
    asked = AutomaticAnswer.objects.filter(asked_at__gte=since).exclude(state__in=["deciding", "overtaken"])
    if channel_id is not None:
        asked = asked.filter(channel=channel_id)
    told = asked.aggregate(
        involved=Count("ticket", distinct=True),
        answered=Count("ticket", distinct=True, filter=_ANSWERED),
        confirmed=Count("ticket", distinct=True, filter=_ANSWERED & Q(helped=True, people_at=None)),
        not_contained=Count("ticket", distinct=True, filter=_ANSWERED & Q(people_at__isnull=False)),
        questions=Count("pk", filter=~Q(state="greeted")),
        questions_answered=Count("pk", filter=_ANSWERED),
        drafted=Count("pk", filter=Q(state="drafted")),
        helped=Count("pk", filter=Q(helped=True)),
        unhelpful=Count("pk", filter=Q(helped=False)),
        handed_over=Count("pk", filter=_ANSWERED & Q(people_at__isnull=False)),
    )
    contained = told["answered"] - told.pop("not_contained")
    reasons = asked.filter(state="left").values_list("reason").annotate(count=Count("pk")).order_by("-count")
    by_entry = list(
        asked.filter(_ANSWERED, entry__isnull=False)
        .values("entry_id")
        .annotate(
            answered=Count("pk"),
            helped=Count("pk", filter=Q(helped=True)),
            unhelpful=Count("pk", filter=Q(helped=False)),
            people=Count("pk", filter=Q(people_at__isnull=False)),
        )
        .order_by("-answered", "entry_id")[:MOST_ENTRIES]
    )
    titles = _titles([row["entry_id"] for row in by_entry])
    entries = [EntryFigures(title=titles.get(row["entry_id"], ""), **row) for row in by_entry]
    return AnswerFigures(**told, contained=contained, left=dict(reasons), entries=entries)


def _titles(entry_ids: list[int]) -> dict[int, str]:
    rows = Edition.objects.filter(entry__in=entry_ids, published__isnull=False).order_by("-pk")
    return dict(rows.values_list("entry_id", "published__title"))
