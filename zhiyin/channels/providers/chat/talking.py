"""What a visitor does to be heard: writes, or leaves a message where nobody is there."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.channels.providers.chat.ending import begin_again
from zhiyin.channels.providers.chat.filling_in import (
    Answer,
    FormNeeded,
    NoOfflineForm,
    answers_to,
    is_form_needed,
    keep_answers,
    lock_conversation,
)
from zhiyin.channels.providers.chat.models import Conversation, Line
from zhiyin.channels.providers.chat.settings import ChatSettings, mailbox_of
from zhiyin.channels.providers.chat.transcript import NothingSaid, say_as_visitor


@dataclass(frozen=True, kw_only=True)
class Said:
    """A visitor's message as their browser sends it; `greeting` is the id of the one they answer."""

    client_id: str
    text: str
    page_url: str = ""
    file_ids: list[int] = field(default_factory=list)
    greeting: str = ""


@transaction.atomic
def write_as_visitor(*, conversation_id: int, said: Said, now: datetime) -> tuple[Line, bool]:
    """Store a visitor's message, once per client id; what had ended goes on.

    Returns the line and whether it is new. Raises FormNeeded, NothingSaid and FileNotYours.
    """
    conversation = lock_conversation(conversation_id)
    if (known := _said_before(conversation, said.client_id)) is not None:
        return known, False
    if is_form_needed(conversation, said.page_url):
        raise FormNeeded
    line = say_as_visitor(
        conversation_id=conversation_id,
        text=said.text,
        file_ids=said.file_ids,
        client_id=said.client_id,
        page_url=said.page_url,
        greeting=_greeting(conversation, said.greeting),
        now=now,
    )
    _go_on(conversation, by_mail=False, now=now)
    return line


@transaction.atomic
def leave_message(
    *, conversation_id: int, said: Said, email: str, values: dict[str, Any], now: datetime
) -> tuple[Line, bool]:
    """Store what a visitor leaves when nobody is there; the answer goes to the address, at once when written.

    Returns the line and whether it is new. Raises NoOfflineForm, Invalid and NothingSaid.
    """
    conversation = lock_conversation(conversation_id)
    if (known := _said_before(conversation, said.client_id)) is not None:
        return known, False
    chosen, visitor = ChatSettings.of(conversation.visitor.channel), conversation.visitor
    if mailbox_of(chosen) is None:
        raise NoOfflineForm
    if not said.text.strip():
        raise NothingSaid
    language = visitor.language
    answers = answers_to(chosen.offline_form.fields, values, language)
    address = Answer("email", "email", {"zh": "邮箱", "en": "E-mail"}[language], email)
    keep_answers(conversation, [*answers, address], now)
    if visitor.email != email:
        visitor.email, visitor.email_proven = email, False
        visitor.save(update_fields=["email", "email_proven"])
    line = say_as_visitor(
        conversation_id=conversation_id,
        text=said.text,
        file_ids=[],
        client_id=said.client_id,
        page_url=said.page_url,
        now=now,
    )
    _go_on(conversation, by_mail=True, now=now)
    return line


def _said_before(conversation: Conversation, client_id: str) -> Line | None:
    return Line.objects.filter(conversation=conversation, client_id=client_id).first()


def _go_on(conversation: Conversation, *, by_mail: bool, now: datetime) -> None:
    if conversation.answer_by_mail != by_mail:
        conversation.answer_by_mail = by_mail
        conversation.save(update_fields=["answer_by_mail"])
    if conversation.ended_at is not None or conversation.is_over or conversation.asks_rating:
        begin_again(conversation, now)


def _greeting(conversation: Conversation, greeting_id: str) -> str:
    """The words of the greeting a visitor answers; '' when there is none such, or it stands there already."""
    greetings = ChatSettings.of(conversation.visitor.channel).greetings
    text = next(
        (one.text.said(conversation.visitor.language) for one in greetings if one.id == greeting_id), ""
    )
    last = conversation.lines.order_by("-number").first()
    return "" if last is not None and last.side == Line.Side.AGENT and last.text == text else text
