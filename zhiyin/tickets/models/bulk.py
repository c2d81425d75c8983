"""One change to many tickets: what was asked, what became of each, and what undoes it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models

from zhiyin.tickets.models.macros import Macro
from zhiyin.tickets.models.ticket import Ticket

UNDONE_WITHIN = timedelta(minutes=15)


class BulkChange(models.Model):
    """One person's change to many tickets."""

    class State(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"
        UNDOING = "undoing"
        UNDONE = "undone"

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    limited_to = ArrayField(models.TextField(), null=True)  # scopes of the API token it was asked with
    idempotency_key = models.TextField(unique=True)
    actions = models.JSONField(default=dict)  # see commands/macro_actions.py
    macro = models.ForeignKey(Macro, on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)  # the macro's, as it was when asked
    is_spam = models.BooleanField(default=False)
    total = models.PositiveIntegerField()
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["staff", "-created_at"], name="bulk_mine")]

    @property
    def undo_until(self) -> datetime:
        return self.created_at + UNDONE_WITHIN


class BulkItem(models.Model):
    """One ticket of a bulk change."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        UNCHANGED = "unchanged"  # it was so already
        REFUSED = "refused"
        UNDONE = "undone"
        KEPT = "kept"  # not undone, or not wholly

    change = models.ForeignKey(BulkChange, on_delete=models.CASCADE, related_name="items")
    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    state = models.TextField(choices=State.choices, default=State.WAITING)
    before = models.JSONField(default=dict)  # of what it changed only
    after = models.JSONField(default=dict)
    message_id = models.BigIntegerField(null=True)  # the answer that was sent
    kept = ArrayField(models.TextField(), default=list)  # what undoing could not bring back
    code = models.TextField(blank=True)
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["change", "ticket"], name="each_ticket_once_in_a_change")
        ]
        indexes = [models.Index(fields=["change", "state", "ticket"], name="bulk_item_state")]
