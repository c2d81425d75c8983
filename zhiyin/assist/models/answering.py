"""Answering by itself: what each channel is set to, who has a conversation, and what became of each question."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

SURE_FROM = 0.85


class AnswerSettings(models.Model):
    """What a machine does with questions of a channel; without a row, nothing."""

    class Mode(models.TextChoices):
        OFF = "off"
        DRAFT = "draft"  # a note for whoever answers
        ANSWER = "answer"

    channel = models.OneToOneField(
        "channels.Channel", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    mode = models.TextField(choices=Mode.choices, default=Mode.OFF)
    threshold = models.FloatField(default=SURE_FROM)  # the chance from which an answer is sure enough
    most_answers = models.PositiveSmallIntegerField(default=3)  # in one conversation
    says_unsure = models.BooleanField(default=True)  # one line when people have to answer
    words_by_endpoint = models.BooleanField(default=False)
    changed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(mode__in=["off", "draft", "answer"]), name="answer_mode_known"
            ),
            models.CheckConstraint(
                condition=Q(threshold__gte=0.5, threshold__lt=1), name="answers_only_when_rather_sure"
            ),
        ]


class Holder(models.Model):
    """Who has a conversation that a machine may answer: the machine, which decides or has answered, or people."""

    class Who(models.TextChoices):
        DECIDING = "deciding"
        MACHINE = "machine"  # it answered, and nobody has asked for people since
        PEOPLE = "people"

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, related_name="+", primary_key=True
    )
    who = models.TextField(choices=Who.choices)
    reason = models.TextField(blank=True)  # why people have it: one of answering.holding.REASONS
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(who__in=["deciding", "machine", "people"]), name="holder_known"
            )
        ]


class AutomaticAnswer(models.Model):
    """A question that a machine might answer, and what became of it."""

    class State(models.TextChoices):
        DECIDING = "deciding"
        ANSWERED = "answered"
        DRAFTED = "drafted"
        GREETED = "greeted"
        ASKED = "asked"  # back: which entry is meant, or the next thing of a dialogue
        LEFT = "left"  # to people
        OVERTAKEN = "overtaken"  # by the customer's next words, which were decided on together with these

    class Way(models.TextChoices):
        ENTRY = "entry"  # the one found, which was sure enough
        KEYWORD = "keyword"
        CHOICE = "choice"  # the customer was asked which entry they mean
        DIALOGUE = "dialogue"

    message = models.OneToOneField("tickets.Message", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    channel = models.ForeignKey("channels.Channel", on_delete=models.CASCADE, related_name="+")
    state = models.TextField(choices=State.choices, default=State.DECIDING)
    way = models.TextField(choices=Way.choices, default=Way.ENTRY, db_default="entry")
    reason = models.TextField(blank=True)  # why it was left to people
    question = models.TextField(blank=True)  # without personal data
    language = models.CharField(max_length=16, blank=True)
    chance = models.FloatField(null=True)  # that the entry answers it
    fit = models.TextField(
        blank=True, default="", db_default=""
    )  # which shipped fit told it; see answering.sureness
    uncorrected = models.FloatField(
        null=True
    )  # what that fit said, before the centre's own outcomes set it right
    entry = models.ForeignKey("knowledge.Entry", on_delete=models.SET_NULL, null=True, related_name="+")
    version = models.ForeignKey("knowledge.Version", on_delete=models.SET_NULL, null=True, related_name="+")
    rule = models.ForeignKey("assist.KeywordRule", on_delete=models.SET_NULL, null=True, related_name="+")
    dialogue = models.ForeignKey("assist.Dialogue", on_delete=models.SET_NULL, null=True, related_name="+")
    answer = models.OneToOneField("tickets.Message", on_delete=models.SET_NULL, null=True, related_name="+")
    use = models.ForeignKey("assist.Use", on_delete=models.SET_NULL, null=True, related_name="+")
    # what it was taken to be about, where it was left because that is switched off
    category = models.ForeignKey("tickets.Category", on_delete=models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    helped = models.BooleanField(null=True)
    helped_at = models.DateTimeField(null=True)
    source_opened_at = models.DateTimeField(null=True)
    people_at = models.DateTimeField(null=True)  # after it was answered: people were asked for, or came

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state__in=["deciding", "answered", "drafted", "greeted", "asked", "left", "overtaken"]
                ),
                name="automatic_answer_state_known",
            ),
            models.CheckConstraint(
                condition=Q(way__in=["entry", "keyword", "choice", "dialogue"]),
                name="automatic_answer_way_known",
            ),
            models.CheckConstraint(
                condition=~Q(state="left") | ~Q(reason=""), name="what_is_left_to_people_says_why"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "-id"], name="answers_of_ticket"),
            models.Index(fields=["-asked_at"], name="answers_recent"),
            models.Index(
                fields=["rule", "-decided_at"], name="answers_of_rule", condition=Q(state="answered")
            ),
        ]

    @property
    def voice(self) -> str:
        """Who asked, as the knowledge base tells voices apart."""
        return f"ticket:{self.ticket_id}"
