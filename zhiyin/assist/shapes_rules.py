"""The JSON of what the house sets beside calibrated answers: keywords, dialogues, categories."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.assist.answering.dialogues import Content
from zhiyin.assist.answering.keywords import LONGEST_KEYWORD, MOST_KEYWORDS
from zhiyin.assist.shapes_answers import Mode
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


class AnswerSwitchBody(Schema):
    """One cell of the matrix."""

    category_id: int | None = Field(
        description="of tickets; null: what holds by default, for questions of no category too"
    )
    channel_id: int | None = Field(description="null: every channel")
    is_answered: bool | None = Field(description="null goes by what is above")


class SwitchCell(Schema):
    """`holds` is what comes of it: its own switch, or that of the nearest category above; of one category, the channel's
    before that of every channel. `is_set` is false where no switch says anything."""

    channel_id: int | None = Field(description="null: every channel")
    is_answered: bool | None = Field(description="its own switch")
    holds: bool
    is_set: bool
    from_category_id: int | None
    from_channel_id: int | None


class SwitchRow(Schema):
    """A category; the first row, without one, is what holds by default."""

    id: int | None
    name: str
    path: str
    depth: int
    cells: list[SwitchCell] = Field(description="every channel first, then as in `channels`")


class SwitchedChannel(Schema):
    id: int
    name: str
    kind: str
    mode: Mode = Field(description="off: nothing is answered there, whatever the switches say")


class AnswerSwitches(Schema):
    channels: list[SwitchedChannel]
    rows: list[SwitchRow]
    may_change: bool
