"""What is to be done on a ticket, step by step."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhiyin.tickets.models.ticket import Ticket


class Checklist(models.Model):
    """How far a ticket's steps are; kept beside the ticket so that a list shows it with one join."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="checklist"
    )
    total = models.PositiveSmallIntegerField()
    done = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done__lte=F("total")), name="checklist_not_more_done_than_there_is"
            )
        ]


class ChecklistItem(models.Model):
    """One step."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(  # the merged ticket it came with
        Ticket, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    text = models.TextField()
    place = models.PositiveIntegerField()  # order on the ticket
    assignee = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    created_by = models.ForeignKey(  # nobody: a rule
        "people.Staff", on_delete=models.PROTECT, null=True, related_name="+"
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(done_by=None) | Q(done_at__isnull=False),
                name="checklist_item_done_by_somebody_is_done",
            )
        ]


class ChecklistTemplate(models.Model):
    """Steps that are put on tickets together."""

    name = models.TextField(unique=True)
    steps = ArrayField(models.TextField())
    active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name
