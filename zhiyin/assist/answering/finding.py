"""The entry that answers a question best, with the chance that it does: only what this customer may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from zhiyin.assist.answering.passages import passage_of
from zhiyin.assist.answering.signals import LOOKED_AT, Signals, signals_of
from zhiyin.assist.answering.sureness import chance_of
from zhiyin.knowledge.queries.published import PublishedEdition
from zhiyin.knowledge.search.finding import FoundEdition, covers, for_customers, search, telling_of

LANGUAGES_OF_HELP = ("zh", "en")


@dataclass(frozen=True, kw_only=True)
class Asker:
    """Who asks: in which language, and whether we know who they are."""

    language: str  # zh, en
    is_signed_in: bool = False


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """The best entry for a question, what of it would be said, and the chance that it answers."""

    edition: PublishedEdition
    text: str
    chance: float
    signals: Signals

    @property
    def link(self) -> str:
        """Where customers read it in the help centre; '' where only those signed in may."""
        language = self.edition.language[:2]
        shown = self.edition.audience == "public" and language in LANGUAGES_OF_HELP
        return f"/help/{language}/a/{self.edition.key}" if shown else ""


def best_answer(question: str, asker: Asker, *, now: datetime) -> Candidate | None:
    """The first entry found, each entry counted once; None where nothing is. Raises IndexNotReady.

    Where customers are is not known, so that what holds in one region only is never said.
    """
    wanted = for_customers(signed_in=asker.is_signed_in, language=asker.language)
    found = _once(
        [one for one in search(question, wanted, limit=LOOKED_AT * 2, now=now) if not one.edition.region]
    )
    found = found[:LOOKED_AT]
    signals = signals_of(question, [one.hit for one in found], covers(question, found))
    if signals is None:
        return None
    telling, concepts = telling_of(question)
    return Candidate(
        edition=found[0].edition,
        text=passage_of(found[0].edition.text, telling, concepts),
        chance=chance_of(signals, asker.language),
        signals=signals,
    )


def _once(found: Sequence[FoundEdition]) -> list[FoundEdition]:
    """The best edition of each entry."""
    first: dict[int, FoundEdition] = {}
    for one in found:
        first.setdefault(one.edition.entry_id, one)
    return list(first.values())
