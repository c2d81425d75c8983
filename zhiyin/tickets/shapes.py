"""The JSON shapes of tickets and their timeline."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.utils import timezone
from pydantic import BeforeValidator, Field

from zhiyin.channels.models import Delivery, InboundMessage
from zhiyin.people.shapes import Named
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.files.files import file_url
from zhiyin.platform.files.scanning import Safety, safety_of
from zhiyin.platform.http.shapes import Shape
from zhiyin.tickets.models import Message, ReplyLock
from zhiyin.tickets.queries.timeline import AttachedFile, Timeline


class CategoryInRow(Named):
    path: str


class NamedInBoth(Shape):
    """Something with a name in each language."""

    id: int
    name_zh: str
    name_en: str


class CustomerInRow(Named):
    tier: str


class Answering(Named):
    """Who writes an answer now, and how long that holds without another word."""

    until: datetime


def answering(lock: ReplyLock) -> Answering:
    return Answering(id=lock.staff_id, name=lock.staff.name, until=lock.held_until)


def _held(told: Any) -> Any:
    """Who answers, while they do; a row's lock stays when it was let go or ran out."""
    if isinstance(told, ReplyLock):
        return answering(told) if told.holds(timezone.now()) else None
    return told


class ProgressShape(Shape):
    done: int
    total: int


class TicketRow(Shape):
    id: int
    number: str
    subject: str
    status: str
    custom_status: NamedInBoth | None
    type: NamedInBoth | None
    priority: int
    channel_kind: str
    channel_name: str
    customer: CustomerInRow
    group: Named | None
    assignee: Named | None
    category: CategoryInRow | None
    tags: list[str]
    fields: dict[str, Any]
    preview: str
    last_message_at: datetime
    last_message_from: str
    waiting_since: datetime | None
    deadline_at: datetime | None = Field(None, description="when the next promise falls due")
    promises_paused: bool = Field(False, description="there are promises of time, and all stand still")
    mood: str = Field(
        "", description="angry, anxious, neutral or pleased, as the customer last sounded; '' before that"
    )
    language: str = Field("", description="of the case: its own, its customer's, or its channel's")
    region: str = Field("", description="of the case, the widest first: its own, or its customer's")
    message_count: int
    created_at: datetime
    updated_at: datetime
    solved_at: datetime | None
    snoozed_until: datetime | None
    woken_at: datetime | None
    progress: ProgressShape | None = Field(None, description="of the checklist; null without one")
    anonymised_at: datetime | None = Field(None, description="a retention rule took its words and names then")
    merged_into_id: int | None = Field(None, description="this ticket is an alias of that one")
    version: int
    answering: Annotated[Answering | None, BeforeValidator(_held)]


class TicketList(Shape):
    items: list[TicketRow]
    next_cursor: str | None


class ViewCounts(Shape):
    views: dict[str, int]
    capped_at: int


class GroupCount(Shape):
    """A heading of a grouped list; `key` is the status, priority, id or day, "0" for none."""

    key: str
    count: int


class GroupCounts(Shape):
    """None where there are too many tickets to count them by heading."""

    groups: list[GroupCount] | None


class ParticipantShape(Shape):
    name: str
    kind: str
    value: str
    role: str


class ReplyChannelShape(Shape):
    """A way an answer can take; the first is the one the customer last came."""

    channel_id: int
    kind: str
    name: str
    to: str


class AttachmentShape(Shape):
    id: int
    name: str
    media_type: str
    size: int
    url: str
    cid: str
    inline: bool
    safety: Safety


class ReferredShape(Shape):
    """What custom fields name by id."""

    staff: list[Named]
    customers: list[Named]
    files: list[AttachmentShape]


class AliasShape(Shape):
    """A ticket that was merged into this one."""

    id: int
    subject: str
    into_id: int
    at: datetime
    by_name: str
    can_be_undone: bool


class TicketDetail(TicketRow):
    referred: ReferredShape
    participants: list[ParticipantShape]
    reply_channels: list[ReplyChannelShape]
    aliases: list[AliasShape]


class Author(Shape):
    kind: Literal["customer", "staff", "system"]
    id: int | None
    name: str


class DeliveryShape(Shape):
    id: int
    state: str
    reason: str
    to: str
    undo_until: datetime | None


class EventShape(Shape):
    type: str
    params: dict[str, Any]


class CopyShape(Shape):
    """The same message, come once more."""

    at: datetime
    channel_name: str


class AnswerShape(Shape):
    """What the customer filled in beside the message: a question and its answer."""

    type: str
    label: str
    value: str


class MachineSource(Shape):
    title: str
    url: str = Field("", description="in the help centre; empty where customers need to sign in")
    entry_id: int | None = None


class MachineWords(Shape):
    """Words of a machine: `kind` is answer, unsure, passed, handed, greeting or asked."""

    kind: str
    sources: list[MachineSource] = []
    choices: list[str] = []


class Entry(Shape):
    """One line of the timeline."""

    id: str
    message_id: int | None
    kind: Literal["inbound", "outbound", "note", "event"]
    at: datetime
    author: Author
    channel_kind: str
    subject: str
    text: str
    quoted_text: str
    html: str
    has_remote_images: bool
    automatic: str
    attachments: list[AttachmentShape]
    delivery: DeliveryShape | None
    event: EventShape | None
    mentions: list[int]
    mentioned_groups: list[int]
    marks: dict[str, Any]
    copies: list[CopyShape]
    origin_id: int | None = Field(None, description="the merged ticket it came with")
    raw_url: str | None
    answers: list[AnswerShape]
    greeting: str
    machine: MachineWords | None = None


class TimelinePage(Shape):
    items: list[Entry]
    before_cursor: str | None


def timeline_page(timeline: Timeline) -> TimelinePage:
    """Messages and events in one order, oldest first."""
    entries = [
        message_entry(message, timeline.files.get(message.pk, []), timeline.copies.get(message.pk, []))
        for message in timeline.messages
    ]
    entries += [_event_entry(event, timeline) for event in timeline.events]
    return TimelinePage(
        items=sorted(entries, key=lambda entry: entry.at), before_cursor=timeline.before_cursor
    )


_KINDS: dict[str, Literal["inbound", "outbound", "note"]] = {
    "inbound": "inbound",
    "outbound": "outbound",
    "note": "note",
}


def message_entry(
    message: Message, files: list[AttachedFile], copies: Sequence[InboundMessage] = ()
) -> Entry:
    spoken = message.inbound or message.delivery
    inbound = message.inbound
    html = spoken.html if spoken else ""
    return Entry(
        id=f"m{message.pk}",
        message_id=message.pk,
        kind=_KINDS[message.kind],
        at=message.at,
        author=_author(message),
        channel_kind=spoken.channel.kind if spoken else "",
        subject=spoken.subject if spoken else "",
        text=spoken.text if spoken else message.text,
        quoted_text=inbound.quoted_text if inbound else "",
        html=html,
        has_remote_images="data-blocked-src" in html,
        automatic=inbound.automatic if inbound else "",
        attachments=[attachment_shape(attached) for attached in files],
        delivery=_delivery(message.delivery) if message.delivery else None,
        event=None,
        mentions=message.mentions,
        mentioned_groups=message.mentioned_groups,
        marks=inbound.marks if inbound else {},
        copies=[CopyShape(at=copy.received_at, channel_name=copy.channel.name) for copy in copies],
        origin_id=message.origin_id,
        raw_url=f"/api/v1/tickets/{message.ticket_id}/messages/{message.pk}/original" if inbound else None,
        answers=[AnswerShape(**one) for one in inbound.headers.get("answers", [])] if inbound else [],
        greeting=inbound.headers.get("greeting", "") if inbound else "",
        machine=MachineWords(**message.delivery.machine)
        if message.delivery and message.delivery.machine
        else None,
    )


def attachment_shape(attached: AttachedFile) -> AttachmentShape:
    return AttachmentShape(
        id=attached.file.pk,
        name=attached.file.name,
        media_type=attached.file.media_type,
        size=attached.file.size,
        url=file_url(attached.file),
        cid=attached.cid,
        inline=attached.inline,
        safety=safety_of(attached.file.blob),
    )


def _author(message: Message) -> Author:
    if message.staff is not None:
        return Author(kind="staff", id=message.staff.pk, name=message.staff.name)
    if message.inbound is not None and message.customer is not None:
        name = message.inbound.sender_name or message.customer.name or message.inbound.sender_value
        return Author(kind="customer", id=message.customer.pk, name=name)
    return Author(kind="system", id=None, name="")


def _delivery(delivery: Delivery) -> DeliveryShape:
    waits = delivery.state == Delivery.State.QUEUED and delivery.not_before > delivery.created_at
    return DeliveryShape(
        id=delivery.pk,
        state=delivery.state,
        reason=delivery.reason,
        to=delivery.recipient,
        undo_until=delivery.not_before if waits else None,
    )


def _event_entry(event: Event, timeline: Timeline) -> Entry:
    names, rating = timeline.names, timeline.rating
    by_id = event.payload.get("by_id")
    author = Author(kind="staff" if by_id else "system", id=by_id, name=names["staff"].get(by_id, ""))
    params = dict(event.payload)
    for field, kind in (
        ("from_id", "staff"),
        ("to_id", "staff"),
        ("staff_id", "staff"),
        ("from_group_id", "group"),
        ("to_group_id", "group"),
    ):
        if field in params:
            params[field.removesuffix("_id") + "_name"] = names[kind].get(params[field], "")
    if rating is not None and params.get("rating_id") == rating.pk:
        params |= {"reasons": rating.reasons, "words": rating.words, "source": rating.source}
    for field in ("custom_id", "was_custom_id"):
        if custom := timeline.custom_statuses.get(params.get(field) or 0):
            params[field.removesuffix("_id")] = NamedInBoth.from_orm(custom).model_dump()
    return Entry(
        id=f"e{event.position}",
        message_id=None,
        kind="event",
        at=event.at,
        author=author,
        channel_kind="",
        subject="",
        text="",
        quoted_text="",
        html="",
        has_remote_images=False,
        automatic="",
        attachments=[],
        delivery=None,
        event=EventShape(type=event.type, params=params),
        mentions=[],
        mentioned_groups=[],
        marks={},
        copies=[],
        origin_id=event.payload["ticket_id"]
        if event.payload.get("ticket_id") != timeline.ticket_id
        else None,
        raw_url=None,
        answers=[],
        greeting="",
    )
