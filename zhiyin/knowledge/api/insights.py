"""Searching, what people look for, and the house's own words."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Field, Query, Schema, Status

from zhiyin.knowledge.api.router import router
from zhiyin.knowledge.commands.wording import remove_synonyms, save_synonyms
from zhiyin.knowledge.models import SynonymGroup
from zhiyin.knowledge.queries.likenesses import Likeness, find_likenesses
from zhiyin.knowledge.queries.questions import question_insights
from zhiyin.knowledge.search.finding import FoundEdition, for_staff, search
from zhiyin.knowledge.shapes_insights import (
    KnowledgeHitShape,
    LikenessShape,
    QuestionInsightsShape,
    SynonymGroupBody,
    SynonymGroupShape,
)
from zhiyin.people.access import Signed, needs

READ, WRITE = needs("knowledge.read"), needs("knowledge.write")


class SearchQuery(Schema):
    q: str = Field(max_length=2000)
    language: str = ""
    region: str = ""
    kind: Literal["", "article", "faq", "script"] = ""
    product_id: int | None = Field(None, ge=1, lt=2**63)
    limit: int = Field(10, ge=1, le=50)


class QuestionsQuery(Schema):
    days: int = Field(30, ge=1, le=180)
    limit: int = Field(20, ge=1, le=100)


@router.get("/knowledge/search", response=list[KnowledgeHitShape], auth=READ)
def get_search(
    request: Signed,
    query: Query[SearchQuery],
) -> Any:
    """What is published and yours to read, best first: by words, sound, meaning."""
    kinds = (query.kind,) if query.kind else ()
    wanted = for_staff(
        request.auth,
        language=query.language,
        region=query.region,
        kinds=kinds,
        product_id=query.product_id,
    )
    found = search(query.q.replace("\x00", ""), wanted, limit=query.limit, now=timezone.now())
    return [_hit(one) for one in found]


@router.get("/knowledge/insights/questions", response=QuestionInsightsShape, auth=WRITE)
def get_questions(request: Signed, query: Query[QuestionsQuery]) -> Any:
    """What was asked most in the last days, with its share, and what nothing answers."""
    return question_insights(days=query.days, limit=query.limit, now=timezone.now())


@router.get("/knowledge/insights/likenesses", response=list[LikenessShape], auth=WRITE)
def get_likenesses(request: Signed) -> Any:
    """Entries that say the same twice, or answer one question in two ways, among those published last."""
    return [_likeness(one) for one in find_likenesses(by=request.auth, now=timezone.now())]


@router.get("/knowledge/synonyms", response=list[SynonymGroupShape], auth=READ)
def get_synonyms(request: Signed) -> Any:
    """The house's own groups of words that ask for the same thing."""
    return SynonymGroup.objects.order_by("pk")


@router.post("/knowledge/synonyms", response={201: SynonymGroupShape}, auth=WRITE)
def post_synonyms(request: Signed, body: SynonymGroupBody) -> Any:
    """Add a group of words; search knows it as soon as the index is built anew, by itself."""
    made = save_synonyms(group_id=None, words=body.words, by=request.auth, now=timezone.now())
    return Status(201, made)


@router.put("/knowledge/synonyms/{int:words_id}", response=SynonymGroupShape, auth=WRITE)
def put_synonyms(request: Signed, words_id: int, body: SynonymGroupBody) -> Any:
    """Change a group of words."""
    return save_synonyms(group_id=words_id, words=body.words, by=request.auth, now=timezone.now())


@router.delete("/knowledge/synonyms/{int:words_id}", response={204: None}, auth=WRITE)
def delete_synonyms(request: Signed, words_id: int) -> Any:
    """Take a group of words away."""
    remove_synonyms(group_id=words_id)
    return Status(204, None)


def _hit(found: FoundEdition) -> dict[str, Any]:
    names = ("entry_id", "edition_id", "version_id", "key", "kind", "language", "region", "audience")
    told = {name: getattr(found.edition, name) for name in names}
    return told | {
        "title": found.title,
        "excerpt": found.excerpt,
        "matched": found.hit.matched,
        "likeness": round(found.hit.likeness, 3),
    }


def _likeness(found: Likeness) -> dict[str, Any]:
    return {
        "kind": found.kind,
        "one": found.one,
        "other": found.other,
        "differing": [{"unit": unit, "one": one, "other": other} for unit, one, other in found.differing],
    }
