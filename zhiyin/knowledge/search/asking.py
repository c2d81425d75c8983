"""A question as weighted terms."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.english import is_small
from zhiyin.knowledge.search.normalising import TOKEN, normal
from zhiyin.knowledge.search.sounds import sounds_begun
from zhiyin.knowledge.search.terms import is_common, pieces, terms_of, terms_of_letters

# Between what was best on either half of the entries of two test sets: docs, “Help centre: how good it is”.
KIND_WEIGHTS = {"c": 1.0, "w": 0.65, "p": 0.45, "e": 1.9, "n": 2.0, "k": 2.1, "i": 2.0, "x": 1.2, "g": 1.0}
COMMON_WEIGHTS = {"c": 0.45, "w": 0.0, "e": 0.6}
WEAK_CONCEPT = 1.0
LONGEST_QUESTION = 600  # characters; of longer ones the beginning and the end are read
MOST_TERMS = 90
Knows = Callable[[str], bool]


def question_terms(text: str, concepts: Concepts, *, knows: Knows, typing: bool = False) -> dict[str, float]:
    """The terms of a question with their weights, the heaviest first; `knows` says whether any entry has a term.

    While somebody is typing, the last word may be only begun.
    """
    text = shortened(text)
    terms = dict.fromkeys(terms_of(text, concepts))
    letters = [token for token in TOKEN.findall(normal(text)) if token[0].isascii() and token[0].isalpha()]
    for place, token in enumerate(letters):
        terms.update(dict.fromkeys(terms_of_letters(token)))
        if typing and place == len(letters) - 1 and len(token) > 1:
            terms[f"x:{token[:8]}"] = None
            terms.update(dict.fromkeys(f"p:{sound}" for sound in sounds_begun(token)))
        if (
            len(token) > 3
            and not is_small(token)
            and not any(knows(term) for term in terms_of(token, concepts))
        ):
            terms.update(dict.fromkeys(f"g:{piece}" for piece in pieces(token)))
    weighted = {term: _weight(term, concepts) for term in terms}
    heaviest = sorted(weighted.items(), key=lambda pair: -pair[1])[:MOST_TERMS]
    return {term: weight for term, weight in heaviest if weight}


def shortened(text: str) -> str:
    """The beginning and the end of a long question."""
    half = LONGEST_QUESTION // 2
    return text if len(text) <= LONGEST_QUESTION else f"{text[:half]} {text[-half:]}"


def _weight(term: str, concepts: Concepts) -> float:
    kind = term[0]
    if kind == "k" and term[2:] in concepts.weak:
        return WEAK_CONCEPT
    if is_common(term):
        return COMMON_WEIGHTS[kind]
    return KIND_WEIGHTS[kind]
