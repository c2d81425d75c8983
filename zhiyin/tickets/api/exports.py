"""Exports of views: asked for, looked after, fetched by whoever asked."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpResponse
from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.platform.files.serving import file_response
from zhiyin.tickets.api.asking import read_tree, read_zone
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.exporting import Asked, ask_for_export, write_export
from zhiyin.tickets.jobs import write_export_later
from zhiyin.tickets.models import Export
from zhiyin.tickets.queries.exporting import COLUMNS
from zhiyin.tickets.queries.views import find_view


class ExportBody(Schema):
    """`filter` is a tree of conditions as JSON, as in lists; `columns` in their order, those unknown left out."""

    view: str = Field(max_length=60)
    filter: str = ""
    sort: Literal["", "newest", "oldest", "waiting", "deadline", "created", "updated", "priority"] = ""
    format: Literal["csv", "xlsx"] = "xlsx"
    zone: str = ""
    columns: list[str] = Field(default=[], max_length=60)
    name: str = Field(default="", max_length=80)


class ExportShape(Schema):
    id: int
    state: Literal["waiting", "done", "failed"]
    rows: int
    url: str | None

    @staticmethod
    def resolve_url(export: Export) -> str | None:
        return f"/api/v1/exports/{export.pk}/file" if export.file_id else None


@router.post("/exports", response={201: ExportShape}, auth=needs("exports.run"))
def post_export(request: Signed, body: ExportBody) -> Any:
    """Write the tickets of a view that the person may see to a file: at once when they are few, else by a job."""
    now = timezone.now()
    view = find_view(body.view, by=request.auth)
    narrowed = read_tree(body.filter)
    asked = Asked(
        view=view.key,
        conditions={"all": [view.conditions, narrowed]}
        if narrowed and narrowed.get("all")
        else view.conditions,
        sort=body.sort or view.sort,
        columns=[column for column in body.columns if column in COLUMNS] or list(COLUMNS),
        format=body.format,
        zone=read_zone(body.zone).key,
        name=body.name or view.name_en or view.name_zh or view.key,
    )
    export, is_small = ask_for_export(asked=asked, by=request.auth, now=now)
    if is_small:
        export = write_export(export_id=export.pk, now=now)
    else:
        write_export_later.defer(export_id=export.pk)
    return Status(201, export)


@router.get("/exports/{int:export_id}", response=ExportShape, auth=needs("exports.run"))
def get_export(request: Signed, export_id: int) -> Any:
    """How far one's export is."""
    return Export.objects.get(pk=export_id, staff=request.auth)


@router.get(
    "/exports/{int:export_id}/file",
    auth=needs("exports.run"),
    openapi_extra={"responses": {200: {"description": "The file"}}},
)
def get_export_file(request: Signed, export_id: int) -> HttpResponse:
    """The file, for whoever asked for it; it is kept for a week."""
    export = Export.objects.select_related("file").get(pk=export_id, staff=request.auth, file__isnull=False)
    assert export.file is not None
    return file_response(request, export.file)
