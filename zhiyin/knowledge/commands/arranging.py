"""Where an entry stands, whom it is for, who looks after it; and putting it away."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Model

from zhiyin.knowledge.commands.locking import lock_entry
from zhiyin.knowledge.events import EntryArchived, EntryChanged, EntryRestored
from zhiyin.knowledge.models import Category, Entry, EntryGroup, EntryProduct, Product
from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, Invalid


@dataclass(frozen=True, kw_only=True)
class EntryPlace:
    """All of an entry that is not said in its versions. `owner_id` None: it stays as it is."""

    audience: str = Entry.Audience.INTERNAL
    category_id: int | None = None
    tags: list[str] = field(default_factory=list)
    product_ids: list[int] = field(default_factory=list)
    group_ids: list[int] = field(default_factory=list)
    situation: str = ""
    mood: str = ""
    owner_id: int | None = None


class ScriptsAreForStaff(DomainError):
    code = "knowledge.scripts_are_for_staff"
    status = 422
    messages = {
        "zh": "话术只给客服看，受众请选“内部”或“小组”。",
        "en": "Scripts are for staff: choose the audience “internal” or “group”.",
    }


class GroupsNeeded(DomainError):
    code = "knowledge.groups_needed"
    status = 422
    messages = {
        "zh": "受众是“小组”时，请选择至少一个小组。",
        "en": "With the audience “group”, choose at least one group.",
    }


def place_entry(entry: Entry, place: EntryPlace, *, by: Staff) -> list[str]:
    """Put an entry in its place; returns which fields changed. Raises ScriptsAreForStaff, GroupsNeeded, Invalid."""
    _refuse_strange(entry, place)
    before = _standing(entry) if entry.pk else {}
    entry.audience, entry.category_id = place.audience, place.category_id
    entry.tags = list(dict.fromkeys(tag.strip() for tag in place.tags if tag.strip()))
    script = entry.kind == Entry.Kind.SCRIPT
    entry.situation, entry.mood = (place.situation.strip(), place.mood) if script else ("", "")
    if place.owner_id is not None:
        entry.owner_id = place.owner_id
    entry.save()
    groups = place.group_ids if place.audience == Entry.Audience.GROUP else []
    EntryGroup.objects.filter(entry=entry).delete()
    EntryGroup.objects.bulk_create(EntryGroup(entry=entry, group_id=pk) for pk in sorted(set(groups)))
    EntryProduct.objects.filter(entry=entry).delete()
    EntryProduct.objects.bulk_create(
        EntryProduct(entry=entry, product_id=pk) for pk in sorted(set(place.product_ids))
    )
    after = _standing(entry)
    return [name for name, value in after.items() if before.get(name) != value]


@transaction.atomic
def change_entry(*, entry_id: int, place: EntryPlace, by: Staff, now: datetime) -> Entry:
    """Put an entry in another place; what it says stays. Refusals as with place_entry."""
    entry = lock_entry(entry_id, by=by)
    was = entry.audience
    changed = place_entry(entry, place, by=by)
    if changed:
        entry.updated_at = now
        entry.save(update_fields=["updated_at"])
        emit(EntryChanged(entry_id=entry.pk, by_id=by.pk, fields=changed, at=now))
    if "audience" in changed or "groups" in changed:
        _audit("knowledge.audience_changed", entry, by, now, was=was, now_is=entry.audience)
    return entry


@transaction.atomic
def archive_entry(*, entry_id: int, by: Staff, now: datetime) -> Entry:
    """Put an entry away: nobody finds it, its record stays. Doing so twice is once."""
    entry = lock_entry(entry_id, by=by)
    if entry.archived_at is None:
        entry.archived_at, entry.archived_by, entry.updated_at = now, by, now
        entry.save(update_fields=["archived_at", "archived_by", "updated_at"])
        emit(EntryArchived(entry_id=entry.pk, by_id=by.pk, at=now))
        _audit("knowledge.entry_archived", entry, by, now)
    return entry


@transaction.atomic
def restore_entry(*, entry_id: int, by: Staff, now: datetime) -> Entry:
    """Bring back an entry that was put away."""
    entry = lock_entry(entry_id, by=by)
    if entry.archived_at is not None:
        entry.archived_at, entry.archived_by, entry.updated_at = None, None, now
        entry.save(update_fields=["archived_at", "archived_by", "updated_at"])
        emit(EntryRestored(entry_id=entry.pk, by_id=by.pk, at=now))
        _audit("knowledge.entry_restored", entry, by, now)
    return entry


def _refuse_strange(entry: Entry, place: EntryPlace) -> None:
    if entry.kind == Entry.Kind.SCRIPT and place.audience not in ("internal", "group"):
        raise ScriptsAreForStaff
    if place.audience == Entry.Audience.GROUP and not place.group_ids:
        raise GroupsNeeded
    named: dict[str, tuple[type[Model], set[int]]] = {
        "category_id": (Category, {place.category_id} if place.category_id else set()),
        "product_ids": (Product, set(place.product_ids)),
        "group_ids": (Group, set(place.group_ids)),
        "owner_id": (Staff, {place.owner_id} if place.owner_id else set()),
    }
    wrong = {
        name: "unknown"
        for name, (model, ids) in named.items()
        if ids and model._default_manager.filter(pk__in=ids).count() != len(ids)
    }
    if wrong:
        raise Invalid(fields=wrong)


def _standing(entry: Entry) -> dict[str, Any]:
    return {
        "audience": entry.audience,
        "category": entry.category_id,
        "tags": list(entry.tags),
        "situation": entry.situation,
        "mood": entry.mood,
        "owner": entry.owner_id,
        "groups": sorted(EntryGroup.objects.filter(entry=entry).values_list("group_id", flat=True)),
        "products": sorted(EntryProduct.objects.filter(entry=entry).values_list("product_id", flat=True)),
    }


def _audit(action: str, entry: Entry, by: Staff, now: datetime, **details: Any) -> None:
    record_audit(
        action=action,
        by=by.pk,
        target=f"knowledge:{entry.pk}",
        details={"key": entry.key, **details},
        now=now,
    )
