"""The rhythm in which a customer hears from us while their case is open."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.tickets.models import Ticket


class Rhythm(models.Model):
    """The customer of this ticket hears from us at least this often while it is open."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, primary_key=True, related_name="+")
    every_minutes = models.PositiveIntegerField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(every_minutes__gte=5), name="rhythm_of_minutes")]


class RhythmPolicy(models.Model):
    """Which tickets get a rhythm by themselves, and what is proposed when an update is near."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    by_priority = models.JSONField(default=dict)  # {"4": 240}: minutes by priority; absent: none
    draft_minutes = models.PositiveIntegerField(default=60)  # before it is due, a draft is proposed; 0: never
    draft_zh = models.TextField(blank=True)
    draft_en = models.TextField(blank=True)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_rhythm_policy")]
