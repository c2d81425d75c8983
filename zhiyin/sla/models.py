"""The rows of service levels: what is promised, what each ticket is under, and how its clocks stand."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.platform.jobs.asked import AskedWork

OPEN_STATES = ("running", "paused")


class Policy(models.Model):
    """A promise with a name and a place in its track; what it says is in its versions."""

    class Track(models.TextChoices):
        CUSTOMER = "customer"
        INTERNAL = "internal"
        REGULATOR = "regulator"

    name_zh = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    track = models.TextField(choices=Track.choices, default=Track.CUSTOMER)
    position = models.IntegerField(default=0)
    active = models.BooleanField(default=True)
    version = models.ForeignKey("PolicyVersion", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="policy_has_a_name"),
            models.CheckConstraint(
                condition=Q(track__in=["customer", "internal", "regulator"]), name="policy_track_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh or self.name_en


class PolicyVersion(models.Model):
    """What a policy promises from its publication on; never changed."""

    policy = models.ForeignKey(Policy, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    conditions = models.JSONField()  # a tree over tickets, see zhiyin.tickets.fields
    calendar = models.ForeignKey("calendars.Calendar", on_delete=models.PROTECT, null=True, related_name="+")
    metrics = models.JSONField()  # see zhiyin.sla.definitions
    robots = ArrayField(models.BigIntegerField(), default=list)  # staff whose answers are a machine's
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="one_version_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.policy} {self.number}"


class Coverage(models.Model):
    """The version that a ticket runs under, in one track."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    track = models.TextField()
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "track"], name="one_policy_per_track")]


class Pause(models.Model):
    """A time in which clocks that pause for its cause stand still."""

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    cause = models.TextField()
    track = models.TextField(blank=True)  # only this one; '' for every policy's
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["ticket", "cause", "track"], condition=Q(ended_at=None), name="one_pause_per_cause"
            ),
        ]
        indexes = [models.Index(fields=["ticket", "started_at"], name="pause_of_ticket")]


class Clock(models.Model):
    """One promise on one ticket, as it was counted last."""

    class State(models.TextChoices):
        RUNNING = "running"
        PAUSED = "paused"
        FULFILLED = "fulfilled"
        CANCELLED = "cancelled"

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    track = models.TextField()
    metric = models.TextField()  # 'step' for those that procedures start
    key = models.TextField()  # customer.next_reply.2, or the procedure's own
    name = models.TextField(blank=True)  # of a procedure's clock
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, null=True, related_name="+")
    calendar = models.ForeignKey("calendars.Calendar", on_delete=models.PROTECT, null=True, related_name="+")
    priority = models.SmallIntegerField(default=0)
    target_minutes = models.PositiveIntegerField()
    state = models.TextField(choices=State.choices)
    activated_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)  # none while it is paused, or when it is over
    breached_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    elapsed_seconds = models.PositiveBigIntegerField(default=0)  # as of counted_at
    counted_at = models.DateTimeField()
    pauses = models.JSONField(default=list)  # of [from, to or null, cause]
    told = ArrayField(models.PositiveIntegerField(), default=list)  # levels whose facts are told

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "key"], name="one_clock_per_key"),
            models.CheckConstraint(
                condition=Q(state__in=["running", "paused", "fulfilled", "cancelled"]),
                name="clock_state_known",
            ),
            models.CheckConstraint(
                condition=Q(state__in=OPEN_STATES, ended_at=None)
                | Q(state__in=["fulfilled", "cancelled"], ended_at__isnull=False),
                name="clock_ends_when_it_is_over",
            ),
        ]
        indexes = [
            models.Index(fields=["due_at"], name="clock_due", condition=Q(state__in=OPEN_STATES)),
            models.Index(fields=["activated_at"], name="clock_activated"),
            models.Index(fields=["calendar"], name="clock_open_calendar", condition=Q(state__in=OPEN_STATES)),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES


class Trial(AskedWork):
    """A draft, tried on what has happened: what would it have come to?"""

    by = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    draft = models.JSONField()
