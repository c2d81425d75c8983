from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

DEEPEST = 5


class CategoryQuerySet(models.QuerySet["Category"]):
    def beneath(self, category_id: int) -> CategoryQuerySet:
        """The category itself and all that stands beneath it."""
        return self.filter(lineage__contains=[category_id])


class Category(models.Model):
    """What a ticket is about; a tree. The database keeps `lineage` and `path` (migration 0009)."""

    name = models.TextField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    position = models.PositiveIntegerField(db_default=0)  # among those beside it; equal ones stand by name
    active = models.BooleanField(default=True)
    lineage = ArrayField(models.BigIntegerField(), db_default=[])  # ids from the top down to this one
    path = models.TextField(db_default="")  # 退款 / 未到账

    objects = CategoryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name"], name="category_once_beneath_its_parent", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(lineage__len__lte=DEEPEST), name="category_not_too_deep"),
        ]

    def __str__(self) -> str:
        return self.path or self.name

    @property
    def depth(self) -> int:
        return len(self.lineage)
