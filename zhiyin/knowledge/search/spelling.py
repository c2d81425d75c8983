"""Misspelt English words of a question, put right by the words that entries and concepts are written in."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from difflib import SequenceMatcher

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.english import is_common, is_small, stem
from zhiyin.knowledge.search.normalising import TOKEN
from zhiyin.knowledge.search.sounds import sounds_of_letters

SHORTEST = 4  # letters of a word that is put right
ALIKE = 0.82  # of 1: one letter of six may be wrong, two may have changed places
MOST_WORDS = 6  # of one question that are looked up


def put_right(
    plain: str, concepts: Concepts, *, knows: Callable[[str], bool], near: Callable[[str], Iterable[str]]
) -> str:
    """The normal text with each word that nobody wrote replaced by the one it is most like, if any is like enough.

    `knows` says whether any entry has a term, `near` gives words of entries that are spelt much like one.
    """
    asked = 0
    for match in reversed(list(TOKEN.finditer(plain))):
        word = match.group()
        if asked == MOST_WORDS or not _is_strange(word, concepts, knows):
            continue
        asked += 1
        likest = _likest(word, [*concepts.beginning_with(word[0]), *near(word)])
        if likest:
            plain = plain[: match.start()] + likest + plain[match.end() :]
    return plain


def _is_strange(word: str, concepts: Concepts, knows: Callable[[str], bool]) -> bool:
    if len(word) < SHORTEST or not word[0].isascii() or not word[0].isalpha():
        return False
    stemmed = stem(word)
    return not (
        is_small(word)
        or is_common(stemmed)
        or concepts.has_word(stemmed)
        or knows(f"e:{stemmed}")
        or sounds_of_letters(word)
    )


def _likest(word: str, candidates: Iterable[str]) -> str:
    matcher, best, most = SequenceMatcher(autojunk=False), "", ALIKE
    matcher.set_seq2(word)
    for other in candidates:
        if other[0] != word[0] or abs(len(other) - len(word)) > 2:
            continue
        matcher.set_seq1(other)
        if sorted(other) == sorted(word):
            return other
        if matcher.real_quick_ratio() >= most and matcher.quick_ratio() >= most and matcher.ratio() > most:
            best, most = other, matcher.ratio()
    return best
