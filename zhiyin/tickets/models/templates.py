from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.category import Category
from zhiyin.tickets.models.statuses import TicketType


class TicketTemplate(models.Model):
    """A new ticket that is half written already."""

    name = models.TextField(unique=True)
    subject = models.TextField(blank=True, default="")
    text = models.TextField(blank=True, default="")
    type = models.ForeignKey(TicketType, on_delete=models.PROTECT, null=True, related_name="+")
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    priority = models.SmallIntegerField(default=2)
    tags = ArrayField(models.TextField(), default=list)
    fields = models.JSONField(default=dict)
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(priority__in=[1, 2, 3, 4]), name="template_priority_known")
        ]

    def __str__(self) -> str:
        return self.name
