"""How a customer feels, from the words found: negation turns praise round, marks of sarcasm do too, shouting weighs.

Confidence is the share of the winning mood's weight, drawn together with how much there was to go by. It is not a chance.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from zhiyin.assist.local.lexicon import MOODS, NEGATIONS, RISKS, SARCASM

READ = 4000
ANGRY, ANXIOUS, NEUTRAL, PLEASED = "angry", "anxious", "neutral", "pleased"
_ENOUGH = 2.0  # weight below which a text says nothing of a mood
_AGREED = 2.4  # pleased has to be meant: a polite thanks closes many a complaint
_SHOUTED = re.compile(r"\b[A-Z]{4,}\b")
_LOUD = re.compile(r"[!！]{2,}|[?？]{2,}|[!！?？]{3,}")


@dataclass(frozen=True)
class Mood:
    """`score` runs from -1 (bad) to 1 (good); `words` are what was found, as written."""

    mood: str
    score: float
    confidence: float
    words: tuple[str, ...]


@dataclass(frozen=True)
class Risk:
    """What the customer threatens with or is in danger of, and the words that say so."""

    kind: str
    word: str


def mood_of(text: str) -> Mood:
    """The mood of one text, as it is now: the end weighs more than the beginning."""
    told = unicodedata.normalize("NFKC", text[:READ])
    lower = told.casefold()
    weights = dict.fromkeys(MOODS, 0.0)
    words: dict[str, list[str]] = {mood: [] for mood in MOODS}
    mocking = [one.group() for one in _sarcasm().finditer(lower)]
    for mood, weight, start, word in _found(lower):
        turned = mood == PLEASED and (mocking or _is_negated(lower, start))
        if mood != PLEASED and _is_negated(lower, start) and not _negates_itself(word):
            continue
        at = ANGRY if turned else mood
        weights[at] += weight * (0.7 if turned and not mocking else 1.0) * _late(start, len(lower))
        words[at].append(word)
    if mocking:
        weights[ANGRY] += 2.0
        words[ANGRY].extend(mocking)
    _shout(told, weights, words)
    return _decided(weights, words)


def risks_in(text: str) -> list[Risk]:
    """The risks a text names, each kind once."""
    lower = unicodedata.normalize("NFKC", text[:READ]).casefold()
    found: dict[str, str] = {}
    for kind, pattern in _risks().items():
        for one in pattern.finditer(lower):
            if not _is_negated(lower, one.start()):
                found.setdefault(kind, one.group())
    return [Risk(kind, word) for kind, word in found.items()]


def trend_of(scores: list[float]) -> str:
    """better, worse or steady: the last against the mean of those before."""
    if len(scores) < 2:
        return "steady"
    before = sum(scores[:-1]) / (len(scores) - 1)
    change = scores[-1] - before
    return "better" if change > 0.3 else "worse" if change < -0.3 else "steady"


def _decided(weights: dict[str, float], words: dict[str, list[str]]) -> Mood:
    mood, most = max(weights.items(), key=lambda one: one[1])
    least = _AGREED if mood == PLEASED else _ENOUGH
    total = sum(weights.values())
    bad = weights[ANGRY] + 0.5 * weights[ANXIOUS]
    score = round(math.tanh((weights[PLEASED] - bad) / 4), 3)
    if most < least or (mood == PLEASED and bad >= most * 0.6):
        mood = NEUTRAL if bad < least else (ANGRY if weights[ANGRY] >= weights[ANXIOUS] else ANXIOUS)
    if mood == NEUTRAL:
        return Mood(
            NEUTRAL,
            score,
            round(1 - min(total, 4) / 6, 3),
            tuple(_once([one for found in words.values() for one in found])),
        )
    confidence = weights[mood] / total * (1 - math.exp(-weights[mood] / 2))
    return Mood(mood, score, round(confidence, 3), tuple(_once(words[mood])))


def _found(lower: str) -> list[tuple[str, float, int, str]]:
    """Every phrase in the text, the longest of those that overlap."""
    hits = []
    for mood, weight, pattern in _patterns():
        hits += [(one.start(), one.end(), mood, weight) for one in pattern.finditer(lower)]
    hits.sort(key=lambda hit: (-(hit[1] - hit[0]), hit[0]))
    taken: list[tuple[int, int]] = []
    found = []
    for start, end, mood, weight in hits:
        if all(end <= left or start >= right for left, right in taken):
            taken.append((start, end))
            found.append((mood, weight, start, lower[start:end]))
    return found


def _shout(told: str, weights: dict[str, float], words: dict[str, list[str]]) -> None:
    """Capitals and marks make louder what is there; by themselves they say only that it matters."""
    shouted, loud = _SHOUTED.findall(told), _LOUD.findall(told)
    if len(shouted) >= 2 and sum(map(len, shouted)) * 3 > sum(one.isalpha() for one in told):
        weights[ANGRY] += 2.0
        words[ANGRY].append(" ".join(shouted[:4]))
    if loud:
        most = max(weights, key=lambda mood: weights[mood])
        if weights[most]:
            weights[most] *= 1.25
        else:
            weights[ANXIOUS] += 1.0
        words[most if weights[most] else ANXIOUS].append(loud[0])


def _late(start: int, length: int) -> float:
    return 0.85 + 0.3 * (start / length if length else 0)


def _is_negated(lower: str, start: int) -> bool:
    """Whether one of the few words before says that it is not so."""
    before = re.split(r"[,.;!?，。；！？、\n]", lower[max(0, start - 18) : start])[-1].rstrip()
    if before and before[-1] >= "\u3400":
        return bool(_negation().search(before[-3:]))
    return bool(_negation().search(" ".join(before.split()[-3:])))


def _negates_itself(word: str) -> bool:
    """A phrase that holds its own negation (没人管) is not turned round by it again."""
    return bool(_negation().search(word))


def _once(words: list[str]) -> list[str]:
    return list(dict.fromkeys(words))[:8]


@lru_cache(maxsize=1)
def _patterns() -> list[tuple[str, float, re.Pattern[str]]]:
    return [(mood, weight, _pattern(phrases)) for mood, by in MOODS.items() for weight, phrases in by.items()]


@lru_cache(maxsize=1)
def _sarcasm() -> re.Pattern[str]:
    return _pattern(SARCASM)


@lru_cache(maxsize=1)
def _negation() -> re.Pattern[str]:
    return _pattern(NEGATIONS)


@lru_cache(maxsize=1)
def _risks() -> dict[str, re.Pattern[str]]:
    return {kind: _pattern(phrases) for kind, phrases in RISKS.items()}


def _pattern(phrases: str) -> re.Pattern[str]:
    parts = []
    for phrase in sorted((one for one in phrases.split("|") if one), key=len, reverse=True):
        plain = re.escape(phrase.rstrip("*"))
        if not phrase[0].isascii():
            parts.append(plain)
        elif phrase == "n't":
            parts.append(r"n't\b")
        else:
            parts.append(rf"(?<![\w]){plain}" + (r"\w*" if phrase.endswith("*") else r"(?![\w])"))
    return re.compile("|".join(parts))
