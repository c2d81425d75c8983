"""The transcript by mail, for a visitor who asks for it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.events import ThreadContinued
from zhiyin.channels.models import Delivery
from zhiyin.channels.providers.chat.filling_in import lock_conversation
from zhiyin.channels.providers.chat.models import Conversation, Line
from zhiyin.channels.providers.chat.opening import calendar_of
from zhiyin.channels.providers.chat.settings import ChatSettings, mailbox_of
from zhiyin.channels.providers.chat.transcript import note_for_visitor, shown_name
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError

MOST_LINES = 500
WORDS = {
    "zh": {
        "subject": "对话记录：{title}",
        "lead": "以下是你与{title}的对话记录（{zone}）。直接回复本邮件即可继续。",
        "you": "你",
        "us": "客服",
        "noted": "对话记录已发到 {email}",
    },
    "en": {
        "subject": "Your conversation with {title}",
        "lead": "Here is your conversation with {title} ({zone}). Just reply to this mail to go on.",
        "you": "You",
        "us": "Support",
        "noted": "The transcript went to {email}",
    },
}


class NoTranscript(DomainError):
    code = "chat.no_transcript"
    status = 409
    messages = {
        "zh": "暂时无法发送对话记录：还没有对话，或没有可用的发信邮箱。",
        "en": "There is nothing to send yet, or no mailbox to send it from.",
    }


@transaction.atomic
def mail_transcript(*, conversation_id: int, email: str, now: datetime) -> Delivery:
    """Owe the visitor the whole conversation by mail. Raises NoTranscript."""
    conversation = lock_conversation(conversation_id)
    visitor = conversation.visitor
    chosen = ChatSettings.of(visitor.channel)
    mailbox = mailbox_of(chosen)
    lines = list(
        conversation.lines.exclude(side=Line.Side.SYSTEM)
        .prefetch_related("files__file")
        .order_by("-number")[:MOST_LINES]
    )[::-1]
    if mailbox is None or not any(line.side == Line.Side.VISITOR for line in lines):
        raise NoTranscript
    words = WORDS[visitor.language]
    title = chosen.text("title", visitor.language)
    delivery = queue_delivery(
        channel=mailbox,
        outgoing=Outgoing(
            recipient_kind="email",
            recipient=email,
            recipient_name=shown_name(visitor) if visitor.name else "",
            subject=words["subject"].format(title=title),
            text=_told(conversation, lines, title, _zone(chosen)),
            automatic=True,
        ),
        now=now,
    )
    note_for_visitor(conversation, text=words["noted"].format(email=email), now=now)
    emit(ThreadContinued(thread_key=conversation.thread_key, delivery_id=delivery.pk, at=now))
    return delivery


def _zone(chosen: ChatSettings) -> str:
    calendar = calendar_of(chosen)
    return calendar.zone if calendar else "Asia/Shanghai"


def _told(conversation: Conversation, lines: list[Line], title: str, zone: str) -> str:
    words = WORDS[conversation.visitor.language]
    parts = [words["lead"].format(title=title, zone=zone)]
    for line in lines:
        who = words["you"] if line.side == Line.Side.VISITOR else line.name or words["us"]
        at = line.at.astimezone(ZoneInfo(zone))
        said = [line.text] if line.text else []
        said += [f"[{file.file.name}]" for file in line.files.all()]
        parts.append(f"{at:%Y-%m-%d %H:%M}  {who}\n" + "\n".join(said))
    return "\n\n".join(parts)
