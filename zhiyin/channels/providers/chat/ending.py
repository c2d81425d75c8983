"""The end of a conversation: the case is over, the visitor ends it, and says how it was."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.cases import end_thread, receive_rating
from zhiyin.channels.providers.chat.events import CaseChanged
from zhiyin.channels.providers.chat.filling_in import lock_conversation
from zhiyin.channels.providers.chat.models import Conversation, Line
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError


class NotAskedForRating(DomainError):
    code = "chat.not_asked_for_rating"
    status = 409
    messages = {
        "zh": "这次服务已评价过，或仍在进行中。谢谢你！",
        "en": "This has been rated already, or is still going on. Thank you!",
    }


class NothingToEnd(DomainError):
    code = "chat.nothing_to_end"
    status = 409
    messages = {
        "zh": "还没有开始对话，可以直接关闭窗口。",
        "en": "There is no conversation yet; just close the window.",
    }


@transaction.atomic
def hear_case(*, conversation_id: int, is_over: bool, asks_rating: bool, now: datetime) -> None:
    """Note whether the case behind a conversation is over, and whether its visitor is asked for a rating."""
    conversation = lock_conversation(conversation_id)
    if asks_rating:
        conversation.rated_at = None
    _change_case(conversation, is_over=is_over, asks_rating=asks_rating, now=now)


@transaction.atomic
def end_conversation(*, conversation_id: int, now: datetime) -> Conversation:
    """The visitor ends the conversation, and is asked how it was. Raises NothingToEnd before it has begun."""
    conversation = lock_conversation(conversation_id)
    if conversation.ended_at is not None:
        return conversation
    if not conversation.lines.filter(side=Line.Side.VISITOR).exists():
        raise NothingToEnd
    conversation.ended_at, conversation.answered_at = now, None
    conversation.save(update_fields=["ended_at", "answered_at"])
    asks = conversation.rated_at is None
    _change_case(conversation, is_over=conversation.is_over, asks_rating=asks, now=now)
    end_thread(channel=conversation.visitor.channel, thread_key=conversation.thread_key, now=now)
    return conversation


@transaction.atomic
def rate_conversation(
    *, conversation_id: int, score: int, reasons: list[str], words: str, now: datetime
) -> None:
    """Pass on how the visitor found our service, once. Raises NotAskedForRating."""
    conversation = lock_conversation(conversation_id)
    if not conversation.asks_rating:
        raise NotAskedForRating
    conversation.rated_at = now
    conversation.save(update_fields=["rated_at"])
    _change_case(conversation, is_over=conversation.is_over, asks_rating=False, now=now)
    receive_rating(
        channel=conversation.visitor.channel,
        thread_key=conversation.thread_key,
        score=score,
        reasons=reasons,
        words=words,
        now=now,
    )


def begin_again(conversation: Conversation, now: datetime) -> None:
    """The visitor of a locked conversation goes on: it has not ended, and a rating can wait."""
    if conversation.ended_at is not None:
        conversation.ended_at = None
        conversation.save(update_fields=["ended_at"])
    _change_case(conversation, is_over=False, asks_rating=False, now=now)


def _change_case(conversation: Conversation, *, is_over: bool, asks_rating: bool, now: datetime) -> None:
    told = (conversation.is_over, conversation.asks_rating)
    conversation.is_over, conversation.asks_rating = is_over, asks_rating
    conversation.save(update_fields=["is_over", "asks_rating", "rated_at"])
    if told != (is_over, asks_rating):
        emit(CaseChanged(conversation_id=conversation.pk, is_over=is_over, asks_rating=asks_rating, at=now))
