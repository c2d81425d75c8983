"""What a visitor may read, and where it stands."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from zhiyin.knowledge.models import Category, Edition, Entry, EntryProduct, Product, Version, VersionFile
from zhiyin.knowledge.queries.library import beneath
from zhiyin.knowledge.queries.published import PublishedEdition, published_editions
from zhiyin.platform.files.models import StoredFile

POPULAR = 6
LISTED = 200


@dataclass(frozen=True)
class Shelf:
    """A category that holds something for this visitor."""

    category: Category
    name: str
    count: int


@dataclass(frozen=True)
class Title:
    """An entry in a list."""

    key: str
    title: str
    summary: str


def editions_for(*, signed_in: bool, language: str, now: datetime) -> QuerySet[Edition]:
    """Published editions in this language that the visitor may read now, one for each entry: for all regions first."""
    own = _readable(signed_in=signed_in, now=now).filter(language__startswith=language)
    return own.order_by("entry_id", "region", "pk").distinct("entry_id")


def shelves_for(*, signed_in: bool, language: str, product_id: int | None, now: datetime) -> list[Shelf]:
    """Categories with how many entries each holds; those with nothing are left out. Two queries."""
    found = _about(editions_for(signed_in=signed_in, language=language, now=now), product_id)
    counts = Counter(found.values_list("entry__category_id", flat=True))
    categories = Category.objects.filter(pk__in=[pk for pk in counts if pk]).order_by("position", "pk")
    return [
        Shelf(one, one.name_en if language == "en" else one.name_zh, counts[one.pk]) for one in categories
    ]


def titles_in(
    category: Category, *, signed_in: bool, language: str, product_id: int | None, now: datetime
) -> list[Title]:
    """What stands in a category, the most helpful first."""
    found = editions_for(signed_in=signed_in, language=language, now=now).filter(entry__category=category)
    return _titles(_about(found, product_id))[:LISTED]


def holds_anything(category: Category, *, signed_in: bool, now: datetime) -> bool:
    """Whether something the visitor may read stands in it or beneath it, in any language."""
    found = editions_for(signed_in=signed_in, language="", now=now)
    return found.filter(entry__category__in=beneath(category.pk)).exists()


def popular_titles(*, signed_in: bool, language: str, product_id: int | None, now: datetime) -> list[Title]:
    """What helped most."""
    found = editions_for(signed_in=signed_in, language=language, now=now)
    return _titles(_about(found, product_id))[:POPULAR]


def edition_for(key: str, *, signed_in: bool, language: str, now: datetime) -> PublishedEdition:
    """An entry in the visitor's language, else in the other. Raises Entry.DoesNotExist where it isn't theirs to read."""
    entry = Entry.objects.readable_outside(signed_in=signed_in).get(key=key)
    valid = [one for one in published_editions(entry_ids=[entry.pk]) if one.is_valid_at(now)]
    if not valid:
        raise Entry.DoesNotExist
    return min(valid, key=lambda one: (not one.language.startswith(language), one.region, one.edition_id))


def languages_of(entry_id: int, *, now: datetime) -> list[str]:
    """'zh' and 'en', as far as the entry is there in them."""
    languages = {one.language[:2] for one in published_editions(entry_ids=[entry_id]) if one.is_valid_at(now)}
    return sorted(languages & {"zh", "en"}, reverse=True)


def products() -> list[Product]:
    """What can be chosen as a product: those in use that something is about."""
    return list(
        Product.objects.filter(
            Exists(EntryProduct.objects.filter(product=OuterRef("pk"))), active=True
        ).order_by("name_zh", "pk")
    )


def all_public(*, now: datetime) -> list[tuple[str, str, datetime]]:
    """(key, language, when published) of everything anybody may read, for search engines."""
    told = []
    for language in ("zh", "en"):
        rows = editions_for(signed_in=False, language=language, now=now)
        published = rows.values_list("entry__key", "published__published_at")
        told += [(key, language, at) for key, at in published if at is not None]
    return sorted(told)


def picture_for(key: str, *, signed_in: bool, now: datetime) -> StoredFile:
    """A file of a published version that the visitor may read now. Raises StoredFile.DoesNotExist for any other."""
    published = _readable(signed_in=signed_in, now=now).filter(published=OuterRef("version"))
    linked = VersionFile.objects.filter(Exists(published), file=OuterRef("pk"))
    return StoredFile.objects.filter(Exists(linked), key=key).get()


def files_of(version_id: int) -> list[StoredFile]:
    """What can be downloaded with a version; pictures in its text are not."""
    linked = VersionFile.objects.filter(version_id=version_id, inline=False).select_related("file")
    return [one.file for one in linked.order_by("pk")]


def _readable(*, signed_in: bool, now: datetime) -> QuerySet[Edition]:
    """Published editions that the visitor may read now."""
    return Edition.objects.filter(
        Q(published__valid_from=None) | Q(published__valid_from__lte=now),
        Q(published__valid_until=None) | Q(published__valid_until__gt=now),
        published__isnull=False,
        entry__in=Entry.objects.readable_outside(signed_in=signed_in),
    )


def _about(editions: QuerySet[Edition], product_id: int | None) -> QuerySet[Edition]:
    """Those about the product, and those about none in particular."""
    if product_id is None:
        return editions
    linked = EntryProduct.objects.filter(entry=OuterRef("entry"))
    return editions.filter(Exists(linked.filter(product=product_id)) | ~Exists(linked))


def _titles(editions: QuerySet[Edition]) -> list[Title]:
    versions = Version.objects.filter(pk__in=editions.values("published")).order_by(
        F("edition__entry__helpful_count").desc(),
        F("edition__entry__used_count").desc(),
        "-published_at",
        "pk",
    )
    rows = versions.values_list("edition__entry__key", "title", "summary")
    return [Title(key, title, summary) for key, title, summary in rows[:LISTED]]
