"""What a channel is told of the case its conversation is about, and what customers say of it.

Downwards, whoever has the case tells whether it is over and whether a rating is wished for; a provider that
can ask for one has a method `hear_case(thread, is_over, asks_rating, now)`. Upwards, a rating, or the wish to be called
back, is stored as it came and told as a fact.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from zhiyin.channels.events import (
    AnswerRated,
    CallBackUnwished,
    CallBackWished,
    RatingReceived,
    SourceOpened,
    ThreadEnded,
)
from zhiyin.channels.models import CallBackWish, Channel, ReceivedRating
from zhiyin.channels.providers.registry import provider_of
from zhiyin.platform.event_log.emitting import emit

# why a customer gave their score; the first are offered with a high one, the others with a low one
GOOD_REASONS = ("quick", "solved", "friendly", "knowledgeable")
BAD_REASONS = ("slow", "unsolved", "unfriendly", "unclear", "repeated")
REASONS = GOOD_REASONS + BAD_REASONS


def tell_case(*, channel: Channel, thread: str, is_over: bool, asks_rating: bool, now: datetime) -> None:
    """Pass on that the case of a thread is over or open again, where the channel can show it."""
    hear_case = getattr(provider_of(channel.kind), "hear_case", None)
    if hear_case is not None and thread:
        hear_case(thread, is_over, asks_rating, now)


@transaction.atomic
def receive_rating(
    *, channel: Channel, thread_key: str, score: int, reasons: list[str], words: str, now: datetime
) -> ReceivedRating:
    """Store a customer's rating and tell it."""
    received = ReceivedRating.objects.create(
        channel=channel, thread_key=thread_key, score=score, reasons=reasons, words=words, received_at=now
    )
    emit(RatingReceived(thread_key=thread_key, received_id=received.pk, at=now))
    return received


@transaction.atomic
def wish_call_back(*, channel: Channel, thread_key: str, phone: str, now: datetime) -> CallBackWish:
    """Store that a customer who waits would rather be called, and tell it."""
    wish = CallBackWish.objects.create(channel=channel, thread_key=thread_key, phone=phone, wished_at=now)
    emit(CallBackWished(thread_key=thread_key, wish_id=wish.pk, at=now))
    return wish


@transaction.atomic
def unwish_call_back(*, thread_key: str, now: datetime) -> None:
    """Forget the numbers at which a customer wanted to be called, and tell it."""
    CallBackWish.objects.filter(thread_key=thread_key).delete()
    emit(CallBackUnwished(thread_key=thread_key, at=now))


@transaction.atomic
def end_thread(*, channel: Channel, thread_key: str, now: datetime) -> None:
    """Tell that the customer has ended the conversation."""
    emit(ThreadEnded(thread_key=thread_key, channel_id=channel.pk, at=now))


@transaction.atomic
def rate_answer(*, delivery_id: int, helpful: bool, now: datetime) -> None:
    """Tell whether what a machine answered helped."""
    emit(AnswerRated(delivery_id=delivery_id, helpful=helpful, at=now))


@transaction.atomic
def open_source(*, delivery_id: int, now: datetime) -> None:
    """Tell that a customer opened what an answer was taken from."""
    emit(SourceOpened(delivery_id=delivery_id, at=now))
