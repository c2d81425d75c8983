"""The JSON of answering by itself."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

Mode = Literal["off", "draft", "answer"]


class ExpectedShape(Schema):
    """What a threshold gave on questions held back: shares answered, of answers right, of strays refused."""

    threshold: float
    answered: float
    right: float
    refused: float


class AnsweringBody(Schema):
    mode: Mode
    threshold: Annotated[float, Field(ge=0.5, le=0.99)]
    most_answers: Annotated[int, Field(ge=1, le=20)]
    says_unsure: bool
    words_by_endpoint: bool


class AnsweringChannel(AnsweringBody):
    """What a machine does with a channel's questions; `changed_at` null where nobody has set it yet."""

    id: int
    name: str
    kind: str
    changed_at: datetime | None


class AnsweringPage(Schema):
    channels: list[AnsweringChannel]
    expected: dict[str, list[ExpectedShape]] = Field(description="by language")
    has_endpoint: bool = Field(description="whether a model elsewhere would word answers now")
    may_change: bool


class EntryFiguresShape(Schema):
    entry_id: int
    title: str
    answered: int
    helped: int
    unhelpful: int
    people: int


class LeftByCategoryShape(Schema):
    category_id: int | None
    path: str = Field(description="empty for questions of no category")
    count: int


class AnswerFiguresShape(Schema):
    """Conversations: involved, answered, contained (no people after the answer), confirmed. The rest counts questions."""

    involved: int
    answered: int
    contained: int
    confirmed: int
    questions: int
    questions_answered: int
    drafted: int
    helped: int
    unhelpful: int
    handed_over: int
    left: dict[str, int]
    switched_off: list[LeftByCategoryShape] = Field(description="of what was left: why, by category")
    ways: dict[str, int] = Field(description="questions answered, by way: entry, keyword, choice, dialogue")
    asked_which: int = Field(
        description="conversations in which the customer was asked which entry they mean"
    )
    dialogues_begun: int
    dialogues_finished: int
    entries: list[EntryFiguresShape]


class AnswerTrialBody(Schema):
    text: Annotated[str, Field(min_length=1, max_length=2000)]
    channel_id: int
    language: Literal["zh", "en"] = Field(
        "zh", description="of the customer's page, where the text does not tell"
    )
    is_signed_in: bool = False


class SignalShape(Schema):
    name: str
    value: float


class SwitchedOffShape(Schema):
    """What a question was taken to be about, null where nothing tells, and whose switch leaves it to people."""

    category_id: int | None
    from_category_id: int | None = Field(description="null: what holds by default")
    from_channel_id: int | None = Field(description="null: every channel")


class AnswerTrialShape(Schema):
    """What would be done: `chance` null where nothing was looked for. By a keyword it is answered or a dialogue begins;
    `ask` asks which of the `choices` is meant."""

    outcome: Literal["answer", "draft", "greeting", "person", "left", "ask", "dialogue"]
    reason: str
    language: str
    chance: float | None
    threshold: float
    text: str
    title: str
    entry_id: int | None
    link: str
    signals: list[SignalShape]
    keyword: str = Field(description="that was found")
    rule_id: int | None
    dialogue: str = Field(description="its name")
    choices: list[str]
    switched_off: SwitchedOffShape | None


class RecalibratedFitShape(Schema):
    """Measured on outcomes held back; `slope` and `offset` are null where nothing is changed, since that is no better."""

    fit: str = Field(description="the fit that ships: its language, by words or vectors, and which one")
    language: str
    outcomes: int
    right: float = Field(description="share of them")
    told_before: float = Field(description="mean chance told as it ships")
    told_after: float = Field(description="mean chance told once set right")
    loss_before: float = Field(description="mean log loss, less is better")
    loss_after: float
    is_better: bool = Field(description="by more than chance; only then it is put in place by itself")
    slope: float | None = None
    offset: float | None = None


class RecalibrationShape(Schema):
    id: int
    number: int
    active: bool
    fitted_at: datetime
    outcomes: int
    right: int
    fits: list[RecalibratedFitShape]


class RecalibrationsShape(Schema):
    outcomes: int = Field(description="that are known: of answers given, drafted, and not dared")
    least: int = Field(description="of one fit, from which there is something to learn")
    versions: list[RecalibrationShape]
