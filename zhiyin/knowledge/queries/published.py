"""What is published: for readers, for the search index, and for whatever answers with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from zhiyin.knowledge.models import Edition, EntryGroup, EntryProduct

BATCH = 500


@dataclass(frozen=True, kw_only=True)
class PublishedEdition:
    """An edition as its published version says it, with all that decides who finds it, and when.

    `valid_from` and `valid_until` are to be compared with the moment of asking: an index must keep them.
    """

    edition_id: int
    entry_id: int
    version_id: int
    number: int  # of the version
    kind: str  # article, faq, script
    key: str  # in addresses
    language: str
    region: str
    title: str
    questions: list[str]
    summary: str
    text: str
    html: str
    category_id: int | None
    tags: list[str]
    situation: str
    mood: str
    product_ids: list[int]
    audience: str  # public, signed_in, internal, group
    group_ids: list[int]  # for whom, where the audience is group
    valid_from: datetime | None
    valid_until: datetime | None
    published_at: datetime

    def is_valid_at(self, now: datetime) -> bool:
        """Whether the moment lies in the time it is valid for."""
        return (self.valid_from is None or self.valid_from <= now) and (
            self.valid_until is None or now < self.valid_until
        )


def published_editions(
    *, entry_ids: list[int] | None = None, edition_ids: list[int] | None = None
) -> list[PublishedEdition]:
    """Published editions of these entries, or those with these numbers, by number; archived ones are left out.

    Three queries, however many.
    """
    wanted = Q()
    if entry_ids is not None:
        wanted &= Q(entry_id__in=entry_ids)
    if edition_ids is not None:
        wanted &= Q(pk__in=edition_ids)
    return _told(list(_rows().filter(wanted)))


def all_published() -> Iterator[PublishedEdition]:
    """Every published edition, by number, read in batches: what an index is built from."""
    last = 0
    while rows := list(_rows().filter(pk__gt=last)[:BATCH]):
        yield from _told(rows)
        last = rows[-1].pk


def _rows() -> QuerySet[Edition]:
    return (
        Edition.objects.filter(published__isnull=False, entry__archived_at=None)
        .select_related("entry", "published")
        .order_by("pk")
    )


def _told(rows: list[Edition]) -> list[PublishedEdition]:
    entries = {row.entry_id for row in rows}
    groups = _by_entry(EntryGroup.objects.filter(entry__in=entries).values_list("entry_id", "group_id"))
    products = _by_entry(EntryProduct.objects.filter(entry__in=entries).values_list("entry_id", "product_id"))
    return [_one(row, groups.get(row.entry_id, []), products.get(row.entry_id, [])) for row in rows]


def _by_entry(pairs: Iterable[tuple[int, int]]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for entry_id, other in pairs:
        found.setdefault(entry_id, []).append(other)
    return found


def _one(edition: Edition, group_ids: list[int], product_ids: list[int]) -> PublishedEdition:
    entry, version = edition.entry, edition.published
    assert version is not None
    assert version.published_at is not None
    return PublishedEdition(
        edition_id=edition.pk,
        entry_id=entry.pk,
        version_id=version.pk,
        number=version.number,
        kind=entry.kind,
        key=entry.key,
        language=edition.language,
        region=edition.region,
        title=version.title,
        questions=version.questions,
        summary=version.summary,
        text=version.text,
        html=version.html,
        category_id=entry.category_id,
        tags=entry.tags,
        situation=entry.situation,
        mood=entry.mood,
        product_ids=sorted(product_ids),
        audience=entry.audience,
        group_ids=sorted(group_ids),
        valid_from=version.valid_from,
        valid_until=version.valid_until,
        published_at=version.published_at,
    )
