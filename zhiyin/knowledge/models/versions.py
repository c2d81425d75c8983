"""What an edition says, version by version, and what a second person said of each."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhiyin.knowledge.models.entries import Edition

UNPUBLISHED = ("draft", "in_review", "approved")


class VersionQuerySet(models.QuerySet["Version"]):
    def valid_at(self, now: datetime) -> VersionQuerySet:
        """Those whose time of validity includes the moment."""
        return self.filter(
            Q(valid_from=None) | Q(valid_from__lte=now), Q(valid_until=None) | Q(valid_until__gt=now)
        )


class Version(models.Model):
    """What an edition says, or will, or said. Once approved its words are never changed."""

    class State(models.TextChoices):
        DRAFT = "draft"
        IN_REVIEW = "in_review"
        APPROVED = "approved"  # waits for its hour
        PUBLISHED = "published"
        RETIRED = "retired"

    edition = models.ForeignKey(Edition, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.TextField(choices=State.choices, default=State.DRAFT)
    title = models.TextField()  # of a FAQ pair: the question
    questions = ArrayField(models.TextField(), default=list)  # other ways to ask
    summary = models.TextField(blank=True)
    html = models.TextField()  # sanitised
    text = models.TextField()  # the same as text: for search, snippets and what a script says
    change_note = models.TextField(blank=True)  # what is new, in the author's words
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    settles = ArrayField(models.BigIntegerField(), default=list)  # flags it answers once it is published
    restores = models.PositiveIntegerField(null=True)  # number of the version this one brings back
    revision = models.PositiveIntegerField(
        default=1
    )  # counts savings: two writers don't overwrite each other
    author = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    writers = ArrayField(models.BigIntegerField(), default=list)  # everybody who saved it
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    publish_at = models.DateTimeField(null=True)  # not before
    published_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    objects = VersionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["edition", "number"], name="version_number_once"),
            models.UniqueConstraint(
                fields=["edition"], condition=Q(state__in=UNPUBLISHED), name="one_version_in_the_making"
            ),
            models.UniqueConstraint(
                fields=["edition"], condition=Q(state="published"), name="one_version_published"
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None) | ~Q(approved_by=F("author")), name="nobody_approves_their_own"
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "in_review"]) | Q(approved_by__isnull=False),
                name="published_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(valid_from=None) | Q(valid_until=None) | Q(valid_until__gt=F("valid_from")),
                name="validity_ends_after_it_begins",
            ),
        ]
        indexes = [
            models.Index(
                fields=["submitted_at", "id"], name="version_to_review", condition=Q(state="in_review")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} ({self.number})"

    @property
    def is_open(self) -> bool:
        return self.state in UNPUBLISHED


class VersionFile(models.Model):
    """A file that goes with a version, or a picture in it."""

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    inline = models.BooleanField(default=False)  # a picture in the text

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "file"], name="version_file_once")]


class Review(models.Model):
    """What somebody other than its writers said of a version."""

    class Verdict(models.TextChoices):
        APPROVED = "approved"
        RETURNED = "returned"

    version = models.ForeignKey(Version, on_delete=models.CASCADE, related_name="reviews")
    verdict = models.TextField(choices=Verdict.choices)
    note = models.TextField(blank=True)
    revision = models.PositiveIntegerField()  # of the version, as it was read
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict="approved") | ~Q(note=""), name="who_returns_a_version_says_why"
            ),
        ]
