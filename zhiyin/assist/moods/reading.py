"""The mood of texts as it is read now: by the lexicon, or by what was learned from corrections where that is surer.

A version is read once in each process and kept; the row that says which is active is asked each time.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiyin.assist.local.mood import Mood, mood_of
from zhiyin.assist.models import MoodVersion
from zhiyin.platform.files.files import open_content

if TYPE_CHECKING:  # numeric libraries are loaded at first need: most commands need none
    from zhiyin.assist.classifying.model import Guess, LinearModel

_guard = threading.Lock()
_kept: dict[int, LinearModel] = {}


@dataclass(frozen=True)
class ReadMood:
    """A mood, and the version that read it; '' for the lexicon."""

    mood: Mood
    version: str


def moods_of(texts: Sequence[str]) -> list[ReadMood]:
    """The mood of each text; one query, none for none."""
    by_lexicon = [mood_of(text) for text in texts]
    if not texts:
        return []
    active = MoodVersion.objects.filter(active=True)
    told = active.values_list("pk", "number", "threshold", "file__blob_id").first()
    if told is None:
        return [ReadMood(one, "") for one in by_lexicon]
    pk, number, threshold, sha256 = told
    model = _loaded(pk, sha256)
    guesses = model.guess(list(texts), most=4)
    return [
        _chosen(model, f"v{number}", text, said, guess, threshold)
        for text, said, guess in zip(texts, by_lexicon, guesses, strict=True)
    ]


def _chosen(
    model: LinearModel, version: str, text: str, said: Mood, guess: Guess, threshold: float
) -> ReadMood:
    from zhiyin.assist.moods.learning import chosen

    mood = chosen(said.mood, guess, threshold)
    if mood == said.mood:
        return ReadMood(said, "")
    shares = dict(guess.categories)
    # as of the lexicon: from -1 bad to 1 good, anxious half as bad as angry
    score = shares.get("pleased", 0.0) - shares.get("angry", 0.0) - 0.5 * shares.get("anxious", 0.0)
    words = tuple(model.words_for(text, mood))
    return ReadMood(Mood(mood, round(score, 3), guess.confidence, words), version)


def _loaded(pk: int, sha256: str) -> LinearModel:
    with _guard:
        if pk not in _kept:
            from zhiyin.assist.classifying.model import from_bytes

            with open_content(sha256) as stored:
                model = from_bytes(stored.read())
            _kept.clear()  # only the one that answers is kept in memory
            _kept[pk] = model
        return _kept[pk]
