"""Quality review of finished cases."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.platform.http.paging import keyset_page
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.reviewing import change_review_policy, rate_case
from zhiyin.procedures.content import read_content
from zhiyin.procedures.models import Review
from zhiyin.procedures.queries.reviews import (
    average_rating,
    review_policy,
    review_with_details,
    reviews_done,
    reviews_to_do,
)
from zhiyin.procedures.shapes import Words, named
from zhiyin.procedures.shapes_approvals import TicketNamed


class CaseReviewShape(Shape):
    id: int
    number: int = Field(description="of the finished case, counted from the first")
    ticket: TicketNamed
    procedure: Words
    result: Words | None = Field(description="the end the case came to")
    assignee: Named | None
    started_at: datetime
    ended_at: datetime | None
    drawn_at: datetime
    rating: int | None = Field(description="1 to 5; none while it waits")
    words: str
    reviewed_by: Named | None
    reviewed_at: datetime | None


class ReviewPage(Shape):
    items: list[CaseReviewShape]
    next_cursor: str | None


class ReviewPolicyShape(Shape):
    every: int = Field(description="every how many finished cases one is drawn; 0: none")
    finished: int = Field(description="how many have finished so far")


class ReviewsShape(ReviewPolicyShape):
    average: float | None = Field(description="of all ratings one may see")


class CaseRatingBody(Schema):
    rating: int = Field(ge=1, le=5)
    words: str = Field("", max_length=2000)


class ReviewPolicyBody(Schema):
    every: int = Field(ge=0, le=10_000)


@router.get("/reviews", response=ReviewPage, auth=needs("tickets.read"))
def get_reviews(request: Signed, done: bool = False, cursor: str | None = None, limit: int = 50) -> Any:
    """Cases that were drawn on tickets one may see: those to review, or those that were."""
    rows, order = (
        (reviews_done(by=request.auth), ("-reviewed_at", "-id"))
        if done
        else (reviews_to_do(by=request.auth), ("drawn_at", "id"))
    )
    page = keyset_page(rows, order=order, cursor=cursor, limit=limit)
    return {"items": [review_shape(one) for one in page.items], "next_cursor": page.next_cursor}


@router.put("/reviews/{int:review_id}/rating", response=CaseReviewShape, auth=needs("reviews.rate"))
def put_rating(request: Signed, review_id: int, body: CaseRatingBody) -> Any:
    """Rate how the case was led; once, and not by whoever worked on it."""
    rate_case(review_id=review_id, **body.dict(), by=request.auth, now=timezone.now())
    return review_shape(review_with_details(review_id))


@router.get("/review-policy", response=ReviewsShape, auth=needs("tickets.read"))
def get_review_policy(request: Signed) -> Any:
    """Every how many finished cases one is drawn, and how they were rated."""
    policy = review_policy()
    return {"every": policy.every, "finished": policy.finished, "average": average_rating(by=request.auth)}


@router.put("/review-policy", response=ReviewPolicyShape, auth=needs("procedures.manage"))
def put_review_policy(request: Signed, body: ReviewPolicyBody) -> Any:
    """Draw every n-th finished case from now on."""
    return change_review_policy(every=body.every, by=request.auth, now=timezone.now())


def review_shape(review: Review) -> CaseReviewShape:
    case = review.case
    end = read_content(case.version.content).step(case.result)
    return CaseReviewShape(
        id=review.pk,
        number=review.number,
        ticket=TicketNamed(id=case.ticket.pk, number=case.ticket.number, subject=case.ticket.subject),
        procedure=Words(zh=case.definition.name_zh, en=case.definition.name_en),
        result=Words(zh=end.zh, en=end.en) if end else None,
        assignee=named(case.ticket.assignee),
        started_at=case.started_at,
        ended_at=case.ended_at,
        drawn_at=review.drawn_at,
        rating=review.rating,
        words=review.words,
        reviewed_by=named(review.reviewed_by),
        reviewed_at=review.reviewed_at,
    )
