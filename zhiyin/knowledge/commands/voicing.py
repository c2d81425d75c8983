"""Counting what helps: uses, and what readers say."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.db.models import Count, F, Q

from zhiyin.knowledge.events import FeedbackGiven
from zhiyin.knowledge.models import Entry, Feedback, StillAsked, Version
from zhiyin.platform.event_log.emitting import emit

LONGEST_COMMENT = 2000


@transaction.atomic
def give_feedback(*, version_id: int, helpful: bool, comment: str, voice: str, now: datetime) -> Feedback:
    """Whether a published version helped one reader, known by `voice`; said again, it replaces what was said."""
    version = Version.objects.select_related("edition").get(pk=version_id, published_at__isnull=False)
    entry = Entry.objects.select_for_update().get(pk=version.edition.entry_id)
    feedback, _ = Feedback.objects.update_or_create(
        version=version,
        voice=voice[:80],
        defaults={"helpful": helpful, "comment": comment.strip()[:LONGEST_COMMENT], "at": now},
    )
    counts = Feedback.objects.filter(version__edition__entry=entry).aggregate(
        yes=Count("pk", filter=Q(helpful=True)), no=Count("pk", filter=Q(helpful=False))
    )
    entry.helpful_count, entry.unhelpful_count = counts["yes"], counts["no"]
    entry.save(update_fields=["helpful_count", "unhelpful_count"])
    emit(FeedbackGiven(entry_id=entry.pk, version_id=version.pk, helpful=helpful, at=now))
    return feedback


@transaction.atomic
def note_still_asked(*, version_ids: Collection[int], voice: str, now: datetime) -> None:
    """Who read these versions asked a person all the same; of one voice once for each version."""
    StillAsked.objects.bulk_create(
        (
            StillAsked(version_id=version_id, voice=voice[:80], at=now)
            for version_id in sorted(set(version_ids))
        ),
        ignore_conflicts=True,
    )


def count_uses(entry_ids: Collection[int]) -> None:
    """Answers with these entries went out; one query."""
    Entry.objects.filter(pk__in=entry_ids).update(used_count=F("used_count") + 1)


def uncount_uses(entry_ids: Collection[int]) -> None:
    """An answer with these entries was taken back before it left."""
    Entry.objects.filter(pk__in=entry_ids, used_count__gt=0).update(used_count=F("used_count") - 1)
