"""The classifier that answers now: the centre's own active version, or a shipped pack until there is one.

A version is read once in each process and kept; the row that says which is active is asked each time.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from zhiyin.assist.kept_model import KeptModel
from zhiyin.assist.models import ModelVersion, Preferences
from zhiyin.assist.shipped import Pack, chosen_pack, pack_model, topics_by_name
from zhiyin.knowledge.search.vectors import encoder_for_classes
from zhiyin.tickets.models import Category

if TYPE_CHECKING:  # numeric libraries are loaded at first need: most commands need none
    from zhiyin.assist.classifying.model import Guess, LinearModel

SURE_OF_TOPIC = 0.35  # below, an unsure guess says less than none
_kept = KeptModel()


@dataclass(frozen=True)
class Suggestion:
    """A category with its confidence; `category_id` None where no category of the centre means the topic."""

    category_id: int | None
    confidence: float
    guesses: tuple[tuple[int, float], ...]
    words: tuple[str, ...]
    topic: str
    model: str
    version: str


def suggest_category(text: str) -> Suggestion:
    """What a text is about, by the model that is active now."""
    return suggest_categories([text])[0]


def suggest_categories(texts: Sequence[str]) -> list[Suggestion]:
    """The same of many texts, which the model reads at once; two queries, with a pack three."""
    told = ModelVersion.objects.filter(active=True).values_list("number", "file__blob_id").first()
    if told is None:
        return _by_pack(texts)
    version, sha256 = told
    model = _kept.get(sha256)
    found = model.guess(texts, encoder=encoder_for_classes())
    ids = {int(name) for guess in found for name, _ in guess.categories}
    active = set(Category.objects.filter(active=True, pk__in=ids).values_list("pk", flat=True))
    return [
        _by_own(model, f"v{version}", text, guess, active) for text, guess in zip(texts, found, strict=True)
    ]


def _by_own(model: LinearModel, version: str, text: str, guess: Guess, active: set[int]) -> Suggestion:
    guesses = tuple((int(name), share) for name, share in guess.categories if int(name) in active)
    first = guesses[0][0] if guesses else None
    is_first = first is not None and str(first) == guess.category
    confidence = guess.confidence if is_first else 0.0
    words = tuple(model.words_for(text, guess.category)) if is_first else ()
    return Suggestion(first, confidence, guesses, words, "", "own", version)


def _by_pack(texts: Sequence[str]) -> list[Suggestion]:
    pack = chosen_pack(Preferences.objects.values_list("pack", flat=True).first())
    model, ids = pack_model(pack.key), _categories_of_topics(pack)
    return [
        Suggestion(
            ids.get(guess.category),
            guess.confidence,
            tuple((ids[name], share) for name, share in guess.categories if name in ids),
            tuple(model.words_for(text, guess.category)),
            guess.category,
            "pack",
            pack.key,
        )
        for text, guess in zip(texts, model.guess(texts), strict=True)
    ]


def _categories_of_topics(pack: Pack) -> dict[str, int]:
    """Which category of the centre means each topic, by its name."""
    topics = topics_by_name(pack)
    rows = Category.objects.filter(active=True).order_by("-pk").values_list("name", "pk")
    return {topics[name.casefold()]: pk for name, pk in rows if name.casefold() in topics}
