"""Changing tickets: answer, note, claim, edit, drafts. Transitions are nouns."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field

from zhiyin.people.access import Signed, needs
from zhiyin.tickets.api.refusals import refusals_noted
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.answering import ReplyText, undo_reply, write_note
from zhiyin.tickets.commands.assigning import claim_ticket
from zhiyin.tickets.commands.editing import TicketChange, change_ticket
from zhiyin.tickets.commands.following import note_looked
from zhiyin.tickets.commands.following_up import resend_reply
from zhiyin.tickets.commands.macro_actions import answer_and_act
from zhiyin.tickets.commands.opening import NewTicket, open_ticket
from zhiyin.tickets.models import Message, Ticket
from zhiyin.tickets.moments import Presence, tell_presence, tell_read
from zhiyin.tickets.queries.page import ticket_for_page
from zhiyin.tickets.queries.timeline import files_of
from zhiyin.tickets.shapes import Entry, TicketRow, message_entry
from zhiyin.tickets.shapes_macros import NO_ACTIONS, Actions, FieldValues

TicketStatus = Literal["open", "pending", "on_hold", "solved", "closed"]
LONGEST_TEXT = 200_000


class NewTicketBody(Schema):
    customer_id: int | None = None
    customer_name: str = ""
    customer_email: str = ""
    channel_id: int | None = None
    subject: str = Field(max_length=1000)
    text: str = Field(max_length=LONGEST_TEXT)
    group_id: int | None = None
    priority: int = Field(2, ge=1, le=4)
    type_id: int | None = None
    category_id: int | None = None
    tags: list[str] = Field([], max_length=50)
    fields: FieldValues = Field({}, description="values of custom fields, by key")
    despite_wording: bool = Field(False, description="send though rules warn of words in it")
    idempotency_key: str = Field(min_length=8, max_length=100)


class ReplyBody(Schema):
    text: str = Field("", max_length=LONGEST_TEXT)
    html: str = Field("", max_length=LONGEST_TEXT)
    attachment_ids: list[int] = Field([], max_length=50)
    idempotency_key: str = Field(min_length=8, max_length=100)
    channel_id: int | None = None
    to: str = Field("", max_length=320)
    cc: list[str] = Field([], max_length=50)
    then: Literal["open", "pending", "solved", "on_hold"] | None = None
    then_custom_status_id: int | None = Field(None, description="a custom status inside `then`")
    seen_version: int | None = None
    force: bool = False
    despite_open_children: bool = False
    despite_wording: bool = Field(False, description="send though rules warn of words in it")
    actions: Actions = NO_ACTIONS


class NoteBody(Schema):
    text: str = Field("", max_length=LONGEST_TEXT)
    attachment_ids: list[int] = Field([], max_length=50)
    mentions: list[int] = Field([], max_length=100)
    mentioned_groups: list[int] = Field([], max_length=20)
    idempotency_key: str = Field(min_length=8, max_length=100)


class ClaimBody(Schema):
    expected_assignee_id: int | None = None


MAY_BE_NOBODY = {"group_id", "assignee_id", "category_id", "type_id", "custom_status_id"}


class ChangeBody(Schema):
    """Only what is named changes; null takes group, assignee, type, category or custom status away, else nothing."""

    version: int | None = None
    status: TicketStatus | None = None
    custom_status_id: int | None = Field(None, description="brings its fixed status along")
    priority: int | None = Field(None, ge=1, le=4)
    group_id: int | None = None
    assignee_id: int | None = None
    type_id: int | None = None
    category_id: int | None = None
    tags: list[str] | None = Field(None, max_length=50)
    language: str | None = Field(None, max_length=10, description="of the case; '' for its customer's")
    region: str | None = Field(
        None,
        max_length=100,
        description="of the case, the widest first: 中国大陆/广东; '' for its customer's",
    )
    subject: str | None = Field(None, max_length=1000)
    fields: FieldValues | None = Field(
        None, description="values of custom fields by key; null takes one away, those not named stay"
    )
    despite_open_children: bool = Field(False, description="be done though child tickets are not")


class PresenceBody(Schema):
    state: Presence


class UndoneReply(Schema):
    text: str


@router.post("/tickets", response={201: TicketRow}, auth=needs("tickets.reply"))
def post_ticket(request: Signed, body: NewTicketBody) -> Any:
    """Write to a customer first: opens a ticket and sends its first message."""
    new = NewTicket(**body.dict())
    with refusals_noted(ticket_id=None, by=request.auth):
        ticket = open_ticket(new=new, by=request.auth, now=timezone.now())
    return Status(201, ticket_for_page(ticket_id=ticket.pk, by=request.auth))


@router.post("/tickets/{int:ticket_id}/replies", response={201: Entry}, auth=needs("tickets.reply"))
def post_reply(request: Signed, ticket_id: int, body: ReplyBody) -> Any:
    """Answer the customer; the same idempotency key sends once.

    `force` sends over changes that came after `seen_version`, and though a colleague is answering; `despite_wording`
    though rules warn of its words. `actions` are done with the answer, both or neither.
    """
    with refusals_noted(ticket_id=ticket_id, by=request.auth):
        message = answer_and_act(
            ticket_id=ticket_id,
            reply=ReplyText(
                text=body.text,
                html=body.html,
                file_ids=body.attachment_ids,
                channel_id=body.channel_id,
                to=body.to.strip(),
                cc=[address.strip() for address in body.cc if address.strip()],
            ),
            actions=body.actions.named(),
            idempotency_key=body.idempotency_key,
            seen_version=None if body.force else body.seen_version,
            then=body.then,
            take_over=body.force,
            then_custom_status_id=body.then_custom_status_id,
            despite_open_children=body.despite_open_children,
            despite_wording=body.despite_wording,
            by=request.auth,
            now=timezone.now(),
        )
    return Status(201, _entry(message))


@router.delete(
    "/tickets/{int:ticket_id}/replies/{int:message_id}", response=UndoneReply, auth=needs("tickets.reply")
)
def delete_reply(request: Signed, ticket_id: int, message_id: int) -> Any:
    """Take a reply back within the undo window; gives its text back."""
    text = undo_reply(ticket_id=ticket_id, message_id=message_id, by=request.auth, now=timezone.now())
    return {"text": text}


@router.post(
    "/tickets/{int:ticket_id}/replies/{int:message_id}/attempts", response=Entry, auth=needs("tickets.reply")
)
def post_attempt(request: Signed, ticket_id: int, message_id: int) -> Any:
    """Send a failed or bounced reply again."""
    message = resend_reply(ticket_id=ticket_id, message_id=message_id, by=request.auth, now=timezone.now())
    return _entry(message)


@router.post("/tickets/{int:ticket_id}/notes", response={201: Entry}, auth=needs("tickets.reply"))
def post_note(request: Signed, ticket_id: int, body: NoteBody) -> Any:
    """Leave a note for colleagues."""
    message = write_note(
        ticket_id=ticket_id,
        text=body.text,
        file_ids=body.attachment_ids,
        mentions=body.mentions,
        mentioned_groups=body.mentioned_groups,
        idempotency_key=body.idempotency_key,
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, _entry(message))


@router.post("/tickets/{int:ticket_id}/claim", response=TicketRow, auth=needs("tickets.reply"))
def post_claim(request: Signed, ticket_id: int, body: ClaimBody) -> Any:
    """Take the ticket if it is still held by whom you saw."""
    claim_ticket(
        ticket_id=ticket_id,
        expected_assignee_id=body.expected_assignee_id,
        by=request.auth,
        now=timezone.now(),
    )
    return ticket_for_page(ticket_id=ticket_id, by=request.auth)


@router.patch("/tickets/{int:ticket_id}", response=TicketRow, auth=needs("tickets.edit"))
def patch_ticket(request: Signed, ticket_id: int, body: ChangeBody) -> Any:
    """Change status, priority, group, assignee, type, category, tags, subject or custom fields."""
    named = body.dict(exclude_unset=True)
    seen = named.pop("version", None)
    despite_open_children = named.pop("despite_open_children", False)
    named |= {
        f"own_{name}": (named.pop(name) or "").strip() for name in ("language", "region") if name in named
    }
    changes = {name: value for name, value in named.items() if value is not None or name in MAY_BE_NOBODY}
    change_ticket(
        ticket_id=ticket_id,
        change=TicketChange(values=changes, seen_version=seen, despite_open_children=despite_open_children),
        by=request.auth,
        now=timezone.now(),
    )
    return Ticket.objects.with_rows().get(pk=ticket_id)


@router.post("/tickets/{int:ticket_id}/presence", response={204: None}, auth=needs("tickets.read"))
def post_presence(request: Signed, ticket_id: int, body: PresenceBody) -> Any:
    """Tell colleagues that you look at or write on this ticket; repeat every 20 s while you do."""
    tell_presence(ticket_id=ticket_id, state=body.state, by=request.auth)
    return Status(204, None)


@router.post("/tickets/{int:ticket_id}/read", response={204: None}, auth=needs("tickets.read"))
def post_read(request: Signed, ticket_id: int) -> Any:
    """Tell that you have read what the customer wrote, and looked at notes that name you."""
    note_looked(ticket_id=ticket_id, by=request.auth, now=timezone.now())
    tell_read(ticket_id=ticket_id, by=request.auth)
    return Status(204, None)


def _entry(message: Message) -> Entry:
    message = Message.objects.select_related(
        "staff", "customer", "inbound__channel", "delivery__channel"
    ).get(pk=message.pk)
    return message_entry(message, files_of([message]).get(message.pk, []))
