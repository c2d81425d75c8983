"""While somebody writes: their drafts, shared ones, and whose turn it is to answer."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils import timezone
from ninja import Query, Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.drafting import (
    DraftContent,
    delete_draft,
    save_draft,
    share_draft,
    take_over_draft,
    withdraw_draft,
)
from zhiyin.tickets.commands.reply_locking import begin_reply, end_reply
from zhiyin.tickets.models import Draft
from zhiyin.tickets.moments import tell_answering, tell_draft
from zhiyin.tickets.queries.drafts import draft_for, drafts_on, my_drafts
from zhiyin.tickets.queries.timeline import AttachedFile
from zhiyin.tickets.shapes import Answering, AttachmentShape, TicketRow, answering, attachment_shape

Mode = Literal["reply", "note"]
LONGEST_TEXT = 200_000


class DraftBody(Schema):
    """All of what is being written; `version` is that of the draft it goes on with, 0 for a first one."""

    mode: Mode = "reply"
    text: str = Field("", max_length=LONGEST_TEXT)
    html: str = Field("", max_length=LONGEST_TEXT)
    channel_id: int | None = None
    to: str = Field("", max_length=320)
    cc: list[str] = Field([], max_length=50)
    attachment_ids: list[int] = Field([], max_length=50)
    version: int | None = None


class DraftEditShape(Schema):
    staff: Named
    began_at: datetime
    at: datetime
    text: str


class DraftShape(Schema):
    id: int
    ticket_id: int
    staff: Named
    mode: str
    text: str
    html: str
    channel_id: int | None
    to: str
    cc: list[str]
    attachments: list[AttachmentShape]
    version: int
    shared_at: datetime | None
    updated_at: datetime
    edits: list[DraftEditShape]

    @staticmethod
    def resolve_attachments(draft: Draft) -> list[AttachmentShape]:
        return [attachment_shape(AttachedFile(kept.file)) for kept in draft.files.all()]

    @staticmethod
    def resolve_edits(draft: Draft) -> list[DraftEditShape]:
        return [DraftEditShape.from_orm(edit) for edit in draft.edits.all()]


class DraftOnTicket(DraftShape):
    ticket: TicketRow


class DraftPage(Schema):
    items: list[DraftOnTicket]
    next_cursor: str | None


class DraftQuery(Schema):
    cursor: str | None = None
    limit: int = 30


class TakeOverBody(Schema):
    version: int | None = None


class TurnBody(Schema):
    """`take_over_from` takes the turn from that person and nobody else; `force` from whoever has it."""

    take_over_from: int | None = None
    force: bool = False


@router.get("/drafts", response=DraftPage, auth=needs("tickets.reply"))
def get_my_drafts(request: Signed, query: Query[DraftQuery]) -> Any:
    """What you have begun and not sent, the latest first."""
    return my_drafts(cursor=query.cursor, limit=query.limit, by=request.auth)


@router.get("/tickets/{int:ticket_id}/drafts", response=list[DraftShape], auth=needs("tickets.reply"))
def get_drafts(request: Signed, ticket_id: int) -> Any:
    """Your own drafts on a ticket, and those that colleagues share."""
    return drafts_on(ticket_id=ticket_id, by=request.auth)


@router.put("/tickets/{int:ticket_id}/draft", response=DraftShape | None, auth=needs("tickets.reply"))
def put_draft(request: Signed, ticket_id: int, body: DraftBody) -> Any:
    """Keep what you are writing; an empty draft is dropped and the answer is null."""
    content = DraftContent(**body.dict(exclude={"attachment_ids", "version"}), file_ids=body.attachment_ids)
    draft = save_draft(
        ticket_id=ticket_id, content=content, seen_version=body.version, by=request.auth, now=timezone.now()
    )
    if draft is not None and draft.is_shared:
        tell_draft(ticket_id=ticket_id, by=request.auth)
    return draft_for(draft_id=draft.pk) if draft else None


@router.delete("/tickets/{int:ticket_id}/draft", response={204: None}, auth=needs("tickets.reply"))
def remove_draft(request: Signed, ticket_id: int, mode: Mode = "reply") -> Any:
    """Drop what you were writing."""
    delete_draft(ticket_id=ticket_id, mode=mode, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.put(
    "/tickets/{int:ticket_id}/drafts/{int:draft_id}/sharing",
    response=DraftShape,
    auth=needs("tickets.reply"),
)
def put_sharing(request: Signed, ticket_id: int, draft_id: int) -> Any:
    """Show your draft to colleagues, who may take it over."""
    share_draft(ticket_id=ticket_id, draft_id=draft_id, by=request.auth, now=timezone.now())
    return draft_for(draft_id=draft_id)


@router.delete(
    "/tickets/{int:ticket_id}/drafts/{int:draft_id}/sharing",
    response=DraftShape,
    auth=needs("tickets.reply"),
)
def delete_sharing(request: Signed, ticket_id: int, draft_id: int) -> Any:
    """Keep your draft to yourself again."""
    withdraw_draft(ticket_id=ticket_id, draft_id=draft_id, by=request.auth, now=timezone.now())
    return draft_for(draft_id=draft_id)


@router.post(
    "/tickets/{int:ticket_id}/drafts/{int:draft_id}/takeover",
    response=DraftShape,
    auth=needs("tickets.reply"),
)
def post_takeover(request: Signed, ticket_id: int, draft_id: int, body: TakeOverBody) -> Any:
    """Go on with a draft that a colleague shared; it is yours then."""
    take_over_draft(
        ticket_id=ticket_id,
        draft_id=draft_id,
        seen_version=body.version,
        by=request.auth,
        now=timezone.now(),
    )
    return draft_for(draft_id=draft_id)


@router.put("/tickets/{int:ticket_id}/reply-lock", response=Answering, auth=needs("tickets.reply"))
def put_reply_lock(request: Signed, ticket_id: int, body: TurnBody) -> Any:
    """Take or keep the turn to answer; it ends three minutes after the last call."""
    lock = begin_reply(
        ticket_id=ticket_id,
        take_over_from=body.take_over_from,
        force=body.force,
        by=request.auth,
        now=timezone.now(),
    )
    tell_answering(ticket_id=ticket_id, lock=lock)
    return answering(lock)


@router.delete("/tickets/{int:ticket_id}/reply-lock", response={204: None}, auth=needs("tickets.reply"))
def delete_reply_lock(request: Signed, ticket_id: int) -> Any:
    """Let the turn to answer go; nothing happens when you don't have it."""
    if end_reply(ticket_id=ticket_id, by=request.auth, now=timezone.now()):
        tell_answering(ticket_id=ticket_id, lock=None)
    return Status(204, None)
