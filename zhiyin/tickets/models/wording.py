"""Words that answers should not go out with, and where they did."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.tickets.models.ticket import Ticket
from zhiyin.tickets.models.timeline import Message


class WordingRule(models.Model):
    """A list of words, where they offend, and what happens to an answer that has one."""

    class Kind(models.TextChoices):
        PROMISE = "promise"
        INSULT = "insult"
        BLAME = "blame"
        PRIVATE_CHANNEL = "private_channel"
        ADVERTISING = "advertising"
        OTHER = "other"

    class Action(models.TextChoices):
        HINT = "hint"  # shown while writing
        WARN = "warn"  # leaves only when its writer says so
        BLOCK = "block"  # does not leave

    key = models.TextField(blank=True)  # of one that ships
    kind = models.TextField(choices=Kind.choices)
    name_zh = models.TextField()
    name_en = models.TextField()
    regions = ArrayField(models.TextField(), default=list)  # none: everywhere
    words = ArrayField(models.TextField())
    exceptions = ArrayField(models.TextField(), default=list)  # longer words in which one of them is fine
    why_zh = models.TextField(blank=True)
    why_en = models.TextField(blank=True)
    better_zh = models.TextField(blank=True)
    better_en = models.TextField(blank=True)
    action = models.TextField(choices=Action.choices, default=Action.WARN)
    active = models.BooleanField(default=True)
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="wording_rule_ships_once"),
            models.CheckConstraint(condition=Q(words__len__gte=1), name="wording_rule_has_words"),
            models.CheckConstraint(
                condition=Q(action__in=["hint", "warn", "block"]), name="wording_rule_action_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class WordingNote(models.Model):
    """A word that a rule warns of: it left in an answer all the same, or the answer was refused for it."""

    class Outcome(models.TextChoices):
        SENT = "sent"
        REFUSED = "refused"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, null=True, related_name="+")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, null=True, related_name="+")
    rule = models.ForeignKey(WordingRule, on_delete=models.SET_NULL, null=True, related_name="+")
    action = models.TextField(choices=WordingRule.Action.choices)  # as it was then
    word = models.TextField()
    region = models.TextField(blank=True)  # of the case
    outcome = models.TextField(choices=Outcome.choices)
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["-at", "-id"], name="wording_note_recent"),
            models.Index(fields=["message"], name="wording_note_message"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="refused", message=None) | Q(outcome="sent", message__isnull=False),
                name="what_left_has_its_message",
            )
        ]
