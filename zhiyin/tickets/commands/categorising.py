"""The tree of categories."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.arranging import place, tell_layout
from zhiyin.tickets.models import DEEPEST, Category
from zhiyin.tickets.queries.layout import TREE_ORDER


class CategoryExists(DomainError):
    code = "tickets.category_exists"
    status = 409
    messages = {
        "zh": "这一级已有名为“{name}”的分类，请换一个名称。",
        "en": "There is a category {name} in this place already; choose another name.",
    }


class CategoryBeneathItself(DomainError):
    code = "tickets.category_beneath_itself"
    status = 422
    messages = {
        "zh": "不能把分类“{name}”移到它自己或它的下级之下，请选择别的上级。",
        "en": "{name} can't be moved beneath itself; choose another parent.",
    }


class CategoryTooDeep(DomainError):
    code = "tickets.category_too_deep"
    status = 422
    messages = {
        "zh": "分类最多 {deepest} 级，请选择更上层的分类作为上级。",
        "en": "Categories can be {deepest} levels deep at most; choose a parent further up.",
    }


class NoSuchParent(DomainError):
    code = "tickets.no_such_parent"
    status = 422
    messages = {
        "zh": "所选的上级分类不存在，请重新选择。",
        "en": "That parent category is gone; choose another.",
    }


@transaction.atomic
def add_category(*, name: str, parent_id: int | None = None, by: Staff, now: datetime) -> Category:
    """Add a category at the end of its place. Raises CategoryExists, CategoryTooDeep, NoSuchParent."""
    _hold_tree()
    category = Category(name=name.strip(), parent_id=parent_id)
    _check_place(category)
    category.save()
    return _finish(category, None, by=by, now=now)


@transaction.atomic
def change_category(*, category_id: int, changes: Mapping[str, Any], by: Staff, now: datetime) -> Category:
    """Rename, move (`parent_id`, `position` counted from 0) or take out of use (`active`); only what is named changes.

    Raises CategoryExists, CategoryBeneathItself, CategoryTooDeep, NoSuchParent.
    """
    _hold_tree()
    category = Category.objects.get(pk=category_id)
    was_parent = category.parent_id
    for name in ("name", "parent_id", "active"):
        if name in changes:
            setattr(category, name, changes[name])
    category.name = category.name.strip()
    _check_place(category)
    category.save(update_fields=["name", "parent", "active"])
    if "position" in changes or category.parent_id != was_parent:
        return _finish(category, changes.get("position"), by=by, now=now)
    return _finish(category, category.position, by=by, now=now)


def _finish(category: Category, position: int | None, *, by: Staff, now: datetime) -> Category:
    beside = Category.objects.filter(parent_id=category.parent_id)
    place(category, position, among=beside, order=TREE_ORDER)
    category.refresh_from_db()  # the database has made lineage and path
    details = {"path": category.path, "active": category.active}
    tell_layout("category", category, by=by, now=now, details=details)
    return category


def _hold_tree() -> None:
    """One change of the tree at a time, so that what is checked holds until it is stored."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tickets.categories'))")


def _check_place(category: Category) -> None:
    beside = Category.objects.filter(parent_id=category.parent_id).exclude(pk=category.pk)
    if beside.filter(name=category.name).exists():
        raise CategoryExists(name=category.name)
    if category.parent_id is None:
        return
    parent = Category.objects.filter(pk=category.parent_id).first()
    if parent is None:
        raise NoSuchParent(parent_id=category.parent_id)
    if category.pk in parent.lineage:
        raise CategoryBeneathItself(name=category.name)
    beneath = Category.objects.beneath(category.pk) if category.pk else []
    height = max((one.depth - category.depth for one in beneath), default=0)
    if parent.depth + 1 + height > DEEPEST:
        raise CategoryTooDeep(deepest=DEEPEST)
