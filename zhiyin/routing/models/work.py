"""What waits, who is there, and what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.people.permissions import Scope
from zhiyin.routing.models.settings import Queue
from zhiyin.routing.scoring import Agent, Need, Work

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class Pool(models.Model):
    """Needs that work has in common; `name` is their canonical form."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="+")
    kind = models.TextField()
    needs = models.JSONField()  # [[skill, level], …] sorted
    senior = models.BooleanField()
    name = models.TextField(unique=True)

    def needed(self) -> tuple[Need, ...]:
        return tuple(Need(skill, level) for skill, level in self.needs)


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def visible_to(self, actor: Staff, permission: str = "routing.read") -> WorkItemQuerySet:
        """Work of the tickets within the person's scope."""
        scope = actor.scope(permission)
        if scope is None:
            return self.none()
        if scope == Scope.ALL:
            return self
        mine = Q(holder=actor)
        if scope == Scope.OWN:
            return self.filter(mine)
        return self.filter(mine | Q(ticket__group_id__in=actor.group_ids) | Q(ticket__group=None))

    def open(self) -> WorkItemQuerySet:
        return self.exclude(state__in=["done", "left"])

    def waiting(self) -> WorkItemQuerySet:
        return self.filter(state=WorkItem.State.WAITING)


class WorkItem(models.Model):
    """A ticket's time in the queue and with somebody. `key` is `scoring.rank_key` in seconds of the epoch."""

    class State(models.TextChoices):
        WAITING = "waiting"
        OFFERED = "offered"
        HELD = "held"
        QUIET = "quiet"  # held, but takes no unit: the customer is silent or we wait for them
        DONE = "done"
        LEFT = "left"  # given up, or of no queue any more

    WITH_SOMEBODY = ("offered", "held", "quiet")

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    queue = models.ForeignKey(Queue, on_delete=models.PROTECT, related_name="+")
    kind = models.TextField()
    state = models.TextField(choices=State.choices, default=State.WAITING)
    asked = models.JSONField(default=list)  # what the work itself asks for: [[skill, level], …]
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="+")  # in the ring that is open
    ring = models.PositiveSmallIntegerField(default=0)
    priority = models.SmallIntegerField()
    tier = models.SmallIntegerField()
    touched = models.PositiveIntegerField(default=1)  # customers whom the ticket and those under it are about
    due_at = models.DateTimeField(null=True)  # the nearest promise it has been under while it waits
    last_agent = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    kept_until = models.DateTimeField(null=True)  # for the last agent alone
    refused_by = ArrayField(models.BigIntegerField(), default=list)  # who declined or missed it
    key = models.FloatField()
    entered_at = models.DateTimeField()
    holder = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    call_back_at = models.DateTimeField(
        null=True
    )  # since when the customer waits to be called, at the same place
    moved_by = models.ForeignKey(
        "people.Staff", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # who took it from its conditions: it stays where they put it, or where that queue overflows

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["pool", "key", "id"], name="work_waiting", condition=Q(state="waiting")),
            models.Index(fields=["last_agent", "key"], name="work_known", condition=Q(state="waiting")),
            models.Index(
                fields=["holder", "kind"],
                name="work_held",
                condition=Q(state__in=["offered", "held", "quiet"]),
            ),
            models.Index(fields=["-entered_at"], name="work_recent"),
            models.Index(
                fields=["queue", "kind", "accepted_at"],
                name="work_accepted",
                condition=Q(accepted_at__isnull=False),
            ),
            models.Index(
                fields=["queue", "kind", "ended_at"], name="work_ended", condition=Q(ended_at__isnull=False)
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["ticket"], name="one_open_work_each", condition=~Q(state__in=["done", "left"])
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", holder=None)
                | Q(state__in=["offered", "held", "quiet"], holder__isnull=False)
                | Q(state__in=["done", "left"]),
                name="who_holds_work_is_known",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, state__in=["waiting", "offered", "held", "quiet"])
                | Q(ended_at__isnull=False, state__in=["done", "left"]),
                name="ended_work_has_its_end",
            ),
        ]

    def work(self) -> Work:
        """As the pure part knows it; the pool must be fetched."""
        return Work(
            self.pk,
            self.entered_at.timestamp(),
            self.pool.needed(),
            kind=self.kind,
            priority=self.priority,
            tier=self.tier,
            touched=self.touched,
            due_at=self.due_at.timestamp() if self.due_at else None,
            last_agent_id=self.last_agent_id,
            queue=str(self.queue_id),
        )

    def asked_for(self) -> list[Need]:
        return [Need(skill, level) for skill, level in self.asked]


class Seat(models.Model):
    """A person as routing sees them. Its row is locked by whoever gives them work, so that they never get too much."""

    staff = models.OneToOneField("people.Staff", on_delete=models.CASCADE, primary_key=True, related_name="+")
    is_ready = models.BooleanField(default=False)
    skills = models.JSONField(default=dict)  # with 'queue:<id>' for those whose rings they are in
    limits = models.JSONField(default=dict)
    exclusive = ArrayField(models.TextField(), default=list)
    load = models.JSONField(default=dict)
    taken = models.PositiveIntegerField(default=0)  # since they came
    idle_since = models.DateTimeField()
    rests_until = models.DateTimeField(null=True)  # after-contact work
    is_full = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["staff"], name="seat_with_room", condition=Q(is_ready=True, is_full=False))
        ]

    def agent(self) -> Agent:
        """As the pure part knows them."""
        return Agent(
            self.pk,
            self.skills,
            self.limits,
            dict(self.load),
            self.idle_since.timestamp(),
            self.taken,
            frozenset(self.exclusive),
        )


class Decision(models.Model):
    """Who got what, why, and who came next. `terms` are [[name, seconds], …]; runners-up have their total."""

    class How(models.TextChoices):
        PUSH = "push"
        PLAN = "plan"  # offered by a plan for all who were free
        PULL = "pull"
        MANUAL = "manual"
        RETURNED = "returned"
        MOVED = "moved"  # into another queue, by a person
        RELEASED = "released"  # its conditions decide again, a person says
        FOLLOWED = "followed"  # its conditions, which it meets otherwise than before
        OVERFLOWED = "overflowed"  # it waited too long in its queue

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="decisions")
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    how = models.TextField(choices=How.choices)
    queue = models.ForeignKey(
        Queue, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )  # in which it waited, or into which it went; None: the item's, as long as that was not told
    reason = models.TextField(blank=True)  # of what came back
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    terms = models.JSONField(default=list)
    version = models.PositiveIntegerField(default=0)
    ring = models.PositiveSmallIntegerField(default=0)
    considered = models.PositiveIntegerField(default=0)  # how many others could have been chosen
    runners_up = models.JSONField(default=list)  # [{"staff_id" or "item_id", "total"}]
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "pk"]


class Offer(models.Model):
    """Work held out to one person."""

    class State(models.TextChoices):
        OPEN = "open"
        ACCEPTED = "accepted"
        DECLINED = "declined"
        EXPIRED = "expired"
        WITHDRAWN = "withdrawn"

    item = models.ForeignKey(WorkItem, on_delete=models.CASCADE, related_name="offers")
    staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    decision = models.OneToOneField(Decision, on_delete=models.CASCADE, related_name="offer")
    state = models.TextField(choices=State.choices, default=State.OPEN)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["staff"], name="offer_open", condition=Q(state="open"))]
        constraints = [
            models.UniqueConstraint(fields=["item"], name="one_open_offer_each", condition=Q(state="open")),
            models.CheckConstraint(
                condition=Q(state="open", settled_at=None) | (~Q(state="open") & Q(settled_at__isnull=False)),
                name="settled_offer_has_its_time",
            ),
        ]
