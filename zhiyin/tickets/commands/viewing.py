"""Making and changing views, and arranging one's own left pane."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, NotAllowed
from zhiyin.tickets.events import ViewRemoved, ViewSaved
from zhiyin.tickets.fields.trees import checked_tree
from zhiyin.tickets.models import View, ViewPlace
from zhiyin.tickets.queries.views import LOOK, may_change

MOST_OWN = 100
_PLAIN = ("name_zh", "name_en", "icon", "colour", "pinned", "sort", "grouping", "shows_table", "columns")


class NameMissing(DomainError):
    code = "tickets.view_name_missing"
    status = 422
    messages = {
        "zh": "请给视图起个名字，中文或英文皆可。",
        "en": "Give the view a name, in Chinese or in English.",
    }


class TooManyViews(DomainError):
    code = "tickets.too_many_views"
    status = 409
    messages = {
        "zh": "您已有 {most} 个视图。请先删除不用的视图。",
        "en": "You have {most} views already. Delete some that you don't use first.",
    }


class NobodyToShareWith(DomainError):
    code = "tickets.nobody_to_share_with"
    status = 422
    messages = {
        "zh": "请选择要共享给哪些小组，或共享给所有人。",
        "en": "Choose the groups to share with, or share with everybody.",
    }


@transaction.atomic
def add_view(*, values: dict[str, Any], by: Staff, now: datetime) -> View:
    """Make a view. Raises BadCondition, NameMissing, TooManyViews; NotAllowed when it is shared without permission."""
    own = View.objects.filter(owner=by)
    if own.count() >= MOST_OWN:
        raise TooManyViews(most=MOST_OWN)
    last = own.aggregate(last=Max("position"))["last"] or 0
    view = View(owner=by, created_at=now, updated_at=now, position=last + 1)
    return _save(view, values, by=by, now=now)


@transaction.atomic
def change_view(*, view_id: int, values: dict[str, Any], by: Staff, now: datetime) -> View:
    """Change a view; what `values` leaves out stays. Raises as add_view does; NotAllowed for one that others manage."""
    view = View.objects.visible_to(by).select_for_update(of=("self",)).get(pk=view_id)
    if not may_change(view, by):
        raise NotAllowed(permission="views.manage")
    return _save(view, values, by=by, now=now)


@transaction.atomic
def remove_view(*, view_id: int, by: Staff, now: datetime) -> None:
    """Delete a view. Raises NotAllowed for one that others manage."""
    view = View.objects.visible_to(by).select_for_update(of=("self",)).get(pk=view_id)
    if not may_change(view, by):
        raise NotAllowed(permission="views.manage")
    told = ViewRemoved(view_id=view.pk, by_id=by.pk, owner_id=None if view.is_shared else by.pk, at=now)
    ViewPlace.objects.filter(key=view.key).delete()
    view.delete()
    emit(told)


@transaction.atomic
def arrange_views(*, places: list[tuple[str, bool]], by: Staff) -> None:
    """Put the person's views in this order, shown or not."""
    rows = [
        ViewPlace(staff=by, key=key, position=position, shown=shown)
        for position, (key, shown) in enumerate(dict(places).items())
    ]
    ViewPlace.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["staff", "key"], update_fields=["position", "shown"]
    )


@transaction.atomic
def keep_look(*, key: str, look: dict[str, Any], by: Staff) -> None:
    """Remember how the view looks for this person; an empty look is the view's own again."""
    kept = {name: value for name, value in look.items() if name in LOOK and value is not None}
    ViewPlace.objects.update_or_create(staff=by, key=key, defaults={"look": kept})


def _save(view: View, values: dict[str, Any], *, by: Staff, now: datetime) -> View:
    was_shared = view.pk is not None and view.is_shared
    for name in _PLAIN:
        if name in values:
            setattr(view, name, values[name])
    view.name_zh, view.name_en = view.name_zh.strip(), view.name_en.strip()
    if not (view.name_zh or view.name_en):
        raise NameMissing
    if "conditions" in values:
        view.conditions = checked_tree(values["conditions"])
    view.audience = values.get("audience", view.audience)
    if view.is_shared and not by.may("views.manage"):
        raise NotAllowed(permission="views.manage")
    groups = (
        list(Group.objects.filter(pk__in=values.get("group_ids", ()))) if view.audience == "groups" else []
    )
    if view.audience == View.Audience.GROUPS and "group_ids" in values and not groups:
        raise NobodyToShareWith
    view.updated_at = now
    view.save()
    if "group_ids" in values or not view.is_shared:
        view.groups.set(groups)
    if view.audience == View.Audience.GROUPS and not view.groups.exists():
        raise NobodyToShareWith
    is_private = not view.is_shared and not was_shared
    emit(ViewSaved(view_id=view.pk, by_id=by.pk, owner_id=view.owner_id if is_private else None, at=now))
    return view
