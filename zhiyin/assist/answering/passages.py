"""What of an entry is said: all of a short answer, of a longer one the passage that holds most of the question. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.terms import terms_of

LONGEST = 420  # characters of an answer
_SENTENCE = re.compile(r"[^。！？!?\n]+(?:[。！？!?]+|\n|$)|[^.]+\.(?=\s)")


def passage_of(text: str, telling: Mapping[str, float], concepts: Concepts) -> str:
    """The whole text where it is short; else the paragraphs around the best one, as many as fit."""
    whole = text.strip()
    if len(whole) <= LONGEST:
        return whole
    parts = [one.strip() for one in re.split(r"\n\s*\n|\n", whole) if one.strip()]
    weights = [_weight(one, telling, concepts) for one in parts]
    best = max(range(len(parts)), key=weights.__getitem__)
    chosen, last = [parts[best]], best
    if best and _is_heading(parts[best - 1]):
        chosen.insert(0, parts[best - 1])
    while last + 1 < len(parts) and len("\n".join([*chosen, parts[last + 1]])) <= LONGEST:
        last += 1
        if _is_heading(parts[last]):
            break
        chosen.append(parts[last])
    return _cut("\n".join(chosen))


def beginning_of(text: str) -> str:
    """Of an entry that no question found: all of a short one, of a longer one its beginning."""
    return _cut(text.strip())


def _cut(text: str) -> str:
    """At the end of a sentence, where it is too long."""
    if len(text) <= LONGEST:
        return text
    kept = ""
    for sentence in _SENTENCE.findall(text):
        if len(kept) + len(sentence) > LONGEST:
            break
        kept += sentence
    return (kept.strip() or text[: LONGEST - 1].rstrip()) + " …"


def _is_heading(part: str) -> bool:
    return len(part) <= 24 and not re.search(r"[。！？!?.,，;；]$", part)


def _weight(part: str, telling: Mapping[str, float], concepts: Concepts) -> float:
    there = set(terms_of(part, concepts))
    return sum(weight for term, weight in telling.items() if term in there)
