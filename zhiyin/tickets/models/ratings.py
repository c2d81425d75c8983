"""What customers said of how their case was served."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.ticket import Ticket


class Rating(models.Model):
    """One customer's word on one ticket, with who had it then."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")
    score = models.PositiveSmallIntegerField()  # 1, the worst, to 5
    reasons = ArrayField(models.TextField(), default=list)  # of channels.cases.REASONS
    words = models.TextField(blank=True)
    source = models.TextField()  # where it was given: chat, portal, mail …
    assignee = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="rating_recent")]
        constraints = [
            models.CheckConstraint(condition=Q(score__gte=1, score__lte=5), name="rating_from_one_to_five")
        ]
