"""Where a ticket stands, in the company's own words, and what kind of case it is."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.forms import Form

FIXED = ("new", "open", "pending", "on_hold", "solved", "closed")


class CustomStatus(models.Model):
    """A status of the company's own, inside one of the fixed ones; that one never changes."""

    name_zh = models.TextField(unique=True)
    name_en = models.TextField(unique=True)
    status = models.TextField(choices=[(status, status) for status in FIXED])
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(status__in=FIXED), name="custom_status_inside_a_fixed_one"),
            # what tickets refer to, so that a ticket's custom status is always inside its fixed one
            models.UniqueConstraint(fields=["id", "status"], name="custom_status_with_its_fixed_one"),
        ]

    def __str__(self) -> str:
        return self.name_zh


class TicketType(models.Model):
    """What kind of case: question, incident, problem, task, and the company's own."""

    name_zh = models.TextField(unique=True)
    name_en = models.TextField(unique=True)
    form = models.ForeignKey(Form, on_delete=models.SET_NULL, null=True, related_name="+")
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name_zh
