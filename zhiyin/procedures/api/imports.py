"""Lists that become child tickets."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.platform.http.shapes import Shape
from zhiyin.procedures.api.router import router
from zhiyin.procedures.commands.importing import import_children
from zhiyin.procedures.commands.noticing import tell_children
from zhiyin.procedures.models import ChildImport, ImportRow
from zhiyin.procedures.queries.imports import imports_of, notices_of
from zhiyin.tickets.models import Ticket


class ChildImportBody(Schema):
    file_id: int = Field(description="a list put up by POST /files")
    subject: str = Field(min_length=1, max_length=300, pattern=r"\S", description="may hold {{columns}}")
    text: str = Field(min_length=1, max_length=20_000, pattern=r"\S", description="first message to each")


class UnusedLine(Shape):
    number: int
    cells: dict[str, str]
    reason_zh: str
    reason_en: str


class ChildImportShape(Shape):
    id: int
    name: str
    state: str
    at: datetime
    total: int
    done: int
    refused: list[UnusedLine]


class ChildNoticeBody(Schema):
    text: str = Field(min_length=1, max_length=20_000, pattern=r"\S")


class ChildNoticeShape(Shape):
    id: int
    text: str
    by: Named
    at: datetime
    told: int
    unreached: list[int] = Field(description="children whose customers have no way to be told")
    finished_at: datetime | None


@router.get(
    "/tickets/{int:ticket_id}/child-imports", response=list[ChildImportShape], auth=needs("tickets.read")
)
def get_imports(request: Signed, ticket_id: int) -> Any:
    """Lists that were imported beneath the ticket, the latest first."""
    ticket = Ticket.objects.visible_to(request.auth).get(pk=ticket_id)
    return [_shape(batch) for batch in imports_of(ticket)]


@router.post(
    "/tickets/{int:ticket_id}/child-imports", response={201: ChildImportShape}, auth=needs("tickets.edit")
)
def post_import(request: Signed, ticket_id: int, body: ChildImportBody) -> Any:
    """Make a child ticket of each line of a CSV file or a workbook that was put up, and tell its customer."""
    batch = import_children(ticket_id=ticket_id, **body.dict(), by=request.auth, now=timezone.now())
    ticket = Ticket.objects.visible_to(request.auth).get(pk=ticket_id)
    return Status(201, next(_shape(one) for one in imports_of(ticket) if one.pk == batch.pk))


@router.get(
    "/tickets/{int:ticket_id}/child-notices", response=list[ChildNoticeShape], auth=needs("tickets.read")
)
def get_notices(request: Signed, ticket_id: int) -> Any:
    """What the customers of the ticket's children were told, the latest first."""
    return notices_of(Ticket.objects.visible_to(request.auth).get(pk=ticket_id))


@router.post(
    "/tickets/{int:ticket_id}/child-notices", response={201: ChildNoticeShape}, auth=needs("tickets.reply")
)
def post_notice(request: Signed, ticket_id: int, body: ChildNoticeBody) -> Any:
    """Tell the customers of all open children, each back the way they came: mail, chat, the API's web-hook."""
    return Status(
        201, tell_children(ticket_id=ticket_id, text=body.text, by=request.auth, now=timezone.now())
    )


def _shape(batch: ChildImport) -> ChildImportShape:
    rows = list(batch.rows.all())
    return ChildImportShape(
        id=batch.pk,
        name=batch.name,
        state=batch.state,
        at=batch.at,
        total=len(rows),
        done=sum(row.state == ImportRow.State.DONE for row in rows),
        refused=[UnusedLine.from_orm(row) for row in rows if row.state == ImportRow.State.REFUSED],
    )
