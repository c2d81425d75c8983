"""Finding entries as those see them who write and read: lists, pages, queues."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from zhiyin.knowledge.commands.expiring import TOLD_BEFORE
from zhiyin.knowledge.models import Category, Edition, Entry, Flag, Review, Version, VersionFile
from zhiyin.knowledge.models.entries import EntryQuerySet
from zhiyin.knowledge.models.versions import UNPUBLISHED, VersionQuerySet
from zhiyin.people.models import Staff
from zhiyin.platform.http.paging import Page, keyset_page


@dataclass(frozen=True, kw_only=True)
class EntryFilter:
    query: str = ""
    kind: str = ""
    category_id: int | None = None
    product_id: int | None = None
    audience: str = ""
    language: str = ""
    tag: str = ""
    state: str = ""
    mine: bool = False


def list_entries(
    *, narrowed: EntryFilter, cursor: str | None, limit: int, by: Staff, now: datetime
) -> Page[Entry]:
    """One page of those the person may see, the latest change first; five queries, six with a category."""
    found = _narrow(Entry.objects.visible_to(by), narrowed, by, now)
    return keyset_page(_with_all(found), order=("-updated_at", "-id"), cursor=cursor, limit=limit)


def entry_for(*, entry_id: int, by: Staff) -> Entry:
    """One entry with its editions, their versions and who wrote them."""
    return _with_all(Entry.objects.visible_to(by)).get(pk=entry_id)


def versions_of(entry: Entry, *, by: Staff) -> list[Version]:
    """All versions of an entry that the person may read, the newest first."""
    return list(
        readable_versions(by).filter(edition__entry=entry).defer("html").order_by("edition_id", "-number")
    )


def version_for(*, version_id: int, by: Staff) -> Version:
    """One version with its files and reviews."""
    found = readable_versions(by).prefetch_related(
        Prefetch("files", VersionFile.objects.select_related("file").order_by("pk")),
        Prefetch("reviews", Review.objects.select_related("by").order_by("pk")),
    )
    return found.get(pk=version_id)


def version_numbered(*, edition_id: int, number: int, by: Staff) -> Version:
    return readable_versions(by).get(edition=edition_id, number=number)


def readable_versions(by: Staff) -> VersionQuerySet:
    """Versions of entries the person may see: unpublished ones only for those who write or review."""
    found = Version.objects.select_related("edition__entry", "author", "approved_by").filter(
        edition__entry__in=Entry.objects.visible_to(by)
    )
    if by.may("knowledge.write") or by.may("knowledge.review"):
        return found
    return found.filter(published_at__isnull=False)


def to_review(*, by: Staff) -> list[Version]:
    """What waits for a second person, the longest wait first."""
    return list(
        readable_versions(by).filter(state="in_review").defer("html").order_by("submitted_at", "pk")[:200]
    )


def open_flags(*, by: Staff, mine: bool = False) -> list[Flag]:
    """Unanswered reports that something is wrong, the oldest first."""
    found = Flag.objects.filter(state="open", entry__in=Entry.objects.visible_to(by))
    if mine:
        found = found.filter(entry__owner=by)
    return list(_told_flags(found).order_by("at", "pk")[:200])


def flags_of(entry: Entry) -> list[Flag]:
    """All that was reported of an entry, open ones first."""
    return list(_told_flags(Flag.objects.filter(entry=entry)).order_by("-state", "-at", "-pk")[:100])


def tasks_of(*, by: Staff, now: datetime) -> dict[str, int]:
    """How much waits for this person; one number each."""
    review = Version.objects.filter(state="in_review").exclude(writers__contains=[by.pk])
    drafts = Version.objects.filter(state="draft", author=by)
    return {
        "to_review": review.count() if by.may("knowledge.review") else 0,
        "drafts": drafts.count(),
        "flags": Flag.objects.filter(state="open", entry__owner=by).count(),
        "expiring": Edition.objects.filter(_soon(now), entry__owner=by, entry__archived_at=None).count(),
    }


def category_counts() -> dict[int, int]:
    """How many entries stand in each category, those put away left out."""
    rows = Entry.objects.filter(archived_at=None, category__isnull=False).values_list("category")
    return dict(rows.annotate(count=Count("pk")))


def beneath(category_id: int) -> set[int]:
    """The category and all beneath it."""
    children: dict[int | None, list[int]] = {}
    for pk, parent in Category.objects.values_list("pk", "parent_id"):
        children.setdefault(parent, []).append(pk)
    found, rest = set(), [category_id]
    while rest:
        one = rest.pop()
        found.add(one)
        rest += children.get(one, [])
    return found


def used_tags() -> list[str]:
    """Tags in use, by name."""
    tags: set[str] = set()
    for row in Entry.objects.filter(archived_at=None).exclude(tags=[]).values_list("tags", flat=True):
        tags.update(row)
    return sorted(tags)


def _with_all(entries: EntryQuerySet) -> EntryQuerySet:
    unpublished = Version.objects.filter(state__in=UNPUBLISHED).defer("html", "text")
    editions = Edition.objects.select_related("published").defer("published__html").order_by("pk")
    return (
        entries.select_related("owner", "category")
        .prefetch_related(
            Prefetch(
                "editions",
                editions.prefetch_related(Prefetch("versions", unpublished, to_attr="under_way")),
            ),
            "groups",
            "products",
        )
        .annotate(flag_count=Count("flags", filter=Q(flags__state="open")))
    )


def _narrow(entries: EntryQuerySet, by: EntryFilter, who: Staff, now: datetime) -> EntryQuerySet:
    for word in by.query.split()[:8]:
        said = Version.objects.filter(edition__entry=OuterRef("pk")).exclude(state="retired")
        hit = Q(title__icontains=word) | Q(text__icontains=word) | Q(questions__icontains=word)
        entries = entries.filter(Exists(said.filter(hit)) | Q(tags__icontains=word) | Q(key__icontains=word))
    if by.category_id is not None:
        entries = entries.filter(category__in=beneath(by.category_id))
    if by.product_id is not None:
        entries = entries.filter(products=by.product_id)
    if by.language:
        entries = entries.filter(Exists(Edition.objects.filter(entry=OuterRef("pk"), language=by.language)))
    if by.tag:
        entries = entries.filter(tags__contains=[by.tag])
    if by.mine:
        entries = entries.filter(owner=who)
    wanted = {"kind": by.kind, "audience": by.audience}
    entries = entries.filter(**{name: value for name, value in wanted.items() if value})
    return _in_state(entries, by.state, now)


def _in_state(entries: EntryQuerySet, state: str, now: datetime) -> EntryQuerySet:
    if state == "archived":
        return entries.filter(archived_at__isnull=False)
    entries = entries.filter(archived_at=None)
    own = {"edition__entry": OuterRef("pk")}
    if state in ("draft", "in_review", "approved", "published"):
        return entries.filter(Exists(Version.objects.filter(**own, state=state)))
    if state == "flagged":
        return entries.filter(Exists(Flag.objects.filter(entry=OuterRef("pk"), state="open")))
    if state == "expiring":
        return entries.filter(Exists(Edition.objects.filter(_soon(now), entry=OuterRef("pk"))))
    if state == "expired":
        return entries.filter(
            Exists(Edition.objects.filter(published__valid_until__lte=now, entry=OuterRef("pk")))
        )
    return entries


def _soon(now: datetime) -> Q:
    return Q(published__valid_until__gt=now, published__valid_until__lte=now + TOLD_BEFORE)


def _told_flags(flags: QuerySet[Flag]) -> QuerySet[Flag]:
    return flags.select_related("by", "settled_by", "version__edition__entry", "entry__owner", "corrected_by")
