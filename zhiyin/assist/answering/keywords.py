"""Which of the keywords that the house has set stand in what a customer wrote. Pure.

Case, width, punctuation, and simplified or traditional characters make no difference. A word of a script with spaces is
found as a word: "app" is in "车机 App 问题" and in "my app", not in "happy".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, cast, get_args

from zhiyin.knowledge.search.normalising import normal
from zhiyin.platform.text.characters import RUN_SCRIPTS, WORD_CHARACTER

Match = Literal["exact", "starts", "contains"]
MATCHES: tuple[Match, ...] = get_args(Match)  # the narrowest first
MOST_KEYWORDS, LONGEST_KEYWORD = 50, 60
_BETWEEN = re.compile(r"[\W_]+")
_LOOSE = re.compile(f"(?<=[{RUN_SCRIPTS}]) | (?=[{RUN_SCRIPTS}])")


@dataclass(frozen=True, kw_only=True)
class Keywords:
    """The keywords of a rule, as they are compared, and how a text has to have one."""

    id: int
    words: tuple[str, ...]
    match: Match


@dataclass(frozen=True, kw_only=True)
class Matched:
    """A rule, and its keyword that was found."""

    id: int
    word: str
    match: Match


def plain(text: str) -> str:
    """The one form in which keywords and texts are compared."""
    return _LOOSE.sub("", _BETWEEN.sub(" ", normal(text)).strip())


def keywords_of(rule_id: int, words: Iterable[str], match: str) -> Keywords:
    """The keywords of a rule, ready to be looked for; `match` is one of MATCHES, as whoever saved the rule has checked."""
    told = tuple(found for word in words if (found := plain(word)))
    return Keywords(id=rule_id, words=told, match=cast("Match", match))


def matched(text: str, rules: Sequence[Keywords]) -> list[Matched]:
    """The rules whose keywords the text has, the most telling first: whole texts before beginnings before words inside,
    longer words before shorter, older rules before newer."""
    told = plain(text)
    found = [best for rule in rules if (best := _best(told, rule)) is not None]
    return sorted(found, key=lambda one: (MATCHES.index(one.match), -len(one.word), one.id))


def _best(told: str, rule: Keywords) -> Matched | None:
    words = [word for word in rule.words if _has(told, word, rule.match)]
    return Matched(id=rule.id, word=max(words, key=len), match=rule.match) if words else None


def _has(told: str, word: str, match: Match) -> bool:
    if match == "exact":
        return told == word
    before = f"(?<!{WORD_CHARACTER})" if re.match(WORD_CHARACTER, word) else ""
    after = f"(?!{WORD_CHARACTER})" if re.search(f"{WORD_CHARACTER}$", word) else ""
    pattern = f"{before}{re.escape(word)}{after}"
    return bool(re.match(pattern, told) if match == "starts" else re.search(pattern, told))
