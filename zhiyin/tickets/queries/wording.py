"""What to look at again before an answer leaves."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from zhiyin.platform.text.regions import lies_in_one_of
from zhiyin.tickets.models import WordingNote, WordingRule
from zhiyin.tickets.wording.finding import spans_of

_STRENGTH = {"hint": 0, "warn": 1, "block": 2}
LATEST = 50
Action = WordingRule.Action


@dataclass(frozen=True)
class Remark:
    """One word in a text, why it should not stand there, and what to say instead."""

    start: int
    end: int
    text: str
    kind: str
    action: str
    rule_id: int
    name_zh: str
    name_en: str
    why_zh: str
    why_en: str
    better_zh: str
    better_en: str
    regions: list[str] = field(default_factory=list)  # where the rule holds; none: everywhere

    def told(self) -> dict[str, Any]:
        return asdict(self)


def remarks_on(text: str, *, region: str) -> list[Remark]:
    """In the order of the text, of words that overlap the one with the strongest action; one query."""
    rules = WordingRule.objects.filter(active=True).order_by("pk")
    here = [rule for rule in rules if lies_in_one_of(region, rule.regions)]
    return _without_overlaps([remark for rule in here for remark in _remarks(rule, text)])


def remarks_on_prepared(text: str) -> list[Remark]:
    """What rules say to a text that may leave on many cases, before it is known where they are; one query.

    A rule of some regions can only warn of it: elsewhere it may leave.
    """
    found = [
        replace(remark, action=Action.WARN) if remark.regions and remark.action == Action.BLOCK else remark
        for rule in WordingRule.objects.filter(active=True).order_by("pk")
        for remark in _remarks(rule, text)
    ]
    return _without_overlaps(found)


def _without_overlaps(found: list[Remark]) -> list[Remark]:
    found.sort(key=lambda one: (-_STRENGTH[one.action], one.start - one.end, one.start))
    kept: list[Remark] = []
    for one in found:
        if all(one.end <= other.start or one.start >= other.end for other in kept):
            kept.append(one)
    return sorted(kept, key=lambda one: one.start)


def strongest(remarks: Iterable[Remark]) -> str:
    """hint, warn or block; '' of none."""
    return max((one.action for one in remarks), key=_STRENGTH.__getitem__, default="")


def wording_rules() -> QuerySet[WordingRule]:
    """All of them, those in use first."""
    return WordingRule.objects.select_related("by").order_by("-active", "kind", "pk")


def wording_figures(*, days: int, now: datetime) -> list[dict[str, Any]]:
    """By rule, how many words left all the same and how many answers were refused in the last days; one query."""
    lately = WordingNote.objects.filter(at__gt=now - timedelta(days=days), rule__isnull=False)
    rows = lately.values("rule_id").annotate(
        sent=Count("pk", filter=Q(outcome="sent")), refused=Count("pk", filter=Q(outcome="refused"))
    )
    return [dict(row) for row in rows.order_by("rule_id")]


def latest_notes() -> list[WordingNote]:
    return list(WordingNote.objects.select_related("rule", "by").order_by("-at", "-pk")[:LATEST])


def _remarks(rule: WordingRule, text: str) -> Iterable[Remark]:
    for span in spans_of(text, rule.words, rule.exceptions):
        yield Remark(
            start=span.start,
            end=span.end,
            text=text[span.start : span.end],
            kind=rule.kind,
            action=rule.action,
            rule_id=rule.pk,
            name_zh=rule.name_zh,
            name_en=rule.name_en,
            why_zh=rule.why_zh or rule.why_en,
            why_en=rule.why_en or rule.why_zh,
            better_zh=rule.better_zh or rule.better_en,
            better_en=rule.better_en or rule.better_zh,
            regions=list(rule.regions),
        )
