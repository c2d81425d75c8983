"""Learning from corrections, pure: a classifier beside the lexicon, and how sure it has to be to go before it.

All that is reported is measured on texts held back: each fifth of the tickets is judged by a model that learned from the
other four. Texts that people let stand count as read rightly, in the numbers there are of them, so that what is gained on
corrections is weighed against what is lost elsewhere.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from zhiyin.assist.classifying.model import Guess, LinearModel
from zhiyin.assist.classifying.training import Known, train
from zhiyin.assist.local.mood import mood_of

FOLDS = 5
ACCEPTED_PER_CORRECTION = 10  # that are learned from; of more the model would hear nothing but them
THRESHOLDS = tuple(round(0.3 + 0.05 * step, 2) for step in range(14))  # 0.3 to 0.95
_CERTAIN = 1.96  # standard deviations: 95 %


@dataclass(frozen=True)
class Example:
    """What a customer wrote, and how they sounded as people see it; `was_corrected` or let stand."""

    ticket_id: int
    text: str
    mood: str
    was_corrected: bool


@dataclass(frozen=True)
class MoodReport:
    """Of texts held back: `gained` the model reads rightly and the lexicon does not, `lost` the other way round.

    Accuracies are shares of all texts; `corrected_right` of the corrected ones. `confused` are [truth, answer, count].
    """

    texts: int
    corrected: int
    lexicon_accuracy: float
    accuracy: float
    corrected_right: float
    gained: int
    lost: int
    confused: list[tuple[str, str, int]]

    @property
    def is_better(self) -> bool:
        """By more than chance: McNemar's test at 95 %, Q. McNemar, Psychometrika 12 (1947), p. 153."""
        return self.gained - self.lost > _CERTAIN * sqrt(self.gained + self.lost)


@dataclass(frozen=True)
class Learned:
    model: LinearModel
    threshold: float
    report: MoodReport


def learn(examples: Sequence[Example]) -> Learned:
    """The model of all examples, with the threshold that did best on texts held back. Raises TooLittle."""
    lexicon = [mood_of(one.text).mood for one in examples]
    guesses = _held_back_guesses(examples)
    best = max(
        (_report(examples, lexicon, guesses, threshold) for threshold in THRESHOLDS),
        key=lambda report: (report.gained - report.lost, -report.lost),
    )
    threshold = next(
        one for one in reversed(THRESHOLDS) if _report(examples, lexicon, guesses, one) == best
    )  # of equals the one that asks for most
    return Learned(train(_known(examples)), threshold, best)


def chosen(lexicon: str, guess: Guess, threshold: float) -> str:
    """The mood of a text: the model's where it is sure enough."""
    return guess.category if guess.category and guess.confidence >= threshold else lexicon


def fold_of(ticket_id: int) -> int:
    """The same from one training to the next."""
    return hashlib.sha256(f"mood {ticket_id}".encode()).digest()[0] % FOLDS


def _held_back_guesses(examples: Sequence[Example]) -> list[Guess]:
    guesses: dict[int, Guess] = {}
    for fold in range(FOLDS):
        held = [place for place, one in enumerate(examples) if fold_of(one.ticket_id) == fold]
        if not held:
            continue
        model = train(_known([one for one in examples if fold_of(one.ticket_id) != fold]))
        guesses |= zip(held, model.guess([examples[place].text for place in held]), strict=True)
    return [guesses[place] for place in range(len(examples))]


def _known(examples: Sequence[Example]) -> Known:
    """All corrections, and of the rest at most so many for each; the newest come first."""
    corrected = [one for one in examples if one.was_corrected]
    accepted = [one for one in examples if not one.was_corrected][: ACCEPTED_PER_CORRECTION * len(corrected)]
    learned = [*corrected, *accepted]
    return Known([one.text for one in learned], [one.mood for one in learned])


def _report(
    examples: Sequence[Example], lexicon: Sequence[str], guesses: Sequence[Guess], threshold: float
) -> MoodReport:
    answers = [chosen(said, guess, threshold) for said, guess in zip(lexicon, guesses, strict=True)]
    told = list(zip(examples, lexicon, answers, strict=True))
    corrected = [(one, answer) for one, _, answer in told if one.was_corrected]
    wrong = Counter((one.mood, answer) for one, _, answer in told if answer != one.mood)
    return MoodReport(
        texts=len(examples),
        corrected=len(corrected),
        lexicon_accuracy=_share(sum(said == one.mood for one, said, _ in told), len(told)),
        accuracy=_share(sum(answer == one.mood for one, _, answer in told), len(told)),
        corrected_right=_share(sum(answer == one.mood for one, answer in corrected), len(corrected)),
        gained=sum(answer == one.mood != said for one, said, answer in told),
        lost=sum(said == one.mood != answer for one, said, answer in told),
        confused=[(truth, answer, count) for (truth, answer), count in wrong.most_common(12)],
    )


def _share(count: int, total: int) -> float:
    return round(count / total, 4) if total else 0.0
