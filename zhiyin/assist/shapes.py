"""The JSON shapes of assistance."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.platform.http.shapes import Shape

AskedTask = Literal["summary", "handover", "draft", "answers", "similar", "repeats", "wording", "translation"]


class RiskShape(Schema):
    kind: str = Field(description="regulator, media, law, safety, self_harm or leaving")
    word: str


class EntityShape(Schema):
    kind: str = Field(description="order, phone, email, address, amount or date")
    text: str


class CategoryGuess(Schema):
    id: int
    path: str
    share: float


class ReadingShape(Schema):
    """What machines made of what the customer wrote; `evidence` are the words that spoke for it."""

    mood: str
    mood_confidence: float
    mood_evidence: list[str]
    mood_by: str = Field("", description="who corrected it; '' where nobody did")
    mood_version: str = Field("", description="learned from corrections; '' for the lexicon")
    trend: Literal["better", "worse", "steady"]
    scores: list[float] = Field(description="of the customer's messages, -1 bad to 1 good, oldest first")
    language: str
    language_confidence: float
    risks: list[RiskShape]
    entities: list[EntityShape]
    category: CategoryGuess | None = Field(description="suggested; null where nothing is likely enough")
    category_confidence: float
    category_evidence: list[str] = []
    guesses: list[CategoryGuess]
    model: str = Field(description="own: learned from this centre's tickets; pack: shipped")
    version: str
    read_at: datetime


class AssistPage(Schema):
    """What stands beside a ticket; `tasks` tells who does each task now, '' where nobody does."""

    reading: ReadingShape | None
    tasks: dict[str, str]


class MoodBody(Schema):
    mood: str


class AskBody(Schema):
    task: AskedTask
    text: str = Field("", max_length=20_000, description="what is worked on, for wording and translation")
    into: str = Field("", max_length=10, description="a language; the reader's own where it is left out")


class EvidenceShape(Schema):
    text: str
    message_id: int | None = None
    ticket_id: int | None = None
    source: str = Field("", description="of a knowledge entry: its address at the desk")
    title: str = ""
    entry_id: int | None = None
    edition_id: int | None = None
    version_id: int | None = None
    number: int | None = Field(None, description="of the version")
    kind: str = ""
    region: str = ""


class RemarkShape(Schema):
    start: int
    end: int
    kind: str
    text: str
    better_zh: str
    better_en: str


class UseShape(Schema):
    """A finding, who found it and how surely; rate it with its id."""

    id: int
    task: str
    text: str
    evidence: list[EvidenceShape]
    remarks: list[RemarkShape] = []
    provider: str
    model: str
    version: str
    confidence: float | None
    fell_back: str = Field(
        description="why the better provider was not used; '' where it was, or there is none"
    )
    milliseconds: int
    outcome: str


class KnowledgeDraftBody(Schema):
    question: str = Field(min_length=1, max_length=300)
    variants: list[str] = Field([], max_length=20, description="other ways it was asked")
    language: str = Field("zh-CN", pattern=r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?$")


class KnowledgeDraftShape(Schema):
    """The draft that was begun, and what it rests on."""

    entry_id: int
    version_id: int
    use: UseShape


class UseOutcomeBody(Schema):
    outcome: str


class ModelVersionShape(Schema):
    id: int
    number: int
    active: bool
    trained_at: datetime
    texts: int
    categories: int
    seconds: float
    accuracy: float
    macro_f1: float
    calibration_error: float


class VersionReport(ModelVersionShape):
    """`by_category` rows of category, texts, precision, recall, f1; `confused` truth, answer, count; both by name."""

    by_category: list[dict[str, Any]]
    confused: list[list[Any]]
    bins: list[list[float]]


class TrainingShape(Schema):
    id: int
    state: str
    reason: str
    asked_at: datetime
    ended_at: datetime | None


class DriftShape(Schema):
    index: float | None
    readings: int
    is_drifting: bool


class EndpointShape(Schema):
    active: bool
    url: str
    model: str
    speech_model: str
    has_key: bool
    tasks: list[str]
    offered: list[str] = Field(description="the tasks an endpoint can be switched on for")
    timeout_seconds: int
    tokens_a_day: int
    tokens_a_person: int
    spent: int = Field(description="tokens of the last 24 hours")
    failures: int
    open_until: datetime | None = Field(description="after failures: nothing is asked before")
    last_error: str
    embedding_model: str = Field(description="gives vectors for knowledge search; empty: none")
    embedding_tokens_a_day: int
    embedding_spent: int
    embedding_failures: int
    embedding_open_until: datetime | None
    embedding_error: str


class EndpointBody(Schema):
    """What is left out stays; a key is never told again."""

    active: bool | None = None
    url: str | None = Field(None, max_length=500)
    model: str | None = Field(None, max_length=200)
    speech_model: str | None = Field(None, max_length=200)
    key: str | None = Field(None, max_length=500)
    tasks: list[str] | None = Field(None, max_length=20)
    timeout_seconds: int | None = Field(None, ge=1, le=120)
    tokens_a_day: int | None = Field(None, ge=0, le=1_000_000_000)
    tokens_a_person: int | None = Field(None, ge=0, le=1_000_000_000)
    embedding_model: str | None = Field(None, max_length=200)
    embedding_tokens_a_day: int | None = Field(None, ge=0, le=1_000_000_000)


class ModelTriedShape(Schema):
    ok: bool
    reason: str
    model: str
    milliseconds: int
    embedding_reason: str = Field(description="of the vector; empty where it came, or none was asked for")
    embedding_width: int = Field(description="numbers of the vector; 0: none")


class UsesOfTask(Schema):
    task: str
    provider: str
    asked: int
    used: int
    edited: int
    dismissed: int
    fell_back: int


class TopicPackShape(Schema):
    key: str
    name_zh: str
    name_en: str
    topics: int


class AssistSettings(Schema):
    versions: list[ModelVersionShape]
    training: TrainingShape | None
    known: int = Field(
        description="tickets with a category, which the next training would learn from; at most 100,000"
    )
    drift: DriftShape
    endpoint: EndpointShape
    tasks: dict[str, str]
    uses: list[UsesOfTask]
    trains_nightly: bool
    pack: str = Field(description="the shipped pack that answers until there is a model of the centre's own")
    packs: list[TopicPackShape]


class AssistPreferencesBody(Schema):
    """What is left out stays."""

    trains_nightly: bool | None = None
    pack: str | None = Field(None, max_length=40)


class MoodVersionShape(Shape):
    """What was learned from corrections, measured on texts held back; accuracies are shares of all of them."""

    id: int
    number: int
    active: bool
    trained_at: datetime
    corrections: int
    accepted: int = Field(description="readings that people let stand; they count as right")
    threshold: float = Field(description="the confidence from which it goes before the lexicon")
    lexicon_accuracy: float
    accuracy: float
    corrected_right: float = Field(description="share of the corrected texts that it reads rightly")
    gained: int = Field(description="texts it reads rightly and the lexicon does not")
    lost: int = Field(description="texts the lexicon reads rightly and it does not")
    is_better: bool = Field(description="by more than chance; only then it is put in place by itself")
    confused: list[tuple[str, str, int]] = Field(description="truth, answer, count")


class MoodsShape(Schema):
    corrections: int = Field(description="that people made")
    least: int = Field(description="of different messages, from which there is something to learn")
    versions: list[MoodVersionShape]


class SpeechShape(Schema):
    id: int
    text: str
    provider: str
    model: str
