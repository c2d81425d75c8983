"""Whether two contacts of one customer are about the same problem: what they share of words, characters and numbers."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt

_WORD = re.compile(r"[\u3400-\u9fff]|[a-z][a-z']+|\d{2,}")
_PLAIN = frozenset(
    [
        "的",
        "了",
        "是",
        "我",
        "你",
        "您",
        "他",
        "她",
        "它",
        "们",
        "在",
        "和",
        "就",
        "都",
        "也",
        "很",
        "吗",
        "呢",
        "吧",
        "啊",
        "请",
        "把",
        "被",
        "这",
        "那",
        "有",
        "没",
        "不",
        "要",
        "会",
        "能",
        "可",
        "以",
        "个",
        "么",
        "什",
        "怎",
        "为",
        "哪",
        "还",
        "到",
        "去",
        "来",
        "说",
        "给",
        "对",
        "从",
        "过",
        "着",
        "上",
        "下",
        "多",
        "少",
        "又",
        "再",
        "已",
        "今",
        "昨",
        "明",
        "天",
        "号",
        "月",
        "年",
        "一",
        "二",
        "三",
        "次",
        "好",
        "谢",
        "the",
        "and",
        "for",
        "are",
        "was",
        "you",
        "your",
        "not",
        "but",
        "with",
        "this",
        "that",
        "have",
        "has",
        "had",
        "from",
        "they",
        "will",
        "can",
        "could",
        "would",
        "please",
        "hello",
        "thanks",
        "hi",
        "dear",
        "when",
        "what",
        "how",
        "why",
        "who",
        "our",
        "my",
        "its",
        "been",
        "were",
        "there",
        "about",
        "after",
        "before",
        "does",
        "did",
        "just",
        "get",
        "got",
        "still",
        "any",
        "all",
        "is",
        "it",
        "to",
        "of",
        "in",
        "on",
        "at",
        "me",
        "we",
        "an",
        "again",
        "yet",
        "am",
        "be",
        "do",
        "so",
        "or",
        "if",
        "as",
        "by",
        "no",
    ]
)
ALIKE = 0.07  # cosine from which two may be the same; chosen on the development half of quality/repeats
_AGAIN = re.compile(
    r"又|还是|再次|依然|仍|没解决|没人|第[二三四五]次|again|still|same|yet|second time|third time|no one|nobody|follow"
)


@dataclass(frozen=True)
class Likeness:
    score: float
    shared: tuple[str, ...]


def likeness(one: str, other: str) -> Likeness:
    """Cosine of what both say, 0 to 1, and the words they share."""
    left, right = _terms(one), _terms(other)
    shared = left.keys() & right.keys()
    weight = sum(_weigh(left[word]) * _weigh(right[word]) * _worth(word) ** 2 for word in shared)
    length = sqrt(_length(left) * _length(right))
    score = weight / length if length else 0.0
    words = sorted(shared, key=lambda word: -_worth(word) * len(word))
    return Likeness(round(score, 3), tuple(word for word in words if len(word) > 1)[:5])


def same_problem(earlier: Sequence[str], text: str) -> list[tuple[int, Likeness]]:
    """Which of the earlier contacts are about what this one is about, the likest first."""
    is_again = bool(_AGAIN.search(text.casefold()))
    found = [(place, likeness(text, other)) for place, other in enumerate(earlier)]
    least = ALIKE * (0.75 if is_again else 1.0)
    return sorted((one for one in found if one[1].score >= least), key=lambda one: -one[1].score)


def _terms(text: str) -> Counter[str]:
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    terms = Counter(_stem(word) for word in words if word not in _PLAIN)
    for left, right in itertools.pairwise(words):
        if left >= "\u3400" and right >= "\u3400" and not (left in _PLAIN and right in _PLAIN):
            terms[left + right] += 1
    return terms


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.isascii() and word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def _weigh(count: int) -> float:
    return 1 + log(count)


def _worth(word: str) -> float:
    """A long number names one thing; a pair of characters says more than one of them."""
    if word.isdecimal():
        return 3.0 if len(word) >= 5 else 1.0
    return 1.6 if len(word) > 1 and not word.isascii() else 0.6 if not word.isascii() else 1.3


def _length(terms: Counter[str]) -> float:
    return sum((_weigh(count) * _worth(word)) ** 2 for word, count in terms.items())
