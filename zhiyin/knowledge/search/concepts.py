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

from zhiyin.knowledge.search.english import stem
from zhiyin.knowledge.search.normalising import HAN, normal

_SHIPPED = Path(__file__).with_name("concepts.txt")
_WORD = re.compile(r"[a-z0-9][a-z0-9'\-]*")
LONGEST_PHRASE = 4
Own = tuple[tuple[str, ...], ...]


@dataclass
class Concepts:
    """Words and phrases with the groups they belong to."""

    words: dict[str, set[str]] = field(default_factory=dict)  # of Chinese
    phrases: dict[tuple[str, ...], set[str]] = field(default_factory=dict)  # of English, stemmed
    weak: set[str] = field(default_factory=set)
    stems: set[str] = field(default_factory=set)  # of all English words
    spelt: dict[str, list[str]] = field(default_factory=dict)  # English words by their first letter
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

    def add(self, name: str, group: Iterable[str]) -> None:
        """Make these words one group."""
        for word in group:
            folded = normal(word.replace("_", " ")).strip()
            if HAN.search(folded):
                self.words.setdefault(folded, set()).add(name)
                self.longest = max(self.longest, len(folded))
            elif folded:
                spelt = [match.group() for match in _WORD.finditer(folded)]
                self.phrases.setdefault(tuple(map(stem, spelt)), set()).add(name)
                self.stems.update(map(stem, spelt))
                for one in spelt:
                    if one.isalpha() and one not in self.beginning_with(one[0]):
                        self.spelt.setdefault(one[0], []).append(one)

    def beginning_with(self, letter: str) -> list[str]:
        """English words of groups that begin with it."""
        return self.spelt.get(letter, [])

    def has_word(self, stemmed: str) -> bool:
        """Whether the stem is of an English word of any group."""
        return stemmed in self.stems


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
