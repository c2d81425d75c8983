"""Who may do what with a version: pure predicates."""

from __future__ import annotations

from zhiyin.knowledge.models import Version
from zhiyin.people.models import Staff


def may_review(version: Version, by: Staff) -> bool:
    """Whether the person may say yes or no to it: never to words of their own."""
    return by.may("knowledge.review") and by.pk != version.author_id and by.pk not in version.writers
