"""Entries that say the same twice, or answer one question in two ways."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from zhiyin.knowledge.models import Edition
from zhiyin.knowledge.queries.published import PublishedEdition, published_editions
from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.finding import for_staff, search
from zhiyin.knowledge.search.normalising import normal
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.knowledge.search.terms import is_common, terms_of
from zhiyin.people.models import Staff

LOOKED_AT = 100  # editions, those published last
NEIGHBOURS = 4
SAME_QUESTION = 0.6  # share of the terms of two titles that they have in common (Jaccard)
SAME_TEXT = 0.8
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(个?工作日|天|小时|分钟|元|次|个月|年|折|%|g|days?|hours?|months?)")


@dataclass(frozen=True)
class Likeness:
    """Two editions that ask the same. `differing` are amounts that only one of them names: (unit, here, there)."""

    kind: str  # duplicate, contradiction
    one: PublishedEdition
    other: PublishedEdition
    differing: list[tuple[str, str, str]]


def find_likenesses(*, by: Staff, now: datetime) -> list[Likeness]:
    """Among the editions published last, each with its nearest; contradictions first. Raises IndexNotReady."""
    newest = Edition.objects.filter(published__isnull=False, entry__archived_at=None).order_by(
        "-published__published_at", "-pk"
    )
    concepts, found, seen = concepts_now(), list[Likeness](), set[frozenset[int]]()
    newest_ids = list(newest.values_list("pk", flat=True)[:LOOKED_AT])
    for one in published_editions(edition_ids=newest_ids):
        wanted = for_staff(by, language=one.language, region=one.region)
        for near in search(one.title, wanted, limit=NEIGHBOURS, now=now):
            pair = frozenset({one.edition_id, near.edition.edition_id})
            if len(pair) == 2 and pair not in seen and one.entry_id != near.edition.entry_id:
                seen.add(pair)
                likeness = compare(one, near.edition, concepts)
                found += [likeness] if likeness else []
    return sorted(found, key=lambda likeness: likeness.kind)


def compare(one: PublishedEdition, other: PublishedEdition, concepts: Concepts) -> Likeness | None:
    """A duplicate when they ask and say the same; a contradiction when they ask the same and name other amounts."""
    asks = max(
        _alike(a, b, concepts) for a in (one.title, *one.questions) for b in (other.title, *other.questions)
    )
    if asks < SAME_QUESTION:
        return None
    differing = _differing(one.text, other.text)
    if differing:
        return Likeness("contradiction", one, other, differing)
    if asks > SAME_TEXT or _alike(one.text, other.text, concepts) >= SAME_QUESTION:
        return Likeness("duplicate", one, other, [])
    return None


def _alike(one: str, other: str, concepts: Concepts) -> float:
    mine, theirs = _telling(one, concepts), _telling(other, concepts)
    return len(mine & theirs) / len(mine | theirs) if mine | theirs else 0.0


def _telling(text: str, concepts: Concepts) -> set[str]:
    return {term for term in terms_of(text, concepts) if term[0] in "kwe" and not is_common(term)}


def _differing(one: str, other: str) -> list[tuple[str, str, str]]:
    """Units of which each text names an amount, and not the same ones."""
    mine, theirs = _amounts(one), _amounts(other)
    return [
        (unit, " / ".join(sorted(mine[unit])), " / ".join(sorted(theirs[unit])))
        for unit in sorted(mine.keys() & theirs.keys())
        if not mine[unit] & theirs[unit]
    ]


def _amounts(text: str) -> dict[str, set[str]]:
    amounts: dict[str, set[str]] = {}
    for number, unit in _AMOUNT.findall(normal(text)):
        amounts.setdefault(unit.rstrip("s") if unit.isascii() and len(unit) > 1 else unit, set()).add(number)
    return amounts
