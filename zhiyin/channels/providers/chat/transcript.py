"""The transcript: what visitor and agent said, numbered without gaps."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from zhiyin.channels.cases import open_source, rate_answer
from zhiyin.channels.commands.delivering import mark_delivered
from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.chat.events import LineAdded, ReadByStaff
from zhiyin.channels.providers.chat.models import ChatFile, Conversation, Line, Visitor
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError, NotFound

PAGE = 50


class NothingSaid(DomainError):
    code = "chat.nothing_said"
    status = 422
    messages = {
        "zh": "内容为空，请先写点什么。",
        "en": "There is nothing to send yet. Write something first.",
    }


class FileNotYours(DomainError):
    code = "chat.file_unknown"
    status = 422
    messages = {
        "zh": "附件已失效，请移除后重新添加。",
        "en": "An attachment is no longer there. Remove it and add it again.",
    }


@dataclass(frozen=True)
class Page:
    lines: list[Line]
    has_more: bool


@transaction.atomic
def say_as_visitor(
    *,
    conversation_id: int,
    text: str,
    file_ids: list[int],
    client_id: str,
    page_url: str,
    now: datetime,
    greeting: str = "",
) -> tuple[Line, bool]:
    """Store what a visitor sent, once per client id, together with the raw message that goes on to a ticket.

    `greeting` is what they were greeted with and answer: it joins the transcript before their words.
    Returns the line and whether it is new. Raises NothingSaid and FileNotYours.
    """
    conversation = _lock(conversation_id)
    if (said := Line.objects.filter(conversation=conversation, client_id=client_id).first()) is not None:
        return said, False
    files = list(ChatFile.objects.filter(visitor=conversation.visitor, line=None, file_id__in=file_ids))
    if len(files) != len(set(file_ids)):
        raise FileNotYours
    if not text.strip() and not files:
        raise NothingSaid
    visitor = conversation.visitor
    if page_url and visitor.page_url != page_url:
        visitor.page_url = page_url
        visitor.save(update_fields=["page_url"])
    if greeting:
        _greet(conversation, greeting, now)
    raw_id, _ = receive_raw_message(
        channel=visitor.channel,
        content=_raw_content(conversation, text, [file.file_id for file in files], greeting, now),
        external_id=f"{conversation.pk}:{client_id}",
        now=now,
    )
    line = _add_line(
        conversation,
        Line(
            side=Line.Side.VISITOR, name=visitor.name, text=text, client_id=client_id, raw_id=raw_id, at=now
        ),
    )
    ChatFile.objects.filter(pk__in=[file.pk for file in files]).update(line=line)
    conversation.answers_due = False
    conversation.save(update_fields=["answers_due"])
    return line, True


@transaction.atomic
def say_as_agent(*, delivery: Delivery, now: datetime) -> Line:
    """Put an agent's answer into the transcript, once per delivery; who answers has read what came before."""
    conversation = _lock(int(delivery.thread))
    if (said := Line.objects.filter(delivery=delivery).first()) is not None:
        return said
    if not delivery.automatic:
        _note_staff_read(conversation, now)
    line = _add_line(
        conversation,
        Line(side=Line.Side.AGENT, name=delivery.author_name, text=delivery.text, delivery=delivery, at=now),
    )
    ChatFile.objects.bulk_create(
        (
            ChatFile(visitor=conversation.visitor, file_id=file_id, line=line, created_at=now)
            for file_id in delivery.attachments.order_by("pk").values_list("file_id", flat=True)
        ),
    )
    return line


def note_for_visitor(conversation: Conversation, *, text: str, now: datetime) -> Line:
    """Add a line of ours to a locked conversation, telling the visitor what happened."""
    return _add_line(conversation, Line(side=Line.Side.SYSTEM, text=text, at=now))


@transaction.atomic
def rate_answer_as_visitor(*, conversation_id: int, number: int, helped: bool, now: datetime) -> None:
    """Say whether what a machine answered helped; what was said first holds. Raises NotFound for any other line."""
    line, delivery_id = _machine_line(conversation_id, number)
    if line.helped is not None:
        return
    line.helped = helped
    line.save(update_fields=["helped"])
    rate_answer(delivery_id=delivery_id, helpful=helped, now=now)


@transaction.atomic
def open_source_as_visitor(*, conversation_id: int, number: int, now: datetime) -> None:
    """Note that the visitor opened what an answer was taken from, once. Raises NotFound for any other line."""
    line, delivery_id = _machine_line(conversation_id, number)
    if line.source_opened:
        return
    line.source_opened = True
    line.save(update_fields=["source_opened"])
    open_source(delivery_id=delivery_id, now=now)


@transaction.atomic
def read_as_visitor(*, conversation_id: int, up_to: int, now: datetime) -> None:
    """The visitor has seen the transcript up to a number: what was sent until there has arrived."""
    conversation = _lock(conversation_id)
    up_to = min(up_to, conversation.last_number)
    if up_to <= conversation.visitor_read_up_to:
        return
    arrived = conversation.lines.filter(
        number__gt=conversation.visitor_read_up_to, number__lte=up_to, delivery__isnull=False
    )
    for delivery_id in arrived.values_list("delivery_id", flat=True):
        mark_delivered(delivery_id=delivery_id, now=now)
    conversation.visitor_read_up_to = up_to
    conversation.save(update_fields=["visitor_read_up_to"])


@transaction.atomic
def read_as_staff(*, conversation_id: int, now: datetime) -> None:
    """Staff have the whole transcript before them."""
    _note_staff_read(_lock(conversation_id), now)


def lines_after(conversation: Conversation, number: int) -> Page:
    """What came after a number, oldest first."""
    found = list(_whole(conversation).filter(number__gt=number)[: PAGE + 1])
    return Page(found[:PAGE], len(found) > PAGE)


def lines_before(conversation: Conversation, number: int | None) -> Page:
    """The last lines before a number (of all, when None), oldest first."""
    lines = _whole(conversation)
    if number is not None:
        lines = lines.filter(number__lt=number)
    found = list(lines.order_by("-number")[: PAGE + 1])
    return Page(found[:PAGE][::-1], len(found) > PAGE)


def line_shape(line: Line, conversation: Conversation) -> dict[str, Any]:
    """A ChatMessage as the widget reads it."""
    key = conversation.visitor.channel.key
    return {
        "id": line.number,
        "from": line.side,
        "name": line.name if line.side == Line.Side.AGENT else "",
        "text": line.text,
        "files": [file_shape(file, key) for file in line.files.all()],
        "at": line.at,
        "client_id": line.client_id,
        "read": line.side == Line.Side.VISITOR and line.number <= conversation.staff_read_up_to,
        "machine": _machine_shape(line),
    }


def _machine_shape(line: Line) -> dict[str, Any] | None:
    """What a machine's words are, and what they were taken from; None for what people wrote."""
    told = line.delivery.machine if line.delivery is not None else {}
    if not told:
        return None
    return {
        "kind": told.get("kind", ""),
        "sources": told.get("sources", []),
        "choices": told.get("choices", []),
        "helped": line.helped,
    }


def file_shape(file: ChatFile, channel_key: str) -> dict[str, Any]:
    stored = file.file
    return {
        "id": stored.pk,
        "key": stored.key,
        "name": stored.name,
        "media_type": stored.media_type,
        "size": stored.size,
        "url": f"/api/chat/v1/{channel_key}/files/{stored.key}",
    }


def chat_file(channel: Channel, key: str) -> ChatFile:
    """A file of a conversation of this channel, by its unguessable key."""
    key = key.replace("\x00", "")
    found = ChatFile.objects.select_related("file").filter(file__key=key, visitor__channel=channel).first()
    if found is None:
        raise NotFound
    return found


def sender_of(visitor: Visitor) -> tuple[str, str]:
    """Under which identity the visitor is known as a customer."""
    return (
        ("external", visitor.external_id)
        if visitor.external_id
        else ("visitor", f"{visitor.channel_id}-{visitor.pk}")
    )


def shown_name(visitor: Visitor) -> str:
    """Their name; else one to tell them apart by."""
    return visitor.name or f"{'Visitor' if visitor.locale.startswith('en') else '访客'} {visitor.code()}"


def _lock(conversation_id: int) -> Conversation:
    found = Conversation.objects.select_for_update(of=("self",)).select_related("visitor__channel")
    return found.get(pk=conversation_id)


def _machine_line(conversation_id: int, number: int) -> tuple[Line, int]:
    """A machine's answer in a conversation, which is locked, and its delivery."""
    conversation = _lock(conversation_id)
    line = conversation.lines.select_related("delivery").filter(number=number).first()
    if line is None or line.delivery is None or line.delivery.machine.get("kind") != "answer":
        raise NotFound
    return line, line.delivery.pk


def _whole(conversation: Conversation) -> QuerySet[Line]:
    return conversation.lines.select_related("delivery").prefetch_related("files__file")


def _add_line(conversation: Conversation, line: Line) -> Line:
    conversation.last_number += 1
    conversation.save(update_fields=["last_number"])
    line.conversation, line.number = conversation, conversation.last_number
    line.save(force_insert=True)
    emit(LineAdded(conversation_id=conversation.pk, line_id=line.pk, at=line.at))
    return line


def _note_staff_read(conversation: Conversation, now: datetime) -> None:
    if conversation.staff_read_up_to < conversation.last_number:
        conversation.staff_read_up_to = conversation.last_number
        conversation.save(update_fields=["staff_read_up_to"])
        emit(ReadByStaff(conversation_id=conversation.pk, up_to=conversation.last_number, at=now))


def _greet(conversation: Conversation, text: str, now: datetime) -> None:
    """What stood before the visitor when they began to write; they have read it, so nothing is owed for it."""
    line = _add_line(conversation, Line(side=Line.Side.AGENT, text=text, at=now))
    if conversation.visitor_read_up_to == line.number - 1:
        conversation.visitor_read_up_to = line.number
        conversation.save(update_fields=["visitor_read_up_to"])


def _raw_content(
    conversation: Conversation, text: str, file_ids: list[int], greeting: str, now: datetime
) -> bytes:
    """The arrival as it is kept for ever, complete in itself but for the files' content."""
    visitor = conversation.visitor
    kind, value = sender_of(visitor)
    told = {
        "conversation": conversation.pk,
        "sender": {"kind": kind, "value": value, "name": shown_name(visitor)},
        "email": visitor.email,
        "email_proven": visitor.email_proven,
        "phone": visitor.phone if visitor.external_id else "",
        "locale": visitor.locale,
        "page_url": visitor.page_url,
        "text": text,
        "file_ids": file_ids,
        "answers": conversation.answers if conversation.answers_due else [],
        "greeting": greeting,
        "at": now.isoformat(),
    }
    return json.dumps(told, ensure_ascii=False).encode()
