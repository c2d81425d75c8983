"""What visitors fill in: the form before the first message, and the one for when nobody is there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.channels.providers.chat.models import Conversation, Line
from zhiyin.channels.providers.chat.settings import ChatSettings
from zhiyin.channels.providers.chat.structures import FormField, PreChatForm, covers
from zhiyin.platform.http.errors import DomainError, Invalid

NAMES = {
    "name": {"zh": "姓名", "en": "Name"},
    "email": {"zh": "邮箱", "en": "E-mail"},
    "phone": {"zh": "手机号", "en": "Phone"},
}
LONGEST = {"text": 200, "long": 4000, "name": 100, "email": 254, "phone": 30}
_EMAIL = re.compile(r"[^@\s<>\"',;:]+@[^@\s<>\"',;:]+\.[^@\s<>\"',;:.]{2,}")
_PHONE = re.compile(r"\+?[\d\s()\-]{5,28}\d")


@dataclass(frozen=True)
class Answer:
    """One question answered, in the words the visitor saw."""

    key: str
    type: str
    label: str
    value: str


class FormNeeded(DomainError):
    code = "chat.form_needed"
    status = 409
    messages = {
        "zh": "开始对话前请先填写表单。",
        "en": "Fill in the form first, then begin to write.",
    }


class NoOfflineForm(DomainError):
    code = "chat.no_offline_form"
    status = 409
    messages = {
        "zh": "现在不需要留言，请直接发送消息。",
        "en": "There is no need to leave a message; write to us directly.",
    }


def form_for(chosen: ChatSettings, page_url: str) -> PreChatForm | None:
    """The first form that is asked for on a page."""
    return next((form for form in chosen.pre_chat if covers(form.pages, page_url)), None)


def is_form_needed(conversation: Conversation, page_url: str) -> bool:
    """Whether something must be filled in before the next message: at the beginning, and after an end."""
    chosen = ChatSettings.of(conversation.visitor.channel)
    form = form_for(chosen, page_url)
    if form is None or conversation.answered_at or not any(field.required for field in form.fields):
        return False
    begun = conversation.ended_at is None and conversation.lines.filter(side=Line.Side.VISITOR).exists()
    return not begun


@transaction.atomic
def fill_in(*, conversation_id: int, values: dict[str, Any], page_url: str, now: datetime) -> None:
    """Keep what a visitor filled in before their first message. Raises Invalid naming the fields that don't fit."""
    conversation = lock_conversation(conversation_id)
    chosen = ChatSettings.of(conversation.visitor.channel)
    form = form_for(chosen, page_url)
    answers = answers_to(form.fields if form else [], values, conversation.visitor.language)
    keep_answers(conversation, answers, now)


def keep_answers(conversation: Conversation, answers: list[Answer], now: datetime) -> None:
    """Note answers of a locked conversation; they go on with the next message. Who they are is their own word."""
    visitor = conversation.visitor
    changed = []
    for answer in answers:
        if answer.type not in NAMES or not answer.value or getattr(visitor, answer.type) == answer.value:
            continue
        if visitor.external_id and (answer.type == "name" or visitor.email_proven):
            continue  # what the host page has said of somebody signed in is better
        setattr(visitor, answer.type, answer.value)
        changed.append(answer.type)
    if changed:
        visitor.save(update_fields=changed)
    conversation.answers = [vars(answer) for answer in answers]
    conversation.answers_due, conversation.answered_at = bool(answers), now
    conversation.save(update_fields=["answers", "answers_due", "answered_at"])


def answers_to(fields: list[FormField], values: dict[str, Any], language: str) -> list[Answer]:
    """The answers in the order of the questions. Raises Invalid: `required`, `email`, `phone`, `choice`, `too_long`."""
    wrong, answers = {}, []
    for field in fields:
        value, trouble = _judged(field, values.get(field.key), language)
        if trouble:
            wrong[field.key] = trouble
        if value:
            answers.append(Answer(field.key, field.type, label_of(field, language), value))
    if wrong:
        raise Invalid(fields=wrong)
    return answers


def label_of(field: FormField, language: str) -> str:
    return field.label.said(language) or NAMES.get(field.type, {}).get(language, field.key)


def lock_conversation(conversation_id: int) -> Conversation:
    found = Conversation.objects.select_for_update(of=("self",)).select_related("visitor__channel")
    return found.get(pk=conversation_id)


def _judged(field: FormField, told: Any, language: str) -> tuple[str, str]:
    """The answer and what is wrong with it; '' for nothing."""
    if field.type == "consent":
        agreed = told is True
        yes = {"zh": "同意", "en": "Agreed"}[language] if agreed else ""
        return yes, "required" if field.required and not agreed else ""
    if field.type == "choice":
        options = [option.said(language) for option in field.options]
        if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < len(options):
            return options[told], ""
        return "", "choice" if told not in (None, "") else "required" if field.required else ""
    value = told.strip() if isinstance(told, str) else ""
    if not value:
        return "", "required" if field.required else ""
    if len(value) > LONGEST[field.type]:
        return "", "too_long"
    form = {"email": _EMAIL, "phone": _PHONE}.get(field.type)
    return (value, "") if form is None or form.fullmatch(value) else ("", field.type)
