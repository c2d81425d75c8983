"""The JSON shapes of the knowledge base."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from zhiyin.platform.http.shapes import Shape

Kind = Literal["article", "faq", "script"]
Audience = Literal["public", "signed_in", "internal", "group"]
LANGUAGE = r"^[a-z]{2,3}(-[A-Za-z]{2,8})?$"


class KnowledgeCategoryShape(Shape):
    id: int
    name_zh: str
    name_en: str
    parent_id: int | None
    position: int
    depth: int
    count: int = Field(description="entries in it, those beneath not counted")


class KnowledgeProductShape(Shape):
    id: int
    key: str
    name_zh: str
    name_en: str
    active: bool


class ShelvesShape(Shape):
    """What a library can be narrowed by."""

    categories: list[KnowledgeCategoryShape] = Field(description="each followed by those beneath it")
    products: list[KnowledgeProductShape]
    tags: list[str]
    languages: list[str]
    regions: list[str]
    moods: list[str]
    situations: list[str]


class KnowledgeCategoryBody(Schema):
    name_zh: str = Field(min_length=1, max_length=100, pattern=r"\S")
    name_en: str = Field(min_length=1, max_length=100, pattern=r"\S")
    parent_id: int | None = None
    position: int = Field(0, ge=0, le=10_000)


class KnowledgeProductBody(Schema):
    name_zh: str = Field(min_length=1, max_length=100, pattern=r"\S")
    name_en: str = Field(min_length=1, max_length=100, pattern=r"\S")
    active: bool = True


class EntryPlaceBody(Schema):
    """All of an entry that is not said in its versions."""

    audience: Audience = "internal"
    category_id: int | None = None
    tags: list[str] = Field([], max_length=30)
    product_ids: list[int] = Field([], max_length=50)
    group_ids: list[int] = Field([], max_length=50)
    situation: str = Field("", max_length=100)
    mood: str = Field("", max_length=40)
    owner_id: int | None = None


class KnowledgeVersionBody(Schema):
    """What a version says; plain `text` stands for `html` where there is none."""

    title: str = Field(min_length=1, max_length=300, pattern=r"\S")
    html: str = Field("", max_length=500_000)
    text: str = Field("", max_length=100_000)
    questions: list[str] = Field([], max_length=50)
    summary: str = Field("", max_length=1000)
    change_note: str = Field("", max_length=1000)
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    file_ids: list[int] = Field([], max_length=30)
    settles: list[int] = Field([], max_length=100, description="open flags that this version answers")


class SaveVersionBody(KnowledgeVersionBody):
    revision: int = Field(description="as it was read; somebody else's saving is never overwritten")


class EditionBody(KnowledgeVersionBody):
    language: str = Field("zh-CN", pattern=LANGUAGE)
    region: str = Field("", max_length=40)


class EntryBody(EditionBody, EntryPlaceBody):
    kind: Kind


class NewVersionBody(Schema):
    restores: int | None = Field(None, description="number of the version to bring back")


class ReviewBody(Schema):
    verdict: Literal["approved", "returned"]
    note: str = Field("", max_length=4000)
    publish_at: AwareDatetime | None = Field(None, description="not before; none: now")
    revision: int = Field(description="as it was read")


class FlagBody(Schema):
    reason: Literal["wrong", "outdated", "unclear", "incomplete", "other"]
    note: str = Field(min_length=1, max_length=2000)


class FlagDismissalBody(Schema):
    answer: str = Field(min_length=1, max_length=2000)


class FeedbackBody(Schema):
    helpful: bool
    comment: str = Field("", max_length=2000)


class NamedShape(Shape):
    id: int
    name: str


class VersionLine(Shape):
    """A version without what it says."""

    id: int
    edition_id: int
    number: int
    state: str
    title: str
    change_note: str
    restores: int | None
    author: NamedShape
    approved_by: NamedShape | None
    updated_at: datetime
    submitted_at: datetime | None
    publish_at: datetime | None
    published_at: datetime | None
    retired_at: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None


class EditionShape(Shape):
    id: int
    language: str
    region: str
    title: str
    published: int | None = Field(description="number of the version")
    published_version_id: int | None
    valid_from: datetime | None
    valid_until: datetime | None
    under_way: str = Field(description="state of the unpublished version, '' where there is none")
    under_way_version_id: int | None


class EntryShape(Shape):
    id: int
    key: str
    kind: str
    title: str
    audience: str
    category_id: int | None
    tags: list[str]
    situation: str
    mood: str
    owner: NamedShape
    groups: list[NamedShape]
    products: list[KnowledgeProductShape]
    editions: list[EditionShape]
    updated_at: datetime
    archived_at: datetime | None
    used_count: int
    helpful_count: int
    unhelpful_count: int
    flag_count: int


class EntryList(Shape):
    items: list[EntryShape]
    next_cursor: str | None


class FlagShape(Shape):
    id: int
    entry_id: int
    entry_title: str
    version_id: int
    version_number: int
    reason: str
    note: str
    ticket_id: int | None
    by: NamedShape
    at: datetime
    state: str
    answer: str
    settled_by: NamedShape | None
    settled_at: datetime | None
    corrected_by_number: int | None


class EntryPage(EntryShape):
    versions: list[VersionLine]
    flags: list[FlagShape]


class KnowledgeFileShape(Shape):
    id: int
    name: str
    size: int
    media_type: str
    url: str


class EditionReviewShape(Shape):
    verdict: str
    note: str
    by: NamedShape
    at: datetime


class KnowledgeVersionShape(VersionLine):
    entry_id: int
    kind: str
    language: str
    region: str
    html: str
    text: str
    questions: list[str]
    summary: str
    settles: list[int]
    revision: int
    files: list[KnowledgeFileShape]
    reviews: list[EditionReviewShape]
    may_review: bool
    writers: list[NamedShape]


class PieceShape(Shape):
    op: Literal["same", "added", "removed"]
    text: str


class ComparisonShape(Shape):
    """What changed from one version to another, field by field; fields that are equal are left out."""

    before: VersionLine
    after: VersionLine
    title: list[PieceShape]
    summary: list[PieceShape]
    questions: list[PieceShape]
    text: list[PieceShape]


class WaitingShape(VersionLine):
    entry_id: int
    kind: str
    language: str
    region: str
    may_review: bool


class KnowledgeTasksShape(Shape):
    to_review: int
    drafts: int
    flags: int
    expiring: int
