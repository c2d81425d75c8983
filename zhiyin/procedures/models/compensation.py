"""Compensation: what can be given, how far each may go, what was given, and the ledger of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from zhiyin.people.currencies import DEFAULT_CURRENCY
from zhiyin.procedures.models.approvals import Approval
from zhiyin.procedures.models.definitions import OutsideSystem
from zhiyin.procedures.models.incidents import Incident
from zhiyin.tickets.models import Ticket

if TYPE_CHECKING:
    from zhiyin.people.models import Staff

# why something is given; totals are told by it
CAUSES = ("late", "defect", "damaged", "wrong_item", "our_mistake", "outage", "price", "goodwill")


class CompensationItem(models.Model):
    """One thing of the catalogue that customers can be given."""

    class Kind(models.TextChoices):
        COUPON = "coupon"
        POINTS = "points"
        REFUND = "refund"
        GOODS = "goods"
        LETTER = "letter"

    kind = models.TextField(choices=Kind.choices)
    name_zh = models.TextField()
    name_en = models.TextField()
    # of one unit (a point, a piece, one of the currency), in the company's currency
    worth = models.DecimalField(max_digits=12, decimal_places=4, default=1)
    least = models.DecimalField(max_digits=12, decimal_places=2, default=1)  # in units, a grant
    most = models.DecimalField(max_digits=12, decimal_places=2)
    # carries it out when told; without one, somebody does it by hand
    system = models.ForeignKey(OutsideSystem, on_delete=models.PROTECT, null=True, related_name="+")
    code = models.TextField(blank=True)  # by which the system knows it
    letter_zh = models.TextField(blank=True)  # of a letter: what is proposed as an answer
    letter_en = models.TextField(blank=True)
    active = models.BooleanField(default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(worth__gte=0, least__gt=0, most__gte=models.F("least")),
                name="compensation_within_bounds",
            ),
            models.CheckConstraint(
                condition=~Q(kind="letter") | Q(system=None), name="letters_are_written_by_people"
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class RoleLimit(models.Model):
    """What somebody with a role may give without asking, in the company's currency; the widest of one's roles holds."""

    role = models.OneToOneField("people.Role", on_delete=models.CASCADE, related_name="+")
    a_grant = models.DecimalField(max_digits=12, decimal_places=2)
    a_day = models.DecimalField(max_digits=12, decimal_places=2)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(a_grant__gte=0, a_day__gte=0), name="role_limits_not_below_nothing"
            )
        ]


class CustomerLimit(models.Model):
    """What one customer may get in a period before somebody else has to agree."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    amount = models.DecimalField(max_digits=12, decimal_places=2, default=500)
    count = models.PositiveSmallIntegerField(default=5)
    days = models.PositiveSmallIntegerField(default=30)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="one_customer_limit"),
            models.CheckConstraint(
                condition=Q(days__gte=1, amount__gte=0), name="customer_limit_has_a_period"
            ),
        ]


class GrantQuerySet(models.QuerySet["Grant"]):
    def visible_to(self, actor: Staff, permission: str = "tickets.read") -> GrantQuerySet:
        """Those on tickets the person may see (or, with another permission, act on)."""
        seen = Ticket.objects.visible_to(actor, permission).filter(pk=models.OuterRef("ticket_id"))
        return self.filter(models.Exists(seen))

    def counting(self) -> GrantQuerySet:
        """Those that were given, or will be unless somebody says no; what failed may be tried again at any time."""
        return self.exclude(state__in=[Grant.State.REFUSED, Grant.State.WITHDRAWN])


class Grant(models.Model):
    """Something given to a customer for a case."""

    class State(models.TextChoices):
        WAITING = "waiting"  # for approval
        REFUSED = "refused"
        OWED = "owed"  # the system that carries it out is being told
        BY_HAND = "by_hand"  # somebody has to do it
        FULFILLED = "fulfilled"
        FAILED = "failed"
        WITHDRAWN = "withdrawn"

    ticket = models.ForeignKey(Ticket, on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    item = models.ForeignKey(CompensationItem, on_delete=models.PROTECT, related_name="+")
    units = models.DecimalField(max_digits=12, decimal_places=2)
    worth = models.DecimalField(max_digits=14, decimal_places=2)  # all of it, in the company's currency
    currency = models.TextField(default=DEFAULT_CURRENCY)  # of the worth: the company's when it was given
    cause = models.TextField()
    incident = models.ForeignKey(Incident, on_delete=models.SET_NULL, null=True, related_name="+")
    reason = models.TextField(blank=True)
    state = models.TextField(choices=State.choices)
    over = models.JSONField(
        default=list
    )  # which limits it exceeds: a_grant | a_day | customer | customer_count
    approval = models.ForeignKey(Approval, on_delete=models.PROTECT, null=True, related_name="+")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    idempotency_key = models.TextField(unique=True)
    reference = models.TextField(blank=True)  # by which the other side, or somebody here, knows it
    problem = models.TextField(blank=True)
    settled_at = models.DateTimeField(null=True)

    objects = GrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(cause__in=CAUSES), name="compensation_cause_known"),
            models.CheckConstraint(condition=Q(units__gt=0, worth__gte=0), name="compensation_of_something"),
        ]
        indexes = [
            models.Index(fields=["ticket", "-at"], name="grant_of_ticket"),
            models.Index(fields=["customer", "-at"], name="grant_of_customer"),
            models.Index(fields=["by", "-at"], name="grant_by"),
            models.Index(
                fields=["-at", "-id"],
                name="grant_unsettled",
                condition=Q(state__in=["waiting", "owed", "by_hand", "failed"]),
            ),
        ]

    @property
    def effect_key(self) -> str:
        """The other side knows a second try by it."""
        return f"compensation:{self.pk}"


class LedgerEntry(models.Model):
    """What was really given: one row for a grant, written when it is fulfilled and never changed."""

    grant = models.OneToOneField(Grant, on_delete=models.PROTECT, related_name="entry")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    cause = models.TextField()
    worth = models.DecimalField(max_digits=14, decimal_places=2)
    currency = models.TextField(default=DEFAULT_CURRENCY)
    reference = models.TextField(blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["at"], name="ledger_entry_at")]
