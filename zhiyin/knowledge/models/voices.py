"""What readers say of an entry: that it is wrong, or whether it helped."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from zhiyin.knowledge.models.entries import Entry
from zhiyin.knowledge.models.versions import Version


class Flag(models.Model):
    """Somebody says that a version is wrong."""

    class Reason(models.TextChoices):
        WRONG = "wrong"
        OUTDATED = "outdated"
        UNCLEAR = "unclear"
        INCOMPLETE = "incomplete"
        OTHER = "other"

    class State(models.TextChoices):
        OPEN = "open"
        CORRECTED = "corrected"  # by a new version
        DISMISSED = "dismissed"

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="flags")
    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    reason = models.TextField(choices=Reason.choices)
    note = models.TextField()
    ticket_id = models.BigIntegerField(null=True)  # the case it was noticed on; tickets live above
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.OPEN)
    settled_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True)  # what came of it
    corrected_by = models.ForeignKey(Version, on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="settled_flag_says_when",
            ),
            models.UniqueConstraint(
                fields=["version", "by"], condition=Q(state="open"), name="one_open_flag_each"
            ),
        ]
        indexes = [models.Index(fields=["at", "id"], name="flag_open", condition=Q(state="open"))]


class Feedback(models.Model):
    """Whether a version helped one reader; saying it again changes what was said."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    voice = models.CharField(max_length=80)  # staff:12, or what a page made up for an unknown reader
    helpful = models.BooleanField()
    comment = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "voice"], name="one_voice_each")]
        indexes = [models.Index(fields=["-at", "-id"], name="feedback_by_time")]


class StillAsked(models.Model):
    """A reader of a version who asked a person all the same; voices are those of feedback."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="+")
    voice = models.CharField(max_length=80)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "voice"], name="still_asked_once_each")]
        indexes = [models.Index(fields=["-at", "-id"], name="still_asked_by_time")]
