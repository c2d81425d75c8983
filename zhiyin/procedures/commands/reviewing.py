"""Quality review of finished cases: every so many one is drawn, and a colleague says how it was led."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError
from zhiyin.procedures.events import CaseDrawnForReview, CaseReviewed
from zhiyin.procedures.models import Case, Review, ReviewPolicy, Visit


class ReviewOfOwnWork(DomainError):
    code = "procedures.review_of_own_work"
    status = 403
    messages = {
        "zh": "你参与处理过这个个案，请由没有参与的同事评审。",
        "en": "You worked on this case; let a colleague review it who did not.",
    }


class ReviewedAlready(DomainError):
    code = "procedures.reviewed_already"
    status = 409
    messages = {"zh": "{name} 已经评审过这个个案。", "en": "{name} has reviewed this case already."}


def note_finished(case: Case, *, now: datetime) -> Review | None:
    """Count a case that has just come to its end, and draw every n-th, in the order in which they end; a sub-procedure is
    part of the case it ran in. Whoever calls has its ticket locked."""
    if case.parent_id is not None:
        return None
    policy = lock_review_policy()
    policy.finished += 1
    policy.save(update_fields=["finished"])
    if policy.every == 0 or policy.finished % policy.every:
        return None
    review = Review.objects.create(case=case, number=policy.finished, drawn_at=now)
    emit(
        CaseDrawnForReview(
            ticket_id=case.ticket_id, case_id=case.pk, review_id=review.pk, number=review.number, at=now
        )
    )
    return review


@transaction.atomic
def rate_case(*, review_id: int, rating: int, words: str, by: Staff, now: datetime) -> Review:
    """Say how a drawn case was led. Raises ReviewOfOwnWork, ReviewedAlready, Review.DoesNotExist."""
    review = Review.objects.visible_to(by, "reviews.rate").select_related("case").get(pk=review_id)
    review = Review.objects.select_for_update(of=("self",)).select_related("case").get(pk=review.pk)
    if review.reviewed_by is not None:
        raise ReviewedAlready(name=review.reviewed_by.name)
    worked = Visit.objects.filter(case=review.case, left_by=by)
    if worked.exists() or review.case.tasks.filter(settled_by=by).exists():
        raise ReviewOfOwnWork
    review.rating, review.words = rating, words.strip()
    review.reviewed_by, review.reviewed_at = by, now
    review.save(update_fields=["rating", "words", "reviewed_by", "reviewed_at"])
    emit(
        CaseReviewed(
            ticket_id=review.case.ticket_id,
            case_id=review.case_id,
            review_id=review.pk,
            rating=rating,
            by_id=by.pk,
            at=now,
        )
    )
    return review


@transaction.atomic
def change_review_policy(*, every: int, by: Staff, now: datetime) -> ReviewPolicy:
    """Draw every n-th finished case from now on; 0 draws none."""
    policy = lock_review_policy()
    if policy.every != every:
        policy.every = every
        policy.save(update_fields=["every"])
        record_audit(
            action="procedures.review_policy_changed",
            by=by.pk,
            target="procedures:reviews",
            details={"every": every},
            now=now,
        )
    return policy


def lock_review_policy() -> ReviewPolicy:
    """The one row, locked: cases that finish at once are counted one after the other."""
    ReviewPolicy.objects.get_or_create(pk=ReviewPolicy.ONLY)
    return ReviewPolicy.objects.select_for_update().get(pk=ReviewPolicy.ONLY)
