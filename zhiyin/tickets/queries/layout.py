"""What tickets can hold here: statuses, types, categories, fields, forms, templates, in the company's order."""

from __future__ import annotations

from django.db.models import Prefetch, QuerySet

from zhiyin.tickets.models import (
    Category,
    CustomField,
    CustomStatus,
    Form,
    FormField,
    TicketTemplate,
    TicketType,
)

TREE_ORDER = ("position", "name", "pk")  # of categories beside each other


def category_tree() -> list[Category]:
    """All categories, each followed by those beneath it."""
    beneath: dict[int | None, list[Category]] = {}
    for category in Category.objects.order_by(*TREE_ORDER):
        beneath.setdefault(category.parent_id, []).append(category)
    ordered: list[Category] = []
    waiting = beneath.get(None, [])[::-1]
    while waiting:
        category = waiting.pop()
        ordered.append(category)
        waiting += beneath.get(category.pk, [])[::-1]
    return ordered


def custom_statuses() -> QuerySet[CustomStatus]:
    return CustomStatus.objects.order_by("position", "pk")


def ticket_types() -> QuerySet[TicketType]:
    return TicketType.objects.order_by("position", "pk")


def custom_fields() -> QuerySet[CustomField]:
    return CustomField.objects.order_by("position", "pk")


def forms() -> QuerySet[Form]:
    """Forms with their lines, the default one first; two queries."""
    lines = FormField.objects.select_related("field").order_by("position", "pk")
    return Form.objects.order_by("-is_default", "pk").prefetch_related(Prefetch("lines", queryset=lines))


def ticket_templates() -> QuerySet[TicketTemplate]:
    return TicketTemplate.objects.order_by("position", "pk")
