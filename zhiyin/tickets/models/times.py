"""Time spent on tickets."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.ticket import Ticket

LONGEST_MINUTES = 24 * 60


class Activity(models.TextChoices):
    """What the time went into."""

    ANSWERING = "answering"
    RESEARCH = "research"
    CALL = "call"
    VISIT = "visit"
    OTHER = "other"


class TimeEntry(models.Model):
    """Minutes somebody worked on a ticket; `worked_at` is when they began."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(  # the merged ticket it came with
        Ticket, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+", db_index=False)
    minutes = models.PositiveSmallIntegerField()
    activity = models.TextField(choices=Activity.choices, default=Activity.ANSWERING)
    note = models.TextField(blank=True)
    worked_at = models.DateTimeField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-worked_at", "-id"], name="time_recent"),
            models.Index(fields=["staff", "-worked_at", "-id"], name="time_of_staff"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=LONGEST_MINUTES), name="time_within_a_day"
            ),
            models.CheckConstraint(
                condition=Q(activity__in=["answering", "research", "call", "visit", "other"]),
                name="time_activity_known",
            ),
        ]


class Stopwatch(models.Model):
    """A clock that runs for somebody, one each; kept here so that it survives reloads and other devices."""

    staff = models.OneToOneField("people.Staff", on_delete=models.CASCADE, primary_key=True, related_name="+")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    activity = models.TextField(choices=Activity.choices, default=Activity.ANSWERING)
    started_at = models.DateTimeField()
