from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

BUCKETS = 16  # subjects are spread over this many buckets; a lane serves some of them
LANES = 4


class PendingEvent(models.Model):
    """A committed fact that the sequencer has not yet given a position. Stays tiny."""

    type = models.TextField()
    subject = models.TextField()
    payload = models.JSONField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())


class Event(models.Model):
    """A fact in the one order. Never changed, never deleted."""

    position = models.BigIntegerField(primary_key=True)
    type = models.TextField()
    subject = models.TextField()
    bucket = models.SmallIntegerField()
    payload = models.JSONField()
    at = models.DateTimeField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["subject", "position"], name="event_subject_position")]


class Cursor(models.Model):
    """How far a subscriber's lane has come; locked while a worker serves it."""

    subscriber = models.TextField()
    lane = models.SmallIntegerField()
    position = models.BigIntegerField()
    types = ArrayField(models.TextField(), default=list)
    served_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["subscriber", "lane"], name="one_cursor_per_lane")]


class ParkedEvent(models.Model):
    """An event a subscriber could not digest, and those of the same subject queued behind it."""

    subscriber = models.TextField()
    subject = models.TextField()
    event = models.ForeignKey(Event, on_delete=models.PROTECT, related_name="+")
    error = models.TextField(blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField()
    parked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subscriber", "event"], name="parked_once_per_subscriber")
        ]
        indexes = [models.Index(fields=["subscriber", "subject", "event"], name="parked_subject")]
