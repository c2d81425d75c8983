"""Finished cases that are drawn for quality review."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from zhiyin.procedures.models.cases import Case
from zhiyin.tickets.models import within_reach

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class ReviewPolicy(models.Model):
    """Every how many finished cases one is drawn, and how many have finished so far."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    every = models.PositiveSmallIntegerField(default=5)  # 0: none
    finished = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_review_policy")]


class ReviewQuerySet(models.QuerySet["Review"]):
    def visible_to(self, actor: Staff, permission: str = "tickets.read") -> ReviewQuerySet:
        """Those of cases on tickets the person may see."""
        if actor.scope(permission) is None:
            return self.none()
        return self.filter(within_reach(actor, permission, path="case__ticket__"))

    def open(self) -> ReviewQuerySet:
        return self.filter(reviewed_at=None)


class Review(models.Model):
    """A case that was drawn, and what a reviewer thought of how it was led."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="+")
    number = models.PositiveBigIntegerField()  # of the finished case, counted from the first
    drawn_at = models.DateTimeField()
    rating = models.PositiveSmallIntegerField(null=True)  # 1 to 5
    words = models.TextField(blank=True)
    reviewed_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    objects = ReviewQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(rating=None, reviewed_by=None, reviewed_at=None)
                | Q(rating__range=(1, 5), reviewed_by__isnull=False, reviewed_at__isnull=False),
                name="review_is_open_or_rated",
            ),
            models.UniqueConstraint(fields=["number"], name="one_review_for_a_finished_case"),
        ]
        indexes = [
            models.Index(fields=["drawn_at", "id"], name="review_open", condition=Q(reviewed_at=None)),
            models.Index(fields=["-reviewed_at", "-id"], name="review_done"),
        ]
