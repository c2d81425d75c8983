"""Rows as the API tells them."""

from __future__ import annotations

from typing import Any

from zhiyin.knowledge.models import Edition, Entry, Flag, Version
from zhiyin.knowledge.policies import may_review
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import file_url

_LINE = (
    "id", "edition_id", "number", "state", "title", "change_note", "restores", "author", "approved_by",
    "updated_at", "submitted_at", "publish_at", "published_at", "retired_at", "valid_from", "valid_until",
)  # fmt: skip
_ENTRY = (
    "id", "key", "kind", "audience", "category_id", "tags", "situation", "mood", "owner", "updated_at",
    "archived_at", "used_count", "helpful_count", "unhelpful_count",
)  # fmt: skip


def told_entry(entry: Entry, *, language: str) -> dict[str, Any]:
    """An entry read with all its shape needs; its title is that of the reader's language where there is one."""
    editions = [_edition(one) for one in entry.editions.all()]
    first = sorted(editions, key=lambda one: (one["language"][:2] != language[:2], one["region"] != ""))
    return {name: getattr(entry, name) for name in _ENTRY} | {
        "title": first[0]["title"] if first else entry.key,
        "groups": list(entry.groups.all()),
        "products": list(entry.products.all()),
        "editions": editions,
        "flag_count": getattr(entry, "flag_count", 0),
    }


def told_line(version: Version) -> dict[str, Any]:
    return {name: getattr(version, name) for name in _LINE}


def told_version(version: Version, *, by: Staff) -> dict[str, Any]:
    names = ("html", "text", "questions", "summary", "settles", "revision")
    return (
        _in_its_entry(version, by)
        | {name: getattr(version, name) for name in names}
        | {
            "files": [
                {
                    "id": held.file_id,
                    "name": held.file.name,
                    "size": held.file.size,
                    "media_type": held.file.media_type,
                    "url": file_url(held.file),
                }
                for held in version.files.all()
                if not held.inline
            ],
            "reviews": list(version.reviews.all()),
            "writers": list(Staff.objects.filter(pk__in=version.writers)),
        }
    )


def told_waiting(version: Version, *, by: Staff) -> dict[str, Any]:
    return _in_its_entry(version, by)


def told_flag(flag: Flag) -> dict[str, Any]:
    names = ("id", "entry_id", "version_id", "reason", "note", "ticket_id", "by", "at", "state", "answer")
    return {name: getattr(flag, name) for name in (*names, "settled_by", "settled_at")} | {
        "entry_title": flag.version.title,
        "version_number": flag.version.number,
        "corrected_by_number": flag.corrected_by.number if flag.corrected_by else None,
    }


def _in_its_entry(version: Version, by: Staff) -> dict[str, Any]:
    edition = version.edition
    return told_line(version) | {
        "entry_id": edition.entry_id,
        "kind": edition.entry.kind,
        "language": edition.language,
        "region": edition.region,
        "may_review": version.state == Version.State.IN_REVIEW and may_review(version, by),
    }


def _edition(edition: Edition) -> dict[str, Any]:
    published = edition.published
    under_way: list[Version] = getattr(edition, "under_way", [])
    shown = published or (under_way[0] if under_way else None)
    return {
        "id": edition.pk,
        "language": edition.language,
        "region": edition.region,
        "title": shown.title if shown else "",
        "published": published.number if published else None,
        "published_version_id": published.pk if published else None,
        "valid_from": published.valid_from if published else None,
        "valid_until": published.valid_until if published else None,
        "under_way": under_way[0].state if under_way else "",
        "under_way_version_id": under_way[0].pk if under_way else None,
    }
