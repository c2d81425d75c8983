from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from zhiyin.platform.crypto.fields import EncryptedTextField

MOODS = ["angry", "anxious", "neutral", "pleased"]


class ModelVersion(models.Model):
    """A classifier that was trained on the centre's own tickets, kept with its report; one is active, or none."""

    number = models.PositiveIntegerField(unique=True)
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    report = models.JSONField()  # Report of classifying.measuring, on texts held back
    baseline = models.JSONField(default=list)  # confidences on those texts, which drift is measured against
    texts = models.PositiveIntegerField()
    categories = models.PositiveIntegerField()
    seconds = models.FloatField()
    trained_at = models.DateTimeField()
    active = models.BooleanField(default=False)
    activated_at = models.DateTimeField(null=True)
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["active"], condition=Q(active=True), name="one_active_model_version"
            )
        ]

    def __str__(self) -> str:
        return f"v{self.number}"


class Training(models.Model):
    """One run of the training, asked for by the clock or by a person."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"  # too little to learn from, or no better than what there is
        FAILED = "failed"

    state = models.TextField(choices=State.choices, default=State.WAITING)
    reason = models.TextField(blank=True)  # too_little | worse | the error's class
    asked_at = models.DateTimeField()
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    version = models.ForeignKey(ModelVersion, on_delete=models.SET_NULL, null=True, related_name="+")


class Reading(models.Model):
    """What is known of a ticket from what its customer wrote."""

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    language = models.TextField(blank=True)  # ISO 639-1; '' where nothing tells
    language_confidence = models.FloatField(default=0)
    mood = models.TextField(blank=True)
    mood_score = models.FloatField(default=0)
    mood_confidence = models.FloatField(default=0)
    mood_words = ArrayField(models.TextField(), default=list)
    mood_by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    mood_version = models.TextField(blank=True, default="", db_default="")  # learned; '' for the lexicon
    scores = ArrayField(models.FloatField(), default=list)  # of the customer's last messages, oldest first
    risks = ArrayField(models.TextField(), default=list)
    risk_words = models.JSONField(default=dict)
    entities = models.JSONField(default=list)  # [{kind, text, value}]
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    category_confidence = models.FloatField(default=0)
    category_words = ArrayField(models.TextField(), default=list)
    guesses = models.JSONField(default=list)  # [[category id, share]], the likeliest first
    topic = models.TextField(blank=True)  # of a shipped pack: refund, delivery …
    model = models.TextField(blank=True)  # own | pack
    version = models.TextField(blank=True)
    read_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["language"], name="reading_language", condition=~Q(language="")),
            models.Index(fields=["ticket"], name="reading_risks", condition=~Q(risks=[])),
            models.Index(fields=["-read_at"], name="reading_recent"),
        ]
        constraints = [models.CheckConstraint(condition=Q(mood__in=["", *MOODS]), name="reading_mood_known")]


class Correction(models.Model):
    """Somebody said that a machine was wrong about a ticket; training learns from it."""

    class What(models.TextChoices):
        MOOD = "mood"

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    what = models.TextField(choices=What.choices)
    was = models.TextField(blank=True)
    is_now = models.TextField()
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Endpoint(models.Model):
    """A model elsewhere that speaks the OpenAI protocol; at most one row."""

    only = models.BooleanField(primary_key=True, default=True)
    active = models.BooleanField(default=False)
    url = models.TextField(blank=True)  # up to and with /v1
    model = models.TextField(blank=True)
    speech_model = models.TextField(blank=True)  # '' where it hears no speech
    key = EncryptedTextField(blank=True)
    tasks = ArrayField(models.TextField(), default=list)
    timeout_seconds = models.PositiveIntegerField(default=20)
    tokens_a_day = models.PositiveIntegerField(default=500_000)
    tokens_a_person = models.PositiveIntegerField(default=50_000)  # a day
    failures = models.PositiveIntegerField(default=0)  # in a row
    open_until = models.DateTimeField(null=True)  # the circuit: nothing is asked before
    last_error = models.TextField(blank=True)
    # vectors for knowledge search: asked for much and often, so that they have a budget and a circuit of their own
    embedding_model = models.TextField(blank=True, default="", db_default="")  # '' where it gives none
    embedding_tokens_a_day = models.PositiveIntegerField(default=5_000_000, db_default=5_000_000)
    embedding_failures = models.PositiveIntegerField(default=0, db_default=0)
    embedding_open_until = models.DateTimeField(null=True)
    embedding_error = models.TextField(blank=True, default="", db_default="")
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_endpoint")]

    @property
    def gives_vectors(self) -> bool:
        """Whether it is set to; its circuit may be open."""
        return self.active and bool(self.url and self.embedding_model)

    def is_usable(self, task: str, *, now: datetime) -> bool:
        closed = self.open_until is None or self.open_until <= now
        return self.active and bool(self.url) and task in self.tasks and closed


class Preferences(models.Model):
    """What the centre wants done by itself; at most one row."""

    only = models.BooleanField(primary_key=True, default=True)
    trains_nightly = models.BooleanField(default=True)
    pack = models.TextField(
        default="retail", db_default="retail"
    )  # answers until there is a model of the centre's own

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(only=True), name="one_row_of_preferences")]


class Use(models.Model):
    """A finding that somebody asked for, who made it, and what became of it."""

    class Outcome(models.TextChoices):
        USED = "used"
        EDITED = "edited"
        DISMISSED = "dismissed"

    task = models.TextField()
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+", null=True)
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()
    provider = models.TextField()  # local | endpoint
    model = models.TextField()
    version = models.TextField()
    confidence = models.FloatField(null=True)
    finding = models.JSONField(default=dict)
    fell_back = models.TextField(blank=True)  # why the endpoint was not used: timeout, budget, circuit …
    milliseconds = models.PositiveIntegerField(default=0)
    tokens = models.PositiveIntegerField(default=0)
    outcome = models.TextField(choices=Outcome.choices, blank=True)
    outcome_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["-at"], name="use_recent"),
            models.Index(fields=["ticket", "-at"], name="use_of_ticket"),
            models.Index(fields=["by", "-at"], name="use_by", condition=Q(tokens__gt=0)),
        ]

    @property
    def text(self) -> str:
        told: Any = self.finding.get("text", "")
        return str(told)
