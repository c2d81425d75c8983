"""The JSON shapes of searching, and of what is learnt from it."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field

from zhiyin.platform.http.shapes import Shape


class MarkedText(Shape):
    text: str
    marks: list[tuple[int, int]] = Field(description="[start, end) of what matched")


class KnowledgeHitShape(Shape):
    entry_id: int
    edition_id: int
    version_id: int
    key: str
    kind: str
    language: str
    region: str
    audience: str
    title: MarkedText
    excerpt: MarkedText
    matched: str = Field(description="the title or the way of asking that fits best")
    likeness: float = Field(description="0 to 1: how much of the question it covers")


class QuestionGroupShape(Shape):
    text: str
    count: int
    share: float = Field(description="of all questions of the period")
    unanswered: int
    examples: list[str]
    entry_id: int | None
    entry_title: str
    last_at: datetime | None


class QuestionInsightsShape(Shape):
    total: int
    unanswered: int
    top: list[QuestionGroupShape]
    gaps: list[QuestionGroupShape]


class LikeEditionShape(Shape):
    entry_id: int
    title: str


class DifferingAmountShape(Shape):
    unit: str
    one: str
    other: str


class LikenessShape(Shape):
    kind: str = Field(description="duplicate, or contradiction")
    one: LikeEditionShape
    other: LikeEditionShape
    differing: list[DifferingAmountShape]


class SynonymGroupShape(Shape):
    id: int
    words: list[str]


class SynonymGroupBody(Schema):
    words: list[str] = Field(max_length=40)
