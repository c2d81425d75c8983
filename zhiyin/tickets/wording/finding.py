"""Where a text has one of the words of a rule."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

READ = 20_000


class Span(NamedTuple):
    start: int
    end: int


def spans_of(text: str, words: Sequence[str], exceptions: Sequence[str]) -> Iterator[Span]:
    """Where the words stand, but for those within one of the exceptions (`保证` within `保证金`, `不保证`).

    Full-width forms, capitals and blanks between Chinese characters make no difference; Latin words stand as wholes.
    """
    pattern = _pattern(tuple(words), tuple(exceptions))
    for found in pattern.finditer(folded(text[:READ])):
        if found.lastgroup == "word":
            yield Span(found.start(), found.end())


def folded(text: str) -> str:
    """As words are compared; letter by letter, so that places stay what they were."""
    return "".join(one if len(one) == 1 else raw for raw in text for one in (_plain(raw),))


def _plain(letter: str) -> str:
    return unicodedata.normalize("NFKC", letter).casefold()


@lru_cache(maxsize=256)
def _pattern(words: tuple[str, ...], exceptions: tuple[str, ...]) -> re.Pattern[str]:
    fine, meant = _any_of(exceptions), _any_of(words)
    return re.compile(f"(?P<fine>{fine})|(?P<word>{meant})" if fine else f"(?P<word>{meant})")


def _any_of(phrases: Sequence[str]) -> str:
    longest_first = sorted({one.strip() for one in phrases if one.strip()}, key=lambda one: (-len(one), one))
    return "|".join(_phrase(folded(one)) for one in longest_first)


def _phrase(phrase: str) -> str:
    if phrase.isascii():
        words = r"\s+".join(re.escape(part) for part in phrase.split())
        before = r"(?<![a-z0-9])" if phrase[0].isalnum() else ""
        return before + words + (r"(?![a-z0-9])" if phrase[-1].isalnum() else "")
    return r"[ \t]?".join(re.escape(letter) for letter in phrase if not letter.isspace())
