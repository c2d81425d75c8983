"""What goes into the index, what is asked of it, and what comes out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, kw_only=True)
class Searchable:
    """One published edition as the index holds it."""

    edition_id: int
    entry_id: int
    version_id: int
    kind: str
    language: str
    audience: str
    title: str
    questions: tuple[str, ...] = ()  # the variants of a question
    tags: tuple[str, ...] = ()
    body: str = ""
    region: str = ""
    category_id: int | None = None
    product_ids: tuple[int, ...] = ()
    group_ids: tuple[int, ...] = ()
    valid_from: datetime | None = None
    valid_until: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a search is confined to; nothing given means no limit, but for audiences, which always are."""

    audiences: tuple[str, ...]
    group_ids: tuple[int, ...] = ()  # whose group entries may be found as well
    language: str = ""  # zh finds zh-CN and zh-TW
    region: str = ""  # also finds what is for all regions
    kinds: tuple[str, ...] = ()
    product_id: int | None = None
    category_ids: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Hit:
    """An edition that was found.

    `score` is BM25 over all terms: the surest sign by itself that something answers. `likeness` (0 to 1) is its share of
    what could be reached with this question. `meaning` and `retrieval` (-2 to 2) are how near the vectors are, by models of
    meaning and by one made for retrieval: of the body, and of the nearest way to ask. By `total` hits are ordered.
    """

    edition_id: int
    entry_id: int
    version_id: int
    score: float
    likeness: float
    meaning: float | None
    retrieval: float | None
    total: float
    title: str
    matched: str  # the title or the variant of the question that fits best
    body: str  # its beginning
