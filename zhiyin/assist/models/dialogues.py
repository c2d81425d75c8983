"""What the house has set beside calibrated answers: keywords, dialogues, categories; and what a machine has asked back."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

_MATCHES = [("exact", "Exact"), ("starts", "Starts with"), ("contains", "Contains")]


class KeywordRule(models.Model):
    """What is answered to whoever writes one of some keywords: words of its own, an entry's, or both."""

    class Frequency(models.TextChoices):
        ALWAYS = "always"
        DAYS = "days"  # once per customer in so many days
        ONCE = "once"  # per customer, ever

    keywords = ArrayField(models.TextField())
    match = models.TextField(choices=_MATCHES, default="exact")
    text_zh = models.TextField(blank=True)
    text_en = models.TextField(blank=True)
    entry = models.ForeignKey("knowledge.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    channels = ArrayField(models.BigIntegerField(), default=list)  # none: all that answer
    frequency = models.TextField(choices=Frequency.choices, default=Frequency.ALWAYS)
    days = models.PositiveSmallIntegerField(default=30)
    active = models.BooleanField(default=True)
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(keywords__len__gte=1), name="keyword_rule_has_keywords"),
            models.CheckConstraint(
                condition=Q(match__in=["exact", "starts", "contains"]), name="keyword_rule_match_known"
            ),
            models.CheckConstraint(
                condition=Q(frequency__in=["always", "days", "once"]), name="keyword_rule_frequency_known"
            ),
            models.CheckConstraint(condition=Q(days__gte=1), name="keyword_rule_days_some"),
        ]

    def __str__(self) -> str:
        return "、".join(self.keywords[:3])


class Dialogue(models.Model):
    """A few things that are asked for one by one before people go on, or an answer is given."""

    name = models.TextField()
    keywords = ArrayField(models.TextField(), default=list)
    match = models.TextField(choices=_MATCHES, default="contains")
    categories = ArrayField(models.BigIntegerField(), default=list)  # of tickets; each with all beneath it
    entries = ArrayField(models.BigIntegerField(), default=list)  # instead of whose answer it begins
    channels = ArrayField(models.BigIntegerField(), default=list)  # none: all that answer
    content = models.JSONField()  # answering.dialogues.Content
    active = models.BooleanField(default=False)
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["name"], name="dialogue_name_once"),
            models.CheckConstraint(condition=~Q(name=""), name="dialogue_has_a_name"),
            models.CheckConstraint(
                condition=Q(match__in=["exact", "starts", "contains"]), name="dialogue_match_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AnswerSwitch(models.Model):
    """Whether a machine answers questions of a category on a channel: one cell of the matrix that `answering.switching` reads."""

    category = models.ForeignKey(
        "tickets.Category", on_delete=models.CASCADE, null=True, related_name="+"
    )  # null: by default
    channel = models.ForeignKey(
        "channels.Channel", on_delete=models.CASCADE, null=True, related_name="+"
    )  # null: every
    is_answered = models.BooleanField()
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["category", "channel"], name="one_switch_a_cell", nulls_distinct=False
            )
        ]


class Turn(models.Model):
    """What a machine has asked back and waits for: which entry is meant, or the next thing of a dialogue."""

    class Kind(models.TextChoices):
        CHOICE = "choice"
        DIALOGUE = "dialogue"

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    kind = models.TextField(choices=Kind.choices)
    language = models.CharField(max_length=16)
    choices = models.JSONField(default=list)  # [[entry id, title]]
    dialogue = models.ForeignKey(Dialogue, on_delete=models.SET_NULL, null=True, related_name="+")
    name = models.TextField(blank=True)  # of the dialogue, as it was when it began
    content = models.JSONField(default=dict)  # as it was when it began: a change concerns the next one
    filled = models.JSONField(default=dict)
    tries = models.PositiveSmallIntegerField(default=0)
    began_at = models.DateTimeField()
    asked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=["choice", "dialogue"]), name="turn_kind_known"),
            models.CheckConstraint(
                condition=~Q(kind="dialogue") | ~Q(content={}), name="turn_of_a_dialogue_has_its_content"
            ),
        ]
