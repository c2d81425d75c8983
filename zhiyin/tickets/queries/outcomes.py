"""What became of knowledge: put into answers, said by machines, read in the help centre; version by version."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from zhiyin.knowledge.models import Entry, Version
from zhiyin.knowledge.queries.outcomes import Outcome, outcomes_since
from zhiyin.people.models import Staff
from zhiyin.tickets.models import KnowledgeUse

MOST = 50


@dataclass(frozen=True)
class VersionOutcome:
    """A version that was used or spoken of in the period; `used` by people, `answered` by a machine."""

    entry_id: int
    version_id: int
    number: int
    title: str
    language: str
    region: str
    is_current: bool
    used: int
    answered: int
    helped: int
    not_helped: int
    still_asked: int
    is_poor: bool


def outcomes_by_version(*, days: int, by: Staff, now: datetime) -> list[VersionOutcome]:
    """At most 50, those that left most readers without help first, then those used most; three queries."""
    since = now - timedelta(days=days)
    said = outcomes_since(since)
    sent = KnowledgeUse.objects.filter(message__isnull=False, at__gt=since).values_list("version_id")
    counted = sent.annotate(
        people=Count("pk", filter=Q(by__isnull=False)), machine=Count("pk", filter=Q(by=None))
    )
    used = {version_id: (people, machine) for version_id, people, machine in counted}
    versions = Version.objects.select_related("edition").filter(
        pk__in={*said, *used}, edition__entry__in=Entry.objects.visible_to(by)
    )
    told = [_told(one, said.get(one.pk, Outcome()), used.get(one.pk, (0, 0))) for one in versions]
    told.sort(key=lambda one: (-one.not_helped - one.still_asked, -one.used - one.answered, one.version_id))
    return told[:MOST]


def _told(version: Version, said: Outcome, used: tuple[int, int]) -> VersionOutcome:
    return VersionOutcome(
        entry_id=version.edition.entry_id,
        version_id=version.pk,
        number=version.number,
        title=version.title,
        language=version.edition.language,
        region=version.edition.region,
        is_current=version.state == Version.State.PUBLISHED,
        used=used[0],
        answered=used[1],
        helped=said.helped,
        not_helped=said.not_helped,
        still_asked=said.still_asked,
        is_poor=said.is_poor,
    )
