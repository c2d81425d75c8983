"""What leads and administrators set: needs, capacity, queues."""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import Q

from zhiyin.routing.rings import Ring
from zhiyin.routing.scoring import HIGHEST_LEVEL, Weights


class SkillNeed(models.Model):
    """Which work asks for a skill by itself, and to which level; `condition` is one of `conditions`."""

    skill = models.OneToOneField("people.Skill", on_delete=models.CASCADE, primary_key=True, related_name="+")
    condition = models.JSONField()
    level = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(level__gte=1, level__lte=HIGHEST_LEVEL), name="needed_level_is_a_level"
            )
        ]


class KindRule(models.Model):
    """What work of one kind of channel takes of a person, where nothing else is said for them."""

    kind = models.TextField(primary_key=True)
    units = models.PositiveSmallIntegerField()  # how many at once
    exclusive = models.BooleanField(default=False)  # whoever has one takes nothing else
    after_contact_seconds = models.PositiveIntegerField(default=0)  # rest after each
    quiet_minutes = models.PositiveIntegerField(
        default=0
    )  # a customer silent for so long frees the unit; 0: never
    away_minutes = models.PositiveIntegerField(
        default=10
    )  # after so long away a person's work goes to others; 0: never


class StaffLimit(models.Model):
    """How many of a kind this person has at once."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    kind = models.TextField()
    units = models.PositiveSmallIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "kind"], name="one_limit_per_kind")]


class Queue(models.Model):
    """Work that belongs together. Work goes to the first active queue, by position, whose condition it meets."""

    class Dispatch(models.TextChoices):
        PUSH = "push"
        PULL = "pull"

    name = models.TextField(unique=True)
    position = models.PositiveIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    condition = models.JSONField(default=dict)  # {}: everything
    dispatch = models.TextField(choices=Dispatch.choices, default=Dispatch.PUSH)
    accepts_by_itself = models.BooleanField(default=False)
    accept_seconds = models.PositiveIntegerField(default=30)
    preferred_seconds = models.PositiveIntegerField(default=0)  # kept for the last agent before others get it
    weights = models.JSONField(default=dict)  # of `scoring.Weights`, by name; what is missing is as shipped
    version = models.PositiveIntegerField(default=1)  # of the weights
    calendar = models.ForeignKey(
        "calendars.Calendar", on_delete=models.SET_NULL, null=True, related_name="+"
    )  # opening hours; None: always
    most_wait_minutes = models.PositiveIntegerField(default=0)  # then it overflows; 0: never
    overflow = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="+")
    offers_call_back = models.BooleanField(default=False)
    call_back_minutes = models.PositiveIntegerField(
        default=0
    )  # of waiting, past or to come, from which it does
    closed_zh = models.TextField(blank=True, default="")  # what waiting customers read outside the hours
    closed_en = models.TextField(blank=True, default="")

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(accept_seconds__gte=5), name="time_to_accept_is_enough")
        ]

    def __str__(self) -> str:
        return self.name

    def weighing(self) -> Weights:
        """The weights with their version."""
        told: dict[str, Any] = dict(self.weights)
        if "priority" in told:
            told["priority"] = tuple(told["priority"])
        return Weights(version=self.version, **told)


class QueueRing(models.Model):
    """To whom a queue opens after a while. The first ring is open at once; rings without groups add nobody."""

    queue = models.ForeignKey(Queue, on_delete=models.CASCADE, related_name="rings")
    number = models.PositiveSmallIntegerField()
    after_seconds = models.PositiveIntegerField(default=0)
    groups = models.ManyToManyField("people.Group", related_name="+")
    without = models.ManyToManyField("people.Skill", related_name="+")  # no longer asked for
    level = models.PositiveSmallIntegerField(default=HIGHEST_LEVEL)  # no more than this is asked for

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["queue", "number"], name="rings_are_numbered"),
            models.CheckConstraint(
                condition=Q(number__gt=0) | Q(after_seconds=0), name="first_ring_is_open_at_once"
            ),
        ]

    def ring(self) -> Ring:
        """As the pure part knows it; `without` must be fetched."""
        return Ring(
            float(self.after_seconds), frozenset(str(skill.pk) for skill in self.without.all()), self.level
        )
