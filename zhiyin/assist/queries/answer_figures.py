"""How answering by itself goes: how much of it is answered, whether that was the end of it, and what helped."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

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
class LeftByCategory:
    """Questions left because they are switched off, by what they were taken to be about; `path` is empty for no category."""

    category_id: int | None
    path: str
    count: int


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
    switched_off: list[LeftByCategory]  # of those
    ways: dict[str, int]  # questions answered, by way
    asked_which: int  # conversations in which the customer was asked which entry they mean
    dialogues_begun: int  # conversations in which one was
    dialogues_finished: int
    entries: list[EntryFigures]


def answer_figures(*, since: datetime, channel_id: int | None = None) -> AnswerFigures:
    """Of questions asked since then; six queries."""
    asked = AutomaticAnswer.objects.filter(asked_at__gte=since).exclude(state__in=["deciding", "overtaken"])
    if channel_id is not None:
        asked = asked.filter(channel=channel_id)
    counts = asked.aggregate(
        conversations=Count("ticket", distinct=True),
        with_answer=Count("ticket", distinct=True, filter=_ANSWERED),
        with_thanks=Count("ticket", distinct=True, filter=_ANSWERED & Q(helped=True, people_at=None)),
        with_people=Count("ticket", distinct=True, filter=_ANSWERED & Q(people_at__isnull=False)),
        all_questions=Count("pk", filter=~Q(state__in=["greeted", "asked"])),
        all_answers=Count("pk", filter=_ANSWERED),
        drafts=Count("pk", filter=Q(state="drafted")),
        good=Count("pk", filter=Q(helped=True)),
        bad=Count("pk", filter=Q(helped=False)),
        passed_on=Count("pk", filter=_ANSWERED & Q(people_at__isnull=False)),
        which=Count("ticket", distinct=True, filter=Q(state="asked", way="choice")),
        begun=Count("ticket", distinct=True, filter=Q(way="dialogue")),
        finished=Count("pk", filter=Q(way="dialogue") & (_ANSWERED | Q(reason="form_done"))),
    )
    ways = asked.filter(_ANSWERED).values_list("way").annotate(count=Count("pk")).order_by("way")
    reasons = asked.filter(state="left").values_list("reason").annotate(count=Count("pk")).order_by("-count")
    return AnswerFigures(
        involved=counts["conversations"],
        answered=counts["with_answer"],
        contained=counts["with_answer"] - counts["with_people"],
        confirmed=counts["with_thanks"],
        questions=counts["all_questions"],
        questions_answered=counts["all_answers"],
        drafted=counts["drafts"],
        helped=counts["good"],
        unhelpful=counts["bad"],
        handed_over=counts["passed_on"],
        left=dict(reasons),
        switched_off=_by_category(asked.filter(state="left", reason="category_off")),
        ways=dict(ways),
        asked_which=counts["which"],
        dialogues_begun=counts["begun"],
        dialogues_finished=counts["finished"],
        entries=_by_entry(asked.filter(_ANSWERED, entry__isnull=False)),
    )


def _by_category(left: QuerySet[AutomaticAnswer]) -> list[LeftByCategory]:
    """Those left most first."""
    counted = left.values("category_id", "category__path").annotate(count=Count("pk"))
    return [
        LeftByCategory(category_id=row["category_id"], path=row["category__path"] or "", count=row["count"])
        for row in counted.order_by("-count", "category_id")[:MOST_ENTRIES]
    ]


def _by_entry(answered: QuerySet[AutomaticAnswer]) -> list[EntryFigures]:
    """Those answered with most first."""
    counted = answered.values("entry_id").annotate(
        count=Count("pk"),
        good=Count("pk", filter=Q(helped=True)),
        bad=Count("pk", filter=Q(helped=False)),
        passed_on=Count("pk", filter=Q(people_at__isnull=False)),
    )
    rows = list(counted.order_by("-count", "entry_id")[:MOST_ENTRIES])
    titles = _titles([row["entry_id"] for row in rows])
    return [
        EntryFigures(
            entry_id=row["entry_id"],
            title=titles.get(row["entry_id"], ""),
            answered=row["count"],
            helped=row["good"],
            unhelpful=row["bad"],
            people=row["passed_on"],
        )
        for row in rows
    ]


def _titles(entry_ids: list[int]) -> dict[int, str]:
    rows = Edition.objects.filter(entry__in=entry_ids, published__isnull=False).order_by("-pk")
    return dict(rows.values_list("entry_id", "published__title"))
