"""One run of a procedure on a ticket, and its stays in steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from zhiyin.procedures.models.definitions import Definition, Version
from zhiyin.tickets.models import within_reach

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class Paused(models.TextChoices):
    """Why work stands still until that is undone."""

    SPAM = "spam"  # its ticket was marked as such
    MERGE = "merge"  # the same procedure runs on the ticket that its own was merged into


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, actor: Staff, permission: str = "tickets.read") -> CaseQuerySet:
        """Those on tickets the person may see (or, with another permission, act on)."""
        if actor.scope(permission) is None:
            return self.none()
        return self.filter(within_reach(actor, permission, path="ticket__"))

    def running(self) -> CaseQuerySet:
        return self.filter(state=Case.State.RUNNING)


class Case(models.Model):
    """One run."""

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"  # until what paused it is undone
        ENDED = "ended"
        CANCELLED = "cancelled"

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+"
    )  # on which it began, where that was merged
    definition = models.ForeignKey(Definition, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(Version, on_delete=models.PROTECT, related_name="+")
    parent = models.ForeignKey(
        "Visit", on_delete=models.CASCADE, null=True, related_name="+"
    )  # that waits for it
    state = models.TextField(choices=State.choices, default=State.RUNNING)
    paused_for = models.TextField(blank=True)  # Paused.SPAM or Paused.MERGE
    values = models.JSONField(default=dict)  # what was filled in at its steps, by key
    level = models.PositiveSmallIntegerField(default=0)  # of the escalation path
    result = models.TextField(blank=True)  # the key of the end it came to
    started_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = CaseQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["ticket", "-id"], name="case_ticket")]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "definition"],
                condition=Q(state="running"),
                name="a_procedure_runs_once_on_a_ticket",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused"], ended_at=None)
                | Q(state__in=["ended", "cancelled"], ended_at__isnull=False),
                name="case_ends_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="paused") & ~Q(paused_for="") | ~Q(state="paused") & Q(paused_for=""),
                name="case_paused_for_a_cause",
            ),
        ]

    @property
    def is_running(self) -> bool:
        return self.state == self.State.RUNNING


class Visit(models.Model):
    """One stay in one step: when, how it went out, and what was said of it."""

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="visits")
    step = models.TextField()  # its key in the version the case was on
    values = models.JSONField(default=dict)  # what was filled in here
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    left_at = models.DateTimeField(null=True)
    left_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    outcome = models.TextField(blank=True)
    note = models.TextField(blank=True)

    class Meta:
        indexes = [models.Index(fields=["case", "id"], name="visit_case")]
        constraints = [
            models.UniqueConstraint(fields=["case"], condition=Q(left_at=None), name="a_case_is_in_one_step")
        ]

    def clock_key(self) -> str:
        """The name under which service levels keep this stay's clock."""
        return f"visit:{self.pk}"
