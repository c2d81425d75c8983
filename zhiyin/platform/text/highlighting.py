"""A short piece of a text around the words of a query, with the words marked."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from zhiyin.platform.text.characters import RUN, WORD_CHARACTER, fold
from zhiyin.platform.text.english import english_forms
from zhiyin.platform.text.tokens import PHONE_OR_AMOUNT, TOKEN, digits_of

MAX_CHARACTERS = 50_000
_SPACE = re.compile(r"\s+")
_PARTS = re.compile(r"[-_.+'/\u2019\u2010]+")
_LEAD = 4  # the marked word stands a quarter into the piece, so that its context is seen on both sides


@dataclass(frozen=True)
class Snippet:
    """A piece of text; `marks` are (start, end) offsets in it, in order and without overlap."""

    text: str
    marks: list[tuple[int, int]]


def highlight(text: str, query: str, width: int = 160) -> Snippet:
    """Return about `width` characters of the text where most of the query's words stand together."""
    clean = _SPACE.sub(" ", text[:MAX_CHARACTERS]).strip()
    spans = _find(clean, query)
    start = _best_start(spans, width, len(clean))
    end = min(len(clean), start + width)
    before, after = "…" if start else "", "…" if end < len(clean) else ""
    shift = len(before) - start
    marks = [
        (max(low, start) + shift, min(high, end) + shift) for low, high in spans if low < end and high > start
    ]
    return Snippet(f"{before}{clean[start:end]}{after}", marks)


def _find(text: str, query: str) -> list[tuple[int, int]]:
    patterns = list(dict.fromkeys(_patterns(fold(query))))
    if not patterns:
        return []
    folded, places = _folded_with_places(text)
    found = re.compile("|".join(sorted(patterns, key=len, reverse=True))).finditer(folded)
    return _joined((places[match.start()], places[match.end() - 1] + 1) for match in found)


def _patterns(query: str) -> Iterable[str]:
    for run in RUN.findall(query):
        yield re.escape(run)
        yield from (re.escape(run[at : at + 2]) for at in range(len(run) - 1))
    for number in PHONE_OR_AMOUNT.finditer(query):
        yield "[- ,()]{0,2}".join(map(re.escape, digits_of(number)))
    for token in TOKEN.findall(PHONE_OR_AMOUNT.sub(" ", query)):
        yield _as_word(re.escape(token))
        if "@" not in token:
            for part in _PARTS.split(token):
                yield _as_word("|".join(map(re.escape, english_forms(part))))


def _as_word(pattern: str) -> str:
    return f"(?<!{WORD_CHARACTER})(?:{pattern})(?!{WORD_CHARACTER})"


def _folded_with_places(text: str) -> tuple[str, list[int] | range]:
    """Fold character by character; `places[i]` is where the i-th folded character came from."""
    if text.isascii():
        return text.lower(), range(len(text))
    folded: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        form = _folded_character(character)
        folded.append(form)
        places.extend([place] * len(form))
    return "".join(folded), places


@lru_cache(maxsize=8192)
def _folded_character(character: str) -> str:
    return fold(character) if not unicodedata.combining(character) else character


def _joined(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for low, high in spans:
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return joined


def _best_start(spans: list[tuple[int, int]], width: int, length: int) -> int:
    """Return where to begin: the first place from which most marked characters are seen."""
    best, best_seen = 0, 0
    for low, _ in spans[:200]:
        start = max(0, min(low - width // _LEAD, length - width))
        seen = sum(
            min(high, start + width) - max(at, start)
            for at, high in spans
            if at < start + width and high > start
        )
        if seen > best_seen:
            best, best_seen = start, seen
    return best


def _inside(spans: list[tuple[int, int]], start: int, end: int) -> list[tuple[int, int]]:
    return [(max(low, start), min(high, end)) for low, high in spans if low < end and high > start]
