"""A visitor who waits would rather be called: they keep their place, and need not stay."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.cases import unwish_call_back, wish_call_back
from zhiyin.channels.providers.chat.filling_in import answers_to, lock_conversation
from zhiyin.channels.providers.chat.models import Conversation, Line
from zhiyin.channels.providers.chat.structures import FormField
from zhiyin.channels.providers.chat.transcript import say_as_visitor
from zhiyin.channels.providers.chat.waiting import wait_for
from zhiyin.platform.http.errors import DomainError

_PHONE = FormField(key="phone", type="phone", required=True)
_SAID = {"zh": "请给我回电：{phone}", "en": "Please call me back: {phone}"}
_UNSAID = {"zh": "不用给我回电了，我在这里等。", "en": "No need to call me back, I wait here."}


class NoCallBack(DomainError):
    code = "chat.no_call_back"
    status = 409
    messages = {
        "zh": "现在不需要回电：很快就轮到你，或已有客服在处理。请留在这里。",
        "en": "A call-back is not needed now: it is your turn soon, or somebody is on it. Please stay here.",
    }


class NothingToWithdraw(DomainError):
    code = "chat.no_call_back_to_withdraw"
    status = 409
    messages = {
        "zh": "没有等待中的回电可以取消：可能已轮到你。请直接在这里留言。",
        "en": "No call-back is waiting that could be withdrawn: it may be your turn. Please write here.",
    }


@transaction.atomic
def ask_call_back(*, conversation_id: int, client_id: str, phone: str, now: datetime) -> tuple[Line, bool]:
    """Note that the visitor wants to be called at this number when it is their turn; their words say so, too.

    Returns the line and whether it is new. Raises Invalid for what is no number, NoCallBack where none is offered.
    """
    conversation, said = _locked(conversation_id, client_id)
    if said is not None:
        return said, False
    visitor = conversation.visitor
    [answer] = answers_to([_PHONE], {"phone": phone}, visitor.language)
    if not wait_for(visitor.channel, conversation, now).call_back:
        raise NoCallBack
    if not (visitor.external_id and visitor.email_proven):
        visitor.phone = answer.value
        visitor.save(update_fields=["phone"])
    line = _say(conversation_id, client_id, _SAID[visitor.language].format(phone=answer.value), now)
    wish_call_back(channel=visitor.channel, thread_key=conversation.thread_key, phone=answer.value, now=now)
    return line


@transaction.atomic
def withdraw_call_back(*, conversation_id: int, client_id: str, now: datetime) -> tuple[Line, bool]:
    """Note that the visitor need not be called and waits at the same place; their words say so, too.

    Returns the line and whether it is new. Raises NothingToWithdraw where no call-back waits.
    """
    conversation, said = _locked(conversation_id, client_id)
    if said is not None:
        return said, False
    visitor = conversation.visitor
    if wait_for(visitor.channel, conversation, now).call_back != "taken":
        raise NothingToWithdraw
    line = _say(conversation_id, client_id, _UNSAID[visitor.language], now)
    unwish_call_back(thread_key=conversation.thread_key, now=now)
    return line


def _locked(conversation_id: int, client_id: str) -> tuple[Conversation, Line | None]:
    """The conversation, and the line of this request where it came before."""
    conversation = lock_conversation(conversation_id)
    return conversation, Line.objects.filter(conversation=conversation, client_id=client_id).first()


def _say(conversation_id: int, client_id: str, text: str, now: datetime) -> tuple[Line, bool]:
    return say_as_visitor(
        conversation_id=conversation_id, text=text, file_ids=[], client_id=client_id, page_url="", now=now
    )
