from __future__ import annotations

from django.db import models


class Category(models.Model):
    """What a ticket is about."""

    name = models.TextField(unique=True)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
