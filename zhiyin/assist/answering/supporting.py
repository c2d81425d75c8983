"""Whether what a model worded is said by the passages it was given. Pure.

A sentence has support where the passages hold enough of what it says, and every number it names. It is a check of words: a
turned negation with all its words there is not found, which is why only sure answers are worded at all.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.normalising import normal
from zhiyin.knowledge.search.terms import is_common, terms_of

ENOUGH = 0.6  # of the terms of a sentence
LEAST_TERMS = 3  # shorter ones (a greeting, "yes") say too little to be checked
_CITATION = re.compile(r"\s*\[\d{1,2}\]")
_SENTENCE = re.compile(r"[^。！？!?\n.]+(?:[。！？!?\n]|\.(?!\d)|\.(?=\d)[^。！？!?\n]*|$)")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_NOT = re.compile(r"不|没|无|未|\bnot\b|\bno\b|n't\b|\bnever\b|\bcannot\b")


def without_citations(text: str) -> str:
    """The words alone."""
    return _CITATION.sub("", text).strip()


def unsupported(text: str, passages: Sequence[str], concepts: Concepts) -> list[str]:
    """Sentences that the passages don't say; an answer with any is not sent."""
    held = set().union(*(set(terms_of(one, concepts)) for one in passages)) if passages else set()
    numbers = {number for one in passages for number in _NUMBER.findall(normal(one))}
    denies = any(_NOT.search(normal(one)) for one in passages)
    found = []
    for sentence in _SENTENCE.findall(without_citations(text)):
        plain = normal(sentence)
        terms = {one for one in terms_of(sentence, concepts) if one[0] in "wek" and not is_common(one)}
        is_said = len(terms) < LEAST_TERMS or len(terms & held) >= ENOUGH * len(terms)
        is_counted = set(_NUMBER.findall(plain)) <= numbers
        is_denied = not _NOT.search(plain) or denies
        if not (is_said and is_counted and is_denied):
            found.append(sentence.strip())
    return found
