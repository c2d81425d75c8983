"""Going on by e-mail: what an agent said and a visitor who has gone did not read is mailed, once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.events import ThreadContinued
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.chat.models import Conversation, Line
from zhiyin.channels.providers.chat.settings import ChatSettings, mailbox_of
from zhiyin.channels.providers.chat.transcript import note_for_visitor, shown_name
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.timers.timers import TimerFired, on_timer, set_timer

KIND = "chat.continue"
GATHER = timedelta(seconds=20)  # an answer often comes in several lines: they go in one mail
WORDS = {
    "zh": {
        "subject": "关于您的咨询：{about}",
        "foot": "您离开了网页聊天，所以我们把答复发到您的邮箱。直接回复本邮件即可继续。",
        "earlier": "您之前说：",
        "noted": "您离开后，以上答复已发到 {email}",
    },
    "en": {
        "subject": "About your question: {about}",
        "foot": "You had left the chat, so here is our answer by e-mail. Just reply to it to go on.",
        "earlier": "You wrote:",
        "noted": "You had left, so the answer above went to {email}",
    },
}


@transaction.atomic
def owe_continuation(*, conversation_id: int, now: datetime) -> None:
    """See to it that what is unread goes by e-mail once the visitor has been away long enough."""
    conversation = Conversation.objects.select_related("visitor__channel").get(pk=conversation_id)
    if _channel_to_go_on_by(conversation) is None or not conversation.visitor.email:
        return
    if _unread(conversation):
        set_timer(kind=KIND, key=str(conversation.pk), due_at=max(_gone_at(conversation), now + GATHER))


@transaction.atomic
def leave_email(*, conversation_id: int, email: str, now: datetime) -> None:
    """Note where answers go when the visitor has gone; what is unread already goes there too."""
    conversation = Conversation.objects.select_related("visitor").get(pk=conversation_id)
    visitor = conversation.visitor
    if visitor.email != email:
        visitor.email, visitor.email_proven = email, False
        visitor.save(update_fields=["email", "email_proven"])
    owe_continuation(conversation_id=conversation_id, now=now)


@on_timer(KIND, subject="conversation:{key}")
def continue_when_the_visitor_stays_away(fact: TimerFired) -> None:
    continue_by_mail(conversation_id=int(fact.key), now=fact.at)


@transaction.atomic
def continue_by_mail(*, conversation_id: int, now: datetime) -> Delivery | None:
    """Mail what the visitor has not read; None when there is nothing, nowhere, or they are still here."""
    conversation = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("visitor__channel")
        .get(pk=conversation_id)
    )
    mailbox, lines = _channel_to_go_on_by(conversation), _unread(conversation)
    if mailbox is None or not conversation.visitor.email or not lines:
        return None
    if now < _gone_at(conversation):
        set_timer(kind=KIND, key=str(conversation.pk), due_at=_gone_at(conversation))
        return None
    delivery = queue_delivery(channel=mailbox, outgoing=_mail(conversation, lines), now=now)
    conversation.mailed_up_to = lines[-1].number
    conversation.save(update_fields=["mailed_up_to"])
    told = _words(conversation)["noted"].format(email=conversation.visitor.email)
    note_for_visitor(conversation, text=told, now=now)
    emit(ThreadContinued(thread_key=conversation.thread_key, delivery_id=delivery.pk, at=now))
    return delivery


def _channel_to_go_on_by(conversation: Conversation) -> Channel | None:
    return mailbox_of(ChatSettings.of(conversation.visitor.channel))


def _gone_at(conversation: Conversation) -> datetime:
    if conversation.answer_by_mail:
        return conversation.seen_at  # they left a message and went
    away = ChatSettings.of(conversation.visitor.channel).gone_minutes
    return conversation.seen_at + timedelta(minutes=away)


def _unread(conversation: Conversation) -> list[Line]:
    known = max(conversation.visitor_read_up_to, conversation.mailed_up_to)
    return list(conversation.lines.filter(side=Line.Side.AGENT, number__gt=known).prefetch_related("files"))


def _words(conversation: Conversation) -> dict[str, str]:
    return WORDS["en" if conversation.visitor.locale.startswith("en") else "zh"]


def _mail(conversation: Conversation, lines: list[Line]) -> Outgoing:
    visitor = conversation.visitor
    words = _words(conversation)
    asked = (
        conversation.lines.filter(side=Line.Side.VISITOR, number__lt=lines[0].number)
        .order_by("-number")
        .first()
    )
    about = " ".join(asked.text.split())[:40] if asked else ""
    body = [line.text for line in lines if line.text] + [words["foot"]]
    if asked and asked.text:
        body += [words["earlier"] + "\n" + "\n".join(f"> {part}" for part in asked.text.splitlines())]
    return Outgoing(
        recipient_kind="email",
        recipient=visitor.email,
        recipient_name=shown_name(visitor) if visitor.name else "",
        subject=words["subject"].format(about=about or visitor.channel.name),
        text="\n\n".join(body),
        author_name=lines[-1].name,
        file_ids=[file.file_id for line in lines for file in line.files.all()],
    )
