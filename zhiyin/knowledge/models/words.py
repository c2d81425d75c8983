"""Words that ask for the same thing, and the questions that were asked."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q


class SynonymGroup(models.Model):
    """Words of the trade or the house that mean the same; search finds one by the other."""

    words = ArrayField(models.TextField())
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(words__len__gte=2), name="synonyms_are_at_least_two")
        ]

    def __str__(self) -> str:
        return " · ".join(self.words)


class AskedQuestion(models.Model):
    """Something that somebody looked for, and what came of it."""

    class Source(models.TextChoices):
        HELP = "help"
        DESK = "desk"
        BOT = "bot"

    class Outcome(models.TextChoices):
        SHOWN = "shown"  # entries were found; whether they helped nobody has said
        NOTHING = "nothing"  # nothing was found
        OPENED = "opened"  # one was read
        HELPED = "helped"
        UNHELPFUL = "unhelpful"  # what was read didn't help
        ASKED_ON = "asked_on"  # they went on to a person

    text = models.TextField()  # without personal data
    language = models.CharField(max_length=16)
    source = models.TextField(choices=Source.choices)
    outcome = models.TextField(choices=Outcome.choices)
    likeness = models.FloatField(default=0)  # of the best that was found
    entry = models.ForeignKey("knowledge.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    voice = models.CharField(max_length=48, blank=True, db_default="")  # tells visitors of one day apart
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at", "-id"], name="question_by_time")]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="question_says_something")]
