"""What was decided for whom, and what was owed by mail and push: kept for a bounded time."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhiyin.notifications.models.notification import Notification


class Decision(models.Model):
    """What came of facts of one kind for one person on one ticket; the same again makes the row grow."""

    class Rule(models.TextChoices):
        TOLD = "told"
        BUNDLED = "bundled"
        MASS = "mass"
        OWN_ACTION = "own_action"
        NO_PERMISSION = "no_permission"
        MUTED = "muted"
        SWITCHED_OFF = "switched_off"
        COVERED = "covered"

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    reason = models.TextField()
    fact = models.TextField()  # its type
    rule = models.TextField(choices=Rule.choices)
    ways = ArrayField(models.TextField(), default=list)  # that were used
    held = models.JSONField(default=dict)  # {way: what held it back}
    source = models.TextField(blank=True)  # whose choice of ways it was: own | role | company | shipped
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, null=True, related_name="+")
    count = models.PositiveIntegerField(default=1)
    position = models.BigIntegerField()  # of the latest fact
    at = models.DateTimeField()
    last_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "ticket", "reason", "rule", "notification"],
                name="same_decisions_are_one_row",
                nulls_distinct=False,
            )
        ]
        indexes = [
            models.Index(fields=["ticket", "-last_at", "-id"], name="decision_of_ticket"),
            models.Index(fields=["last_at"], name="decision_old"),
        ]

    def __str__(self) -> str:
        return f"{self.rule}: {self.reason} → {self.staff_id}"


class Sending(models.Model):
    """One mail or one push that was owed for a notification, and what became of it."""

    class State(models.TextChoices):
        OWED = "owed"
        SENT = "sent"
        WITHHELD = "withheld"
        FAILED = "failed"

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    notification = models.ForeignKey(Notification, on_delete=models.CASCADE, related_name="+")
    way = models.TextField()
    state = models.TextField(choices=State.choices, default=State.OWED)
    why = models.TextField(blank=True)  # what withheld it: a rule's name
    owed_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["staff", "-owed_at"], name="sending_recent"),
            models.Index(fields=["owed_at"], name="sending_old"),
        ]

    def __str__(self) -> str:
        return f"{self.way} {self.state} → {self.staff_id}"
