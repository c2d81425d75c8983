"""Approvals: what was asked, of whom, and what each answered."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now

from zhiyin.people.currencies import DEFAULT_CURRENCY
from zhiyin.tickets.models import Ticket

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class ApprovalRule(models.Model):
    """Which chain an amount goes through. Of the rules of a kind, the one with the largest `above` below the amount."""

    kind = models.TextField()
    above = models.DecimalField(max_digits=14, decimal_places=2, default=0)  # in the company's currency
    stages = models.JSONField()
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "above"], name="one_chain_for_an_amount"),
            models.CheckConstraint(condition=Q(above__gte=0), name="approval_rule_above_nothing"),
        ]


class DelegationQuerySet(models.QuerySet["Delegation"]):
    def now(self) -> DelegationQuerySet:
        """Those that hold at this moment."""
        return self.filter(from_at__lte=Now(), until_at__gt=Now())


class Delegation(models.Model):
    """While somebody is away, another answers in their name."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    to = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField()

    objects = DelegationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(from_at__lt=F("until_at")), name="delegation_begins_and_ends"),
            models.CheckConstraint(condition=~Q(staff=F("to")), name="delegation_to_somebody_else"),
        ]
        indexes = [models.Index(fields=["to", "until_at"], name="delegation_to")]


class ApprovalQuerySet(models.QuerySet["Approval"]):
    def visible_to(self, actor: Staff) -> ApprovalQuerySet:
        """Those the person asked for, was asked for (or somebody they stand for), or whose ticket they may see."""
        people = [actor.pk, *Delegation.objects.now().filter(to=actor).values_list("staff_id", flat=True)]
        asked = ApprovalSeat.objects.filter(Q(people__overlap=people) | Q(answered_by=actor))
        seen = Ticket.objects.visible_to(actor).filter(pk=models.OuterRef("ticket_id"))
        return self.filter(Q(pk__in=asked.values("approval_id")) | Q(asked_by=actor) | models.Exists(seen))

    def waiting(self) -> ApprovalQuerySet:
        return self.filter(state=Approval.State.WAITING)


class Approval(models.Model):
    """Something on a ticket that needs a yes. One for a kind and key: asking again is the same approval."""

    class State(models.TextChoices):
        WAITING = "waiting"
        PAUSED = "paused"  # until what paused it is undone
        APPROVED = "approved"
        REFUSED = "refused"
        EXPIRED = "expired"  # nobody answered in time: a no
        WITHDRAWN = "withdrawn"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(
        Ticket, on_delete=models.CASCADE, null=True, related_name="+"
    )  # on which it was asked for, where that was merged
    kind = models.TextField()
    key = models.TextField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.TextField(default=DEFAULT_CURRENCY)  # of the amount: the company's when it was asked
    reason = models.TextField()
    stages = models.JSONField()  # the chain as it was when asked; a change of the rules does not reach it
    stage = models.PositiveSmallIntegerField(default=0)
    state = models.TextField(choices=State.choices, default=State.WAITING)
    paused_for = models.TextField(blank=True)  # see Paused
    asked_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # of the present stage
    settled_at = models.DateTimeField(null=True)

    objects = ApprovalQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "key"], name="approval_asked_once"),
            models.CheckConstraint(
                condition=Q(state__in=["waiting", "paused"], settled_at=None)
                | ~Q(state__in=["waiting", "paused"]) & Q(settled_at__isnull=False),
                name="approval_waits_or_is_settled",
            ),
            models.CheckConstraint(
                condition=Q(state="paused") & ~Q(paused_for="") | ~Q(state="paused") & Q(paused_for=""),
                name="approval_paused_for_a_cause",
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "-asked_at"], name="approval_of_ticket"),
            models.Index(fields=["asked_at", "id"], name="approval_waiting", condition=Q(state="waiting")),
        ]


class ApprovalSeat(models.Model):
    """One answer that a stage waits for, and who may give it."""

    class Way(models.TextChoices):
        DESK = "desk"
        LINK = "link"

    approval = models.ForeignKey(Approval, on_delete=models.CASCADE, related_name="seats")
    stage = models.PositiveSmallIntegerField()
    asked = models.JSONField()  # {"role": "lead"}
    people = ArrayField(models.BigIntegerField())  # who may answer, each in their own name
    approved = models.BooleanField(null=True)
    answered_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    in_place_of = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    way = models.TextField(choices=Way.choices, blank=True, default="")
    words = models.TextField(blank=True, default="")
    opened_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    passed_at = models.DateTimeField(null=True)  # no answer in time: somebody else was asked instead

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(approved=None, answered_by=None, answered_at=None)
                | Q(approved__isnull=False, answered_by__isnull=False, answered_at__isnull=False),
                name="approval_answer_has_its_person",
            ),
        ]
        indexes = [
            models.Index(fields=["approval", "stage"], name="approval_seat_of_stage"),
            GinIndex(fields=["people"], name="approval_seat_people"),
        ]

    @property
    def is_open(self) -> bool:
        return self.approved is None and self.passed_at is None

    def answer(
        self, approved: bool, *, by: Staff, instead_of: int | None, way: str, words: str, at: datetime
    ) -> None:
        self.approved, self.answered_by, self.in_place_of_id = approved, by, instead_of
        self.way, self.words, self.answered_at = way, words, at
