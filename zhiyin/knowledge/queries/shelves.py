"""What a library can be narrowed by."""

from __future__ import annotations

from typing import Any

from zhiyin.knowledge.models import Category, Edition, Entry, Product
from zhiyin.knowledge.queries.library import category_counts, used_tags


def shelves() -> dict[str, Any]:
    """Categories in order, products, and the words in use; eight queries."""
    scripts = Entry.objects.filter(kind="script", archived_at=None)
    return {
        "categories": categories_in_order(),
        "products": list(Product.objects.order_by("name_zh", "pk")),
        "tags": used_tags(),
        "languages": _distinct(Edition.objects.values_list("language", flat=True)),
        "regions": _distinct(Edition.objects.exclude(region="").values_list("region", flat=True)),
        "moods": _distinct(scripts.exclude(mood="").values_list("mood", flat=True)),
        "situations": _distinct(scripts.exclude(situation="").values_list("situation", flat=True)),
    }


def categories_in_order() -> list[dict[str, Any]]:
    """All categories, each followed by those beneath it."""
    counts = category_counts()
    children: dict[int | None, list[Category]] = {}
    for category in Category.objects.order_by("position", "pk"):
        children.setdefault(category.parent_id, []).append(category)
    told: list[dict[str, Any]] = []

    def tell(parent_id: int | None, depth: int) -> None:
        for one in children.get(parent_id, []):
            names = ("id", "name_zh", "name_en", "parent_id", "position")
            told.append(
                {name: getattr(one, name) for name in names}
                | {"depth": depth, "count": counts.get(one.pk, 0)}
            )
            tell(one.pk, depth + 1)

    tell(None, 1)
    return told


def _distinct(values: Any) -> list[str]:
    return sorted(values.distinct())
