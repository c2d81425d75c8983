"""Promises to customers: what, by whom, until when, and what became of it. Call-backs and updates are promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from zhiyin.people.permissions import Scope
from zhiyin.tickets.models import Ticket

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class PromiseQuerySet(models.QuerySet["Promise"]):
    def visible_to(self, actor: Staff, permission: str = "tickets.read") -> PromiseQuerySet:
        """Those on tickets the person may see (or, with another permission, act on)."""
        if actor.scope(permission) == Scope.ALL:
            return self
        seen = Ticket.objects.visible_to(actor, permission).filter(pk=models.OuterRef("ticket_id"))
        return self.filter(models.Exists(seen))

    def open(self) -> PromiseQuerySet:
        return self.filter(state=Promise.State.OPEN)


class Promise(models.Model):
    """Something promised to a customer."""

    class Kind(models.TextChoices):
        PROMISE = "promise"
        CALL_BACK = "call_back"
        UPDATE = "update"  # the customer hears from us by then; made anew by each answer

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        UNREACHED = "unreached"  # of a call-back: nobody answered as often as the policy says
        WITHDRAWN = "withdrawn"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    kind = models.TextField(choices=Kind.choices, default=Kind.PROMISE)
    text = models.TextField(blank=True)
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    made_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    due_at = models.DateTimeField()
    first_due_at = models.DateTimeField()  # before anything was re-planned
    state = models.TextField(choices=State.choices, default=State.OPEN)
    missed_at = models.DateTimeField(null=True)  # its moment passed while it was open, for the last time then
    level = models.PositiveSmallIntegerField(default=0)  # of escalation, since it was missed
    outcome = models.TextField(blank=True)
    settled_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)

    objects = PromiseQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | ~Q(state="open") & Q(settled_at__isnull=False),
                name="promise_is_open_or_settled",
            ),
            models.UniqueConstraint(
                fields=["ticket"], name="one_update_is_next", condition=Q(kind="update", state="open")
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "-made_at"], name="promise_of_ticket"),
            models.Index(fields=["due_at", "id"], name="promise_open", condition=Q(state="open")),
            models.Index(
                fields=["owner", "due_at", "id"], name="promise_open_own", condition=Q(state="open")
            ),
        ]

    @property
    def was_kept_late(self) -> bool:
        return self.state == self.State.KEPT and self.missed_at is not None


class PromiseMove(models.Model):
    """A promise was re-planned: from when to when, and why."""

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="moves")
    from_at = models.DateTimeField()
    to_at = models.DateTimeField()
    reason = models.TextField(blank=True)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()


class CallAttempt(models.Model):
    """Somebody called a customer back."""

    class Outcome(models.TextChoices):
        REACHED = "reached"
        NO_ANSWER = "no_answer"
        BUSY = "busy"
        WRONG_NUMBER = "wrong_number"
        ASKED_LATER = "asked_later"  # the customer asked for another time

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="attempts")
    outcome = models.TextField(choices=Outcome.choices)
    words = models.TextField(blank=True)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()


class PromisePolicy(models.Model):
    """How promises are watched, for everybody."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    warn_minutes = models.PositiveIntegerField(default=30)  # before the moment, its owner is reminded
    lead_minutes = models.PositiveIntegerField(default=30)  # after it, the leads hear of it
    manager_minutes = models.PositiveIntegerField(default=120)  # after it, the managers do
    most_attempts = models.PositiveSmallIntegerField(default=3)  # calls nobody answers, before it is given up
    gap_minutes = models.PositiveIntegerField(default=120)  # from one such call to the next

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_promise_policy"),
            models.CheckConstraint(condition=Q(most_attempts__gte=1), name="at_least_one_attempt"),
        ]
