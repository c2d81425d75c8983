"""Many children of one ticket, from a list."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models


class ChildImport(models.Model):
    """A list of those touched by one thing; each becomes a child ticket."""

    class State(models.TextChoices):
        RUNNING = "running"
        FINISHED = "finished"

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    name = models.TextField()  # of the file
    subject = models.TextField()  # of the children, may hold {{columns}}
    text = models.TextField()  # first message to each, may hold {{columns}}
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)


class ImportRow(models.Model):
    """One line of the list, and what became of it."""

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        REFUSED = "refused"

    batch = models.ForeignKey(ChildImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()  # of the line in the file
    cells = models.JSONField()  # by column
    state = models.TextField(choices=State.choices, default=State.WAITING)
    child = models.ForeignKey("tickets.Ticket", on_delete=models.SET_NULL, null=True, related_name="+")
    reason_zh = models.TextField(blank=True)
    reason_en = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "number"], name="a_line_is_imported_once")]


class ChildNotice(models.Model):
    """One thing told to the customers of all open children of a ticket, each in their own channel."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    text = models.TextField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    up_to = models.BigIntegerField(default=0)  # the last child that was looked at
    told = models.PositiveIntegerField(default=0)
    unreached = ArrayField(
        models.BigIntegerField(), default=list
    )  # children whose customer has no way to be told, or whom others answer
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="child_notice_of_ticket")]
