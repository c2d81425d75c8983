"""The list of categories."""

from __future__ import annotations

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.models import Category


class CategoryExists(DomainError):
    code = "tickets.category_exists"
    status = 409
    messages = {
        "zh": "已有名为“{name}”的分类，请换一个名称。",
        "en": "There is a category {name} already; choose another name.",
    }


@transaction.atomic
def add_category(*, name: str, by: Staff) -> Category:
    """Add a category. Raises CategoryExists."""
    category, made = Category.objects.get_or_create(name=name.strip())
    if not made:
        raise CategoryExists(name=name.strip())
    return category


@transaction.atomic
def change_category(*, category_id: int, name: str, active: bool, by: Staff) -> Category:
    """Rename a category or take it out of use. Raises CategoryExists."""
    category = Category.objects.select_for_update().get(pk=category_id)
    if Category.objects.filter(name=name.strip()).exclude(pk=category_id).exists():
        raise CategoryExists(name=name.strip())
    category.name, category.active = name.strip(), active
    category.save(update_fields=["name", "active"])
    return category
