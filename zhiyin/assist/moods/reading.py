"""The mood of texts as it is read now: by the lexicon, or by what was learned from corrections where that is surer.

A version is read once in each process and kept; the row that says which is active is asked each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiyin.assist.kept_model import KeptModel
from zhiyin.assist.local.mood import Mood, mood_of
from zhiyin.assist.models import MoodVersion

if TYPE_CHECKING:  # numeric libraries are loaded at first need: most commands need none
    from zhiyin.assist.classifying.model import Guess, LinearModel

_kept = KeptModel()


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
    told = active.values_list("number", "threshold", "file__blob_id").first()
    if told is None:
        return [ReadMood(one, "") for one in by_lexicon]
    number, threshold, sha256 = told
    model = _kept.get(sha256)
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
