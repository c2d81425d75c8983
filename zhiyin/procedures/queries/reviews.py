"""Finished cases that were drawn for quality review."""

from __future__ import annotations

from django.db.models import Avg, QuerySet

from zhiyin.people.models import Staff
from zhiyin.procedures.models import Review, ReviewPolicy


def reviews_to_do(*, by: Staff) -> QuerySet[Review]:
    """Those on tickets the person may see that nobody has reviewed, the longest waiting first."""
    return _with_details(Review.objects.visible_to(by).open()).order_by("drawn_at", "pk")


def reviews_done(*, by: Staff) -> QuerySet[Review]:
    """Those that were reviewed, the latest first."""
    done = Review.objects.visible_to(by).filter(reviewed_at__isnull=False)
    return _with_details(done).order_by("-reviewed_at", "-pk")


def review_with_details(review_id: int) -> Review:
    """One, as it is told to somebody who has just rated it."""
    return _with_details(Review.objects.all()).get(pk=review_id)


def review_policy() -> ReviewPolicy:
    """Every how many finished cases one is drawn; as shipped where nobody changed it."""
    return ReviewPolicy.objects.first() or ReviewPolicy()


def average_rating(*, by: Staff) -> float | None:
    """Of all reviews on tickets the person may see."""
    told = Review.objects.visible_to(by).aggregate(average=Avg("rating"))["average"]
    return round(told, 2) if told is not None else None


def _with_details(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return reviews.select_related(
        "case__ticket__assignee", "case__definition", "case__version", "reviewed_by"
    )
