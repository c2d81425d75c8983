"""Entries: listed, begun, put in their place, put away."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Query, Schema, Status
from pydantic import Field

from zhiyin.knowledge.api.router import router
from zhiyin.knowledge.commands.arranging import EntryPlace, archive_entry, change_entry, restore_entry
from zhiyin.knowledge.commands.authoring import VersionContent, add_edition, begin_entry
from zhiyin.knowledge.queries.library import (
    EntryFilter,
    entry_for,
    flags_of,
    list_entries,
    version_for,
    versions_of,
)
from zhiyin.knowledge.shapes import (
    Audience,
    EditionBody,
    EntryBody,
    EntryList,
    EntryPage,
    EntryPlaceBody,
    Kind,
    KnowledgeVersionShape,
)
from zhiyin.knowledge.telling import told_entry, told_flag, told_line, told_version
from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff

READ, WRITE = needs("knowledge.read"), needs("knowledge.write")
CONTENT = set(VersionContent.__dataclass_fields__)
PLACE = set(EntryPlace.__dataclass_fields__)


class LibraryQuery(Schema):
    query: str = Field("", max_length=200)
    kind: Kind | Literal[""] = ""
    category_id: int | None = None
    product_id: int | None = None
    audience: Audience | Literal[""] = ""
    language: str = Field("", max_length=16)
    tag: str = Field("", max_length=100)
    state: Literal[
        "", "published", "draft", "in_review", "approved", "flagged", "expiring", "expired", "archived"
    ] = ""
    mine: bool = False
    cursor: str | None = None
    limit: int = Field(30, ge=1, le=100)


@router.get("/knowledge/entries", response=EntryList, auth=READ)
def get_entries(request: Signed, query: Query[LibraryQuery]) -> Any:
    """The library as the person may see it, the latest change first."""
    told = query.dict()
    cursor, limit = told.pop("cursor"), told.pop("limit")
    page = list_entries(
        narrowed=EntryFilter(**told), cursor=cursor, limit=limit, by=request.auth, now=timezone.now()
    )
    return {
        "items": [told_entry(entry, language=request.auth.locale) for entry in page.items],
        "next_cursor": page.next_cursor,
    }


@router.post("/knowledge/entries", response={201: KnowledgeVersionShape}, auth=WRITE)
def post_entry(request: Signed, body: EntryBody) -> Any:
    """Begin an entry with a first draft."""
    version = begin_entry(
        kind=body.kind,
        place=EntryPlace(**body.dict(include=PLACE)),
        language=body.language,
        region=body.region,
        content=VersionContent(**body.dict(include=CONTENT)),
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, told_version(version_for(version_id=version.pk, by=request.auth), by=request.auth))


@router.get("/knowledge/entries/{int:knowledge_id}", response=EntryPage, auth=READ)
def get_entry(request: Signed, knowledge_id: int) -> Any:
    """An entry with all its versions, and what was said of it."""
    return _page(knowledge_id, request.auth)


@router.put("/knowledge/entries/{int:knowledge_id}", response=EntryPage, auth=WRITE)
def put_entry(request: Signed, knowledge_id: int, body: EntryPlaceBody) -> Any:
    """Put an entry in another place: category, audience, tags, products, owner."""
    change_entry(entry_id=knowledge_id, place=EntryPlace(**body.dict()), by=request.auth, now=timezone.now())
    return _page(knowledge_id, request.auth)


@router.put("/knowledge/entries/{int:knowledge_id}/archive", response=EntryPage, auth=WRITE)
def put_archive(request: Signed, knowledge_id: int) -> Any:
    """Put an entry away; its record stays."""
    archive_entry(entry_id=knowledge_id, by=request.auth, now=timezone.now())
    return _page(knowledge_id, request.auth)


@router.delete("/knowledge/entries/{int:knowledge_id}/archive", response=EntryPage, auth=WRITE)
def delete_archive(request: Signed, knowledge_id: int) -> Any:
    """Bring an entry back that was put away."""
    restore_entry(entry_id=knowledge_id, by=request.auth, now=timezone.now())
    return _page(knowledge_id, request.auth)


@router.post(
    "/knowledge/entries/{int:knowledge_id}/editions", response={201: KnowledgeVersionShape}, auth=WRITE
)
def post_edition(request: Signed, knowledge_id: int, body: EditionBody) -> Any:
    """Begin the entry in another language, or for another region."""
    version = add_edition(
        entry_id=knowledge_id,
        language=body.language,
        region=body.region,
        content=VersionContent(**body.dict(include=CONTENT)),
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, told_version(version_for(version_id=version.pk, by=request.auth), by=request.auth))


def _page(entry_id: int, by: Staff) -> dict[str, Any]:
    entry = entry_for(entry_id=entry_id, by=by)
    return told_entry(entry, language=by.locale) | {
        "versions": [told_line(version) for version in versions_of(entry, by=by)],
        "flags": [told_flag(flag) for flag in flags_of(entry)],
    }
