"""What knowledge does for handling time."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Query, Schema
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.shapes import Shape
from zhiyin.tickets.api.router import router
from zhiyin.tickets.queries.handling import handling_with_knowledge


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


class PeriodQuery(Schema):
    days: int = Field(30, ge=1, le=180)


@router.get("/knowledge/insights/handling", response=HandlingShape, auth=needs("knowledge.write"))
def get_handling(request: Signed, query: Query[PeriodQuery]) -> Any:
    """How long solved tickets took with knowledge put into an answer, and without: also at the same mix of categories."""
    return handling_with_knowledge(days=query.days, now=timezone.now())
