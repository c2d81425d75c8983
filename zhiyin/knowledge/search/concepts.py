"""Groups of words that ask for the same thing, in Chinese, its dialects, and English.

`concepts.txt` is shipped; an administrator's groups are added to it. A group is an index term of its own, so that
退钱, 返款 and refund find each other. Groups under a heading with “weak” are about how something is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path

from zhiyin.knowledge.search.normalising import HAN, normal

_SHIPPED = Path(__file__).with_name("concepts.txt")
_WORD = re.compile(r"[a-z0-9][a-z0-9'\-]*")
_ENDING = re.compile(r"(?:ing|ed|es|s|'s)$")
LONGEST_PHRASE = 4
MOST_SHORT = 4  # letters of a word that stays as it is
Own = tuple[tuple[str, ...], ...]


@dataclass
class Concepts:
    """Words and phrases with the groups they belong to."""

    words: dict[str, set[str]] = field(default_factory=dict)  # of Chinese
    phrases: dict[tuple[str, ...], set[str]] = field(default_factory=dict)  # of English, stemmed
    weak: set[str] = field(default_factory=set)
    longest: int = 1
    own: Own = ()  # the administrator's groups
    version: str = ""

    def in_text(self, text: str) -> list[str]:
        """The concepts of a normal text, once for each time they occur; the longest word wins."""
        return [group for _, _, groups in self.spans(text) for group in groups]

    def spans(self, text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        """(start, end, groups) of each word or phrase that belongs to a group."""
        return self._spans_of_words(text) + self._spans_of_phrases(text)

    def _spans_of_words(self, text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        found = []
        for run in HAN.finditer(text):
            at, end = run.span()
            while at < end:
                for length in range(min(self.longest, end - at), 0, -1):
                    groups = self.words.get(text[at : at + length])
                    if groups:
                        found.append((at, at + length, tuple(groups)))
                        at += length
                        break
                else:
                    at += 1
        return found

    def _spans_of_phrases(self, text: str) -> list[tuple[int, int, tuple[str, ...]]]:
        matches = list(_WORD.finditer(text))
        stems = [stem(match.group()) for match in matches]
        found = []
        for start in range(len(stems)):
            for length in range(1, min(LONGEST_PHRASE, len(stems) - start) + 1):
                groups = self.phrases.get(tuple(stems[start : start + length]))
                if groups:
                    found.append((matches[start].start(), matches[start + length - 1].end(), tuple(groups)))
        return found

    def add(self, name: str, words: Iterable[str]) -> None:
        """Make these words one group."""
        for word in words:
            folded = normal(word.replace("_", " ")).strip()
            if HAN.search(folded):
                self.words.setdefault(folded, set()).add(name)
                self.longest = max(self.longest, len(folded))
            elif folded:
                stems = tuple(stem(match.group()) for match in _WORD.finditer(folded))
                self.phrases.setdefault(stems, set()).add(name)


def stem(word: str) -> str:
    """The word without the commonest endings: ships, shipped and shipping are one, and arrive and arrived."""
    if len(word) <= MOST_SHORT:
        return word
    cut = _ENDING.sub("", word)
    if cut != word and len(cut) > 2 and cut[-1] == cut[-2] and cut[-1] not in "lsz":
        cut = cut[:-1]
    return cut[:-1] if len(cut) > MOST_SHORT and cut[-1] == "e" else cut


def concepts_with(own: Own = ()) -> Concepts:
    """The shipped groups and these of the administrator; the same groups give the same object and version."""
    return _concepts(own)


@lru_cache(maxsize=4)
def _concepts(own: Own) -> Concepts:
    concepts, weak = Concepts(), False
    shipped = _SHIPPED.read_text(encoding="utf-8")
    for number, line in enumerate(shipped.splitlines()):
        if line.startswith("#"):
            weak = "weak" in line
        elif line.strip():
            concepts.add(f"s{number}", line.split())
            if weak:
                concepts.weak.add(f"s{number}")
    for number, words in enumerate(own):
        concepts.add(f"o{number}", words)
    told, concepts.own = shipped + repr(own), own
    concepts.version = blake2b(told.encode(), digest_size=8).hexdigest()
    return concepts
