"""What people look for: the questions asked most, and those that nothing answers."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from zhiyin.knowledge.models import AskedQuestion, Edition
from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.knowledge.search.terms import is_common, terms_of

MOST_READ = 3_000  # questions of the period, the newest
SAME_FROM = 0.4  # likeness (cosine over terms) from which two questions are one
WEAK_BELOW = 0.22  # likeness of the best entry below which it hardly answers
EXAMPLES = 3
_UNANSWERED = {
    AskedQuestion.Outcome.NOTHING,
    AskedQuestion.Outcome.UNHELPFUL,
    AskedQuestion.Outcome.ASKED_ON,
}


@dataclass
class QuestionGroup:
    """Questions that ask for the same thing."""

    text: str
    count: int = 0
    share: float = 0.0  # of all questions of the period
    unanswered: int = 0
    examples: list[str] = field(default_factory=list)
    entry_id: int | None = None
    entry_title: str = ""
    last_at: datetime | None = None


@dataclass(frozen=True)
class Insights:
    total: int
    unanswered: int
    top: list[QuestionGroup]
    gaps: list[QuestionGroup]


def question_insights(*, days: int, limit: int, now: datetime) -> Insights:
    """The most asked questions of the last days with their share, and those without an answer; three queries."""
    asked = list(
        AskedQuestion.objects.filter(at__gt=now - timedelta(days=days)).order_by("-at", "-pk")[:MOST_READ]
    )
    concepts = concepts_now()
    open_ones = [one for one in asked if is_unanswered(one)]
    top = grouped(asked, concepts, total=len(asked))[:limit]
    gaps = grouped(open_ones, concepts, total=len(asked))[:limit]
    _name_entries([*top, *gaps])
    return Insights(len(asked), len(open_ones), top, gaps)


def is_unanswered(asked: AskedQuestion) -> bool:
    """Nothing was found, what was read didn't help, or the best that was shown hardly fits and was not opened."""
    if asked.outcome == AskedQuestion.Outcome.SHOWN:
        return asked.likeness < WEAK_BELOW
    return asked.outcome in _UNANSWERED


def grouped(asked: Iterable[AskedQuestion], concepts: Concepts, *, total: int) -> list[QuestionGroup]:
    """Questions put together by likeness, the largest group first; the first of a group gives it its name."""
    questions = list(asked)
    terms = [_terms(one.text, concepts) for one in questions]
    documents = Counter(term for one in terms for term in one)
    vectors = [_vector(one, documents, len(questions)) for one in terms]
    groups: list[tuple[dict[str, float], QuestionGroup, Counter[int]]] = []
    by_term: dict[str, set[int]] = {}
    for question, vector in zip(questions, vectors, strict=True):
        near = {place for term in vector for place in by_term.get(term, ())}
        best = max(near, key=lambda place: _cosine(vector, groups[place][0]), default=None)
        if best is None or _cosine(vector, groups[best][0]) < SAME_FROM:
            best = len(groups)
            groups.append((vector, QuestionGroup(question.text), Counter()))
            for term in vector:
                by_term.setdefault(term, set()).add(best)
        _join(groups[best][1], groups[best][2], question)
    for _, group, entries in groups:
        group.share = group.count / max(total, 1)
        group.entry_id = entries.most_common(1)[0][0] if entries else None
    return sorted((group for _, group, _ in groups), key=lambda group: -group.count)


def _join(group: QuestionGroup, entries: Counter[int], question: AskedQuestion) -> None:
    group.count += 1
    group.unanswered += is_unanswered(question)
    group.last_at = max(group.last_at or question.at, question.at)
    if question.text not in group.examples and len(group.examples) < EXAMPLES:
        group.examples.append(question.text)
    if question.entry_id is not None and not is_unanswered(question):
        entries[question.entry_id] += 1


def _terms(text: str, concepts: Concepts) -> set[str]:
    found = terms_of(text, concepts)
    return {term for term in found if term[0] in "kwen" and not is_common(term)} or set(found)


def _vector(terms: set[str], documents: Counter[str], count: int) -> dict[str, float]:
    weights = {term: math.log(1 + (count + 1) / documents[term]) for term in terms}
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    return {term: weight / length for term, weight in weights.items()}


def _cosine(one: dict[str, float], other: dict[str, float]) -> float:
    return sum(weight * other.get(term, 0.0) for term, weight in one.items())


def _name_entries(groups: list[QuestionGroup]) -> None:
    wanted = {group.entry_id for group in groups if group.entry_id}
    rows = Edition.objects.filter(entry__in=wanted, published__isnull=False).order_by("-pk")
    titles = dict(rows.values_list("entry_id", "published__title"))
    for group in groups:
        group.entry_title = titles.get(group.entry_id or 0, "")
