"""Asking customers, once, how they found it: by a link that only the requester gets."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.tickets.models import Ticket


class SurveyPolicy(models.Model):
    """Whether, when and what is asked after a ticket is solved."""

    class Variant(models.TextChoices):
        OFF = "off"
        STARS = "stars"  # 1 to 5: kept as the ticket's rating
        NPS = "nps"  # 0 to 10: would they recommend us

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    variant = models.TextField(choices=Variant.choices, default=Variant.OFF)
    after_minutes = models.PositiveIntegerField(default=60)  # solved, and still solved then
    open_days = models.PositiveSmallIntegerField(default=14)  # answers after that are not taken
    late_days = models.PositiveSmallIntegerField(default=3)  # answers after that count as late
    text_zh = models.TextField(blank=True)  # before the link; empty: what ships
    text_en = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_survey_policy"),
            models.CheckConstraint(
                condition=Q(open_days__gte=1, late_days__lte=models.F("open_days")),
                name="survey_is_open_longer_than_in_time",
            ),
        ]


class Survey(models.Model):
    """One ticket's question to its requester: asked once, answered at most once."""

    ticket = models.OneToOneField(Ticket, on_delete=models.CASCADE, related_name="+")
    variant = models.TextField()
    channel = models.ForeignKey("channels.Channel", on_delete=models.PROTECT, related_name="+")
    recipient = models.TextField()  # to whom alone the link went
    assignee = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    late_after = models.DateTimeField()
    open_until = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    nps = models.PositiveSmallIntegerField(null=True)  # stars are in tickets.Rating
    reasons = ArrayField(models.TextField(), default=list)
    words = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(nps=None) | Q(nps__lte=10, answered_at__isnull=False),
                name="nps_from_nothing_to_ten",
            )
        ]
        indexes = [models.Index(fields=["-answered_at"], name="survey_answered")]

    def is_over(self, at: datetime) -> bool:
        """Whether no answer is taken any more: too late, or its ticket is nobody's by now."""
        return at > self.open_until or self.ticket.anonymised_at is not None

    @property
    def was_late(self) -> bool:
        return self.answered_at is not None and self.answered_at > self.late_after
