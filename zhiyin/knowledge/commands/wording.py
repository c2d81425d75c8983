"""The house's own words for the same thing."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.knowledge.models import SynonymGroup
from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError

MOST_WORDS, LONGEST_WORD = 40, 40


class SynonymsTooFew(DomainError):
    code = "knowledge.synonyms_too_few"
    status = 422
    messages = {
        "zh": "请至少填写两个不同的词，每个不超过 40 个字。",
        "en": "Give at least two different words, of up to 40 characters each.",
    }


@transaction.atomic
def save_synonyms(*, group_id: int | None, words: list[str], by: Staff, now: datetime) -> SynonymGroup:
    """Add a group, or change one; each machine builds its index anew by itself. Raises SynonymsTooFew."""
    clean = list(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))[:MOST_WORDS]
    if len(clean) < 2 or any(len(word) > LONGEST_WORD for word in clean):
        raise SynonymsTooFew
    if group_id is None:
        return SynonymGroup.objects.create(words=clean, by=by, at=now)
    group = SynonymGroup.objects.select_for_update().get(pk=group_id)
    group.words, group.by, group.at = clean, by, now
    group.save(update_fields=["words", "by", "at"])
    return group


def remove_synonyms(*, group_id: int) -> None:
    """Take a group away. Raises SynonymGroup.DoesNotExist."""
    SynonymGroup.objects.get(pk=group_id).delete()
