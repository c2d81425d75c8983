"""The administrator's groups of words that ask for the same thing."""

from __future__ import annotations

from zhiyin.knowledge.models.words import SynonymGroup
from zhiyin.knowledge.search.concepts import Concepts, concepts_with


def concepts_now() -> Concepts:
    """The shipped groups and the administrator's as they are now."""
    groups = SynonymGroup.objects.order_by("pk").values_list("words", flat=True)
    return concepts_with(tuple(tuple(words) for words in groups))
