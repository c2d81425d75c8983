"""The tree of categories, and the products."""

from __future__ import annotations

import re
from datetime import datetime

from django.db import transaction

from zhiyin.knowledge.models import Category, Entry, Product
from zhiyin.knowledge.models.shelves import DEEPEST
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import DomainError


class TooDeep(DomainError):
    code = "knowledge.category_too_deep"
    status = 422
    messages = {
        "zh": "分类最多四层，也不能放到自己下面。请换一个上级。",
        "en": "Categories go four levels deep and never beneath themselves. Choose another parent.",
    }


class CategoryInUse(DomainError):
    code = "knowledge.category_in_use"
    status = 409
    messages = {
        "zh": "分类下还有内容或下级分类，请先移走再删除。",
        "en": "Something still stands in this category. Move it first, then delete the category.",
    }


class NameTaken(DomainError):
    code = "knowledge.name_taken"
    status = 409
    messages = {
        "zh": "这里已有同名的，请换一个名称。",
        "en": "That name is taken here; choose another.",
    }


@transaction.atomic
def add_category(
    *, name_zh: str, name_en: str, parent_id: int | None, position: int, by: Staff, now: datetime
) -> Category:
    """Add a category. Raises TooDeep, NameTaken."""
    return _write(Category(), name_zh, name_en, parent_id, position, by, now)


@transaction.atomic
def change_category(
    *,
    category_id: int,
    name_zh: str,
    name_en: str,
    parent_id: int | None,
    position: int,
    by: Staff,
    now: datetime,
) -> Category:
    """Rename or move a category with all beneath it. Raises TooDeep, NameTaken."""
    category = Category.objects.select_for_update().get(pk=category_id)
    return _write(category, name_zh, name_en, parent_id, position, by, now)


@transaction.atomic
def remove_category(*, category_id: int, by: Staff, now: datetime) -> None:
    """Take an empty category away. Raises CategoryInUse."""
    category = Category.objects.select_for_update().get(pk=category_id)
    used = Entry.objects.filter(category=category).exists()
    if used or Category.objects.filter(parent=category).exists():
        raise CategoryInUse
    target = f"knowledge_category:{category.pk}"
    category.delete()
    record_audit(
        action="knowledge.category_removed",
        by=by.pk,
        target=target,
        details={"name": category.name_zh},
        now=now,
    )


@transaction.atomic
def save_product(
    *, product_id: int | None, name_zh: str, name_en: str, active: bool, by: Staff, now: datetime
) -> Product:
    """Add a product or change one."""
    product = Product.objects.select_for_update().get(pk=product_id) if product_id else Product()
    product.name_zh, product.name_en, product.active = name_zh.strip(), name_en.strip(), active
    if not product.key:
        stem = re.sub(r"[^a-z0-9]+", "-", name_en.lower()).strip("-")[:40] or "product"
        taken = set(Product.objects.filter(key__startswith=stem).values_list("key", flat=True))
        product.key = next(
            key for key in (stem, *(f"{stem}-{n}" for n in range(2, len(taken) + 3))) if key not in taken
        )
    product.save()
    details = {"name": product.name_zh, "active": product.active}
    record_audit(
        action="knowledge.product_saved", by=by.pk, target=f"product:{product.key}", details=details, now=now
    )
    return product


def _write(
    category: Category, zh: str, en: str, parent_id: int | None, position: int, by: Staff, now: datetime
) -> Category:
    parents: dict[int, int | None] = dict(Category.objects.select_for_update().values_list("pk", "parent_id"))
    if parent_id is not None and parent_id not in parents:
        raise Category.DoesNotExist
    if category.pk is not None:
        parents[category.pk] = parent_id
    over = _depth(parent_id, parents)
    if over is None or over > DEEPEST or over + _height(category.pk, parents) > DEEPEST:
        raise TooDeep
    if Category.objects.filter(parent=parent_id, name_zh=zh.strip()).exclude(pk=category.pk).exists():
        raise NameTaken
    category.name_zh, category.name_en = zh.strip(), en.strip()
    category.parent_id, category.position = parent_id, position
    category.save()
    details = {"name": category.name_zh, "parent_id": parent_id}
    target = f"knowledge_category:{category.pk}"
    record_audit(action="knowledge.category_saved", by=by.pk, target=target, details=details, now=now)
    return category


def _depth(pk: int | None, parents: dict[int, int | None]) -> int | None:
    """How many stand above, this one counted; None where the way up never ends."""
    depth = 0
    while pk is not None:
        depth += 1
        if depth > len(parents):
            return None
        pk = parents.get(pk)
    return depth


def _height(pk: int | None, parents: dict[int, int | None]) -> int:
    """How many levels it and what is beneath it take up."""
    if pk is None:
        return 1
    return 1 + max((_height(child, parents) for child, parent in parents.items() if parent == pk), default=0)
