from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from zhiyin.people.models import Staff

LONGEST_DAYS = 36_500


class Action(models.TextChoices):
    DELETE = "delete"
    ANONYMISE = "anonymise"


class RetentionRuleQuerySet(models.QuerySet["RetentionRule"]):
    def visible_to(self, actor: Staff) -> RetentionRuleQuerySet:
        return self if actor.may("retention.manage") else self.none()


class RetentionRule(models.Model):
    """How long tickets are kept after they were over, and what becomes of them then.

    Of several rules with one action the narrowest holds: one for a channel, then for its kind, then for all.
    """

    action = models.TextField(choices=Action.choices)
    days = models.PositiveIntegerField()  # since a ticket was solved or closed, and nothing was said any more
    channel = models.ForeignKey("channels.Channel", on_delete=models.CASCADE, null=True, related_name="+")
    channel_kind = models.TextField(blank=True)  # '' with no channel: all kinds
    active = models.BooleanField(default=True)
    created_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)  # when a run of it ended last

    objects = RetentionRuleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["action", "channel", "channel_kind"],
                name="one_retention_rule_each",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(channel=None) | Q(channel_kind=""), name="retention_for_a_channel_or_a_kind"
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=LONGEST_DAYS), name="retention_days_within_a_century"
            ),
            models.CheckConstraint(
                condition=Q(action__in=["delete", "anonymise"]), name="retention_action_known"
            ),
        ]

    def before(self, now: datetime) -> datetime:
        """What was over before this moment may go."""
        return now - timedelta(days=self.days)


class RetentionRun(models.Model):
    """One rule applied once: what it was then, how far it is, and what it took."""

    class State(models.TextChoices):
        RUNNING = "running"
        DONE = "done"
        STOPPED = "stopped"

    rule = models.ForeignKey(RetentionRule, on_delete=models.SET_NULL, null=True, related_name="+")
    action = models.TextField(choices=Action.choices)
    days = models.PositiveIntegerField()
    scope_zh = models.TextField()  # what it was for, as it was named then
    scope_en = models.TextField()
    channel_ids = models.JSONField()
    before = models.DateTimeField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    last_ticket_id = models.BigIntegerField(default=0)  # all up to it were looked at
    tickets = models.PositiveIntegerField(default=0)
    messages = models.PositiveIntegerField(default=0)
    customers = models.PositiveIntegerField(default=0)
    strays = models.PositiveIntegerField(default=0)  # messages that were on no ticket
    held = models.PositiveIntegerField(default=0)  # kept, being on legal hold
    failed = models.PositiveIntegerField(default=0)  # kept, since something else needs them
    started_at = models.DateTimeField()
    moved_at = models.DateTimeField()  # when its last batch was done
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-started_at", "-id"], name="retention_run_recent")]
        constraints = [
            models.UniqueConstraint(
                fields=["rule"], condition=Q(state="running"), name="one_running_run_per_rule"
            )
        ]


class KeptTicket(models.Model):
    """A ticket that could not be deleted for good, such as for what was paid on it: nobody's by now, and not tried again."""

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.CASCADE, primary_key=True, related_name="+"
    )
    at = models.DateTimeField()


class LegalHold(models.Model):
    """The ticket must be kept, whatever the rules say; while this row is there the database gives it to nobody."""

    ticket = models.OneToOneField(
        "tickets.Ticket", on_delete=models.PROTECT, primary_key=True, related_name="+"
    )
    reason = models.TextField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
