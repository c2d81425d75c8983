"""Where entries stand: a tree of categories, and the products they are about."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

DEEPEST = 4


class Category(models.Model):
    """A place in the tree of knowledge; the help centre shows those that hold something for its reader."""

    name_zh = models.TextField()
    name_en = models.TextField()
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)  # among those beside it; equal ones stand by number

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_zh"], name="shelf_once_beneath_its_parent", nulls_distinct=False
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="shelf_not_in_itself"),
        ]

    def __str__(self) -> str:
        return self.name_zh


class Product(models.Model):
    """Something entries can be about."""

    key = models.SlugField(unique=True, max_length=60)
    name_zh = models.TextField()
    name_en = models.TextField()
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.key
