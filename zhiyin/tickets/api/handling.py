"""What knowledge does: for handling time, and for those who read it."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.shapes import Shape
from zhiyin.tickets.api.router import router
from zhiyin.tickets.queries.handling import handling_with_knowledge
from zhiyin.tickets.queries.outcomes import outcomes_by_version


class SpreadShape(Shape):
    """Seconds; null where there is no ticket."""

    tickets: int
    median: float | None
    p90: float | None
    mean: float | None


class HandlingPairShape(Shape):
    informed: SpreadShape = Field(description="a person put knowledge into an answer")
    others: SpreadShape


class CategoryHandlingShape(Shape):
    category_id: int | None
    path: str = Field(description="'' where tickets have no category")
    pair: HandlingPairShape


class HandlingShape(Shape):
    """Of tickets solved in the period and answered by a person: time in new and open until solved last."""

    overall: HandlingPairShape
    same_mix: HandlingPairShape = Field(
        description="categories that have both only; the others weighed by how many informed tickets a category has"
    )
    noted: HandlingPairShape = Field(description="minutes people noted, of tickets that have any")
    categories: list[CategoryHandlingShape]
    is_cut: bool = Field(description="only the 10,000 tickets solved last were read")


class KnowledgeOutcomeShape(Shape):
    """A version that was used or spoken of in the period."""

    entry_id: int
    version_id: int
    number: int
    title: str
    language: str
    region: str
    is_current: bool
    used: int = Field(description="answers of people it was put into")
    answered: int = Field(description="automatic answers from it")
    helped: int = Field(description="readers who said that it helped")
    not_helped: int = Field(description="readers who said that it did not")
    still_asked: int = Field(description="readers in the help centre who asked a person all the same")
    is_poor: bool = Field(description="surely more were left without help than were helped")


class PeriodQuery(Schema):
    days: int = Field(30, ge=1, le=180)


@router.get("/knowledge/insights/handling", response=HandlingShape, auth=needs("knowledge.write"))
def get_handling(request: Signed, query: Query[PeriodQuery]) -> Any:
    """How long solved tickets took with knowledge put into an answer, and without: also at the same mix of categories."""
    return handling_with_knowledge(days=query.days, now=timezone.now())


@router.get(
    "/knowledge/insights/outcomes", response=list[KnowledgeOutcomeShape], auth=needs("knowledge.write")
)
def get_outcomes(request: Signed, query: Query[PeriodQuery]) -> Any:
    """How often each version was used, whom it helped, and who asked a person all the same; the most troubling first."""
    return outcomes_by_version(days=query.days, by=request.auth, now=timezone.now())
