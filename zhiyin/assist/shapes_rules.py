"""The JSON of what the house sets beside calibrated answers: keywords, dialogues, categories."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.assist.answering.dialogues import Content
from zhiyin.assist.answering.keywords import LONGEST_KEYWORD, MOST_KEYWORDS
from zhiyin.people.shapes import Named

Match = Literal["exact", "starts", "contains"]
Keyword = Annotated[str, Field(max_length=LONGEST_KEYWORD)]
Ids = Annotated[list[int], Field(max_length=100)]


class KeywordRuleBody(Schema):
    """Words in one language do for both; `entry_id` is said where there are none, and named as the source where there are."""

    keywords: Annotated[list[Keyword], Field(min_length=1, max_length=MOST_KEYWORDS)]
    match: Match = "exact"
    text_zh: str = Field("", max_length=2000)
    text_en: str = Field("", max_length=2000)
    entry_id: int | None = None
    channels: Ids = Field([], description="none: all on which a machine answers")
    frequency: Literal["always", "days", "once"] = Field("always", description="per customer")
    days: Annotated[int, Field(ge=1, le=365)] = 30
    active: bool = True


class KeywordRuleShape(KeywordRuleBody):
    id: int
    entry_title: str
    is_entry_readable: bool = Field(description="whether customers may read the entry now")
    answered: int = Field(description="in 30 days")
    by: Named | None
    at: datetime


class DialogueBody(Schema):
    """Begun by a keyword, by a question of a category or one beneath it, or instead of an entry's answer."""

    name: str = Field(min_length=1, max_length=100)
    keywords: Annotated[list[Keyword], Field(max_length=MOST_KEYWORDS)] = []
    match: Match = "contains"
    categories: Ids = []
    entries: Ids = []
    channels: Ids = Field([], description="none: all on which a machine answers")
    content: Content
    active: bool = False


class DialogueShape(DialogueBody):
    id: int
    entry_titles: list[str] = Field(description="as in `entries`; empty where one is gone")
    begun: int = Field(description="in 30 days")
    finished: int
    by: Named | None
    at: datetime


class CategorySwitchBody(Schema):
    is_answered: bool | None = Field(description="null goes by the category above")


class CategorySwitchShape(CategorySwitchBody):
    """`holds` is what comes of it: its own switch, or that of the nearest category above."""

    id: int
    name: str
    path: str
    depth: int
    holds: bool


class CategorySwitches(Schema):
    categories: list[CategorySwitchShape]
    may_change: bool
