"""Files taken in, and the whole base given out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any, Literal

from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.knowledge.api.router import router
from zhiyin.knowledge.commands.importing import adopt_import, discard_import, read_for_import
from zhiyin.knowledge.exporting import as_documents, as_workbook
from zhiyin.knowledge.models import Import
from zhiyin.knowledge.shapes import LANGUAGE, Audience
from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.platform.http.shapes import Shape

WRITE = needs("knowledge.write")
SENT_AT_ONCE = 65_536  # bytes


class KnowledgeImportBody(Schema):
    file_id: int = Field(description="put up by POST /files: docx, xlsx, md, html, or a zip of these")


class AdoptionBody(Schema):
    numbers: list[int] = Field(min_length=1, max_length=1000)
    language: str = Field("zh-CN", pattern=LANGUAGE)
    category_id: int | None = None
    audience: Audience = "internal"
    submit: bool = Field(False, description="have them reviewed at once")


class ImportWordsShape(Shape):
    zh: str
    en: str


class ImportItemShape(Shape):
    number: int
    source: str
    state: Literal["ready", "refused", "done"]
    kind: str
    title: str
    html: str
    questions: list[str]
    language: str
    region: str
    category: str
    tags: list[str]
    reason: ImportWordsShape | None
    warnings: list[ImportWordsShape]
    entry_id: int | None


class KnowledgeImportShape(Shape):
    id: int
    name: str
    state: Literal["preview", "done", "discarded"]
    at: datetime
    items: list[ImportItemShape]


@router.post("/knowledge/imports", response={201: KnowledgeImportShape}, auth=WRITE)
def post_import(request: Signed, body: KnowledgeImportBody) -> Any:
    """Read a file to look at; nothing becomes knowledge yet."""
    batch = read_for_import(file_id=body.file_id, by=request.auth, now=timezone.now())
    return Status(201, _told(batch.pk, request.auth))


@router.get("/knowledge/imports/{int:import_id}", response=KnowledgeImportShape, auth=WRITE)
def get_import(request: Signed, import_id: int) -> Any:
    """What was read, and what became of it."""
    return _told(import_id, request.auth)


@router.post("/knowledge/imports/{int:import_id}/adoption", response=KnowledgeImportShape, auth=WRITE)
def post_adoption(request: Signed, import_id: int, body: AdoptionBody) -> Any:
    """Make drafts of the chosen items."""
    adopt_import(import_id=import_id, **body.dict(), by=request.auth, now=timezone.now())
    return _told(import_id, request.auth)


@router.delete("/knowledge/imports/{int:import_id}", response={204: None}, auth=WRITE)
def delete_import(request: Signed, import_id: int) -> Any:
    """Throw away what was read."""
    discard_import(import_id=import_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.get(
    "/knowledge/export",
    auth=WRITE,
    openapi_extra={"responses": {200: {"description": "All that is published, as a workbook or an archive"}}},
)
def get_export(request: Signed, form: Literal["workbook", "documents"] = "workbook") -> HttpResponseBase:
    """All that is published, to be read in again: the text in a workbook, or documents with form and pictures in a zip."""
    if form == "documents":
        return StreamingHttpResponse(
            _archive_of_documents(),
            content_type="application/zip",
            headers={"Content-Disposition": 'attachment; filename="knowledge.zip"'},
        )
    return HttpResponse(
        as_workbook(),
        content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        headers={"Content-Disposition": 'attachment; filename="knowledge.xlsx"'},
    )


def _archive_of_documents() -> Iterator[bytes]:
    """Made when its first part is asked for: whoever asks for none leaves nothing open."""
    with as_documents() as archive:
        while part := archive.read(SENT_AT_ONCE):
            yield part


def _told(import_id: int, by: Staff) -> dict[str, Any]:
    batch = Import.objects.get(pk=import_id, by=by)
    names = ("kind", "title", "html", "questions", "language", "region", "category", "tags")
    items = [
        {name: item.content.get(name) for name in names}
        | {"number": item.number, "source": item.source, "state": item.state, "entry_id": item.entry_id}
        | {
            "reason": {"zh": item.reason_zh, "en": item.reason_en} if item.reason_en else None,
            "warnings": [{"zh": zh, "en": en} for zh, en in item.warnings],
        }
        for item in batch.items.order_by("number")
    ]
    return {"id": batch.pk, "name": batch.name, "state": batch.state, "at": batch.at, "items": items}
