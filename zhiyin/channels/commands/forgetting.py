"""Forgetting messages, whole or all but that there was one.

Whoever has the case says which; what a provider keeps of its own beside them goes by its optional methods
`forget(forgotten)` and `forget_addresses(addresses)`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db import models, transaction
from django.db.models import Value
from django.db.models.functions import Cast, Concat

from zhiyin.channels.commands.receiving import fingerprint_of
from zhiyin.channels.models import (
    CallBackWish,
    Delivery,
    DeliveryAttachment,
    ForgottenMessage,
    InboundAttachment,
    InboundMessage,
    RawMessage,
    ReceivedRating,
)
from zhiyin.channels.providers.registry import providers
from zhiyin.platform.ledger.ledger import forget_effects

BLANK = "forgotten:"  # begins the external id of a raw message that was blanked


@dataclass(frozen=True, kw_only=True)
class Forgetting:
    """Which messages are forgotten; of those that are only blanked, rows, states and times stay."""

    inbound_ids: Collection[int]
    delivery_ids: Collection[int]
    thread_keys: Collection[str] = ()  # of their cases: what ratings are known by
    blanks: bool = False


@dataclass(frozen=True)
class ForgottenIds:
    """The same, as providers know it."""

    raw_ids: list[int]
    delivery_ids: list[int]
    blanks: bool


@transaction.atomic
def forget_messages(wanted: Forgetting) -> int:
    """Delete messages with all that hangs on them, or blank them; returns how many. The same twice is once."""
    raw_ids = sorted(
        InboundMessage.objects.filter(pk__in=wanted.inbound_ids).values_list("raw_id", flat=True)
    )
    delivery_ids = sorted(Delivery.objects.filter(pk__in=wanted.delivery_ids).values_list("pk", flat=True))
    _keep_fingerprints(raw_ids)
    _let_providers_forget(ForgottenIds(raw_ids, delivery_ids, wanted.blanks))
    _forget_effects(delivery_ids)
    InboundAttachment.objects.filter(message__in=wanted.inbound_ids).delete()
    DeliveryAttachment.objects.filter(delivery__in=delivery_ids).delete()
    _forget_ratings(wanted)
    _forget_wishes(wanted)
    if wanted.blanks:
        _blank(raw_ids, delivery_ids)
    else:
        _delete(raw_ids, delivery_ids)
    return len(raw_ids) + len(delivery_ids)


@transaction.atomic
def forget_addresses(addresses: Iterable[str]) -> None:
    """Forget what providers remember of people by address, such as their keys."""
    told = sorted(set(addresses))
    for provider in providers():
        forget = getattr(provider, "forget_addresses", None)
        if forget is not None and told:
            forget(told)


def _keep_fingerprints(raw_ids: list[int]) -> None:
    """So that a mailbox which is read anew, or a program that repeats itself, brings nothing back."""
    told = RawMessage.objects.filter(pk__in=raw_ids).exclude(external_id__startswith=BLANK)
    ForgottenMessage.objects.bulk_create(
        (
            ForgottenMessage(channel_id=channel_id, fingerprint=fingerprint_of(external_id))
            for channel_id, external_id in told.values_list("channel_id", "external_id")
        ),
        ignore_conflicts=True,
    )


def _let_providers_forget(told: ForgottenIds) -> None:
    for provider in providers():
        forget = getattr(provider, "forget", None)
        if forget is not None:
            forget(told)


def _forget_effects(delivery_ids: list[int]) -> None:
    rounds = Delivery.objects.filter(pk__in=delivery_ids).values_list("pk", "attempts")
    forget_effects(keys=[f"delivery:{pk}:{one}" for pk, last in rounds for one in range(last + 1)])


def _forget_wishes(wanted: Forgetting) -> None:
    wishes = CallBackWish.objects.filter(thread_key__in=list(wanted.thread_keys))
    if wanted.blanks:
        wishes.update(phone="")
    else:
        wishes.delete()


def _forget_ratings(wanted: Forgetting) -> None:
    received = ReceivedRating.objects.filter(thread_key__in=list(wanted.thread_keys))
    if wanted.blanks:
        received.update(words="")
    else:
        received.delete()


def _delete(raw_ids: list[int], delivery_ids: list[int]) -> None:
    inbounds = InboundMessage.objects.filter(raw__in=raw_ids)
    InboundMessage.objects.filter(copy_of__in=inbounds.values("pk")).update(copy_of=None)
    InboundMessage.objects.filter(bounced__in=delivery_ids).update(bounced=None)
    inbounds.delete()
    RawMessage.objects.filter(pk__in=raw_ids).delete()
    Delivery.objects.filter(pk__in=delivery_ids).delete()


def _blank(raw_ids: list[int], delivery_ids: list[int]) -> None:
    """Names, addresses, words and files go; kind, state and times stay."""
    InboundMessage.objects.filter(raw__in=raw_ids).update(
        **dict.fromkeys(("sender_value", "sender_name", "subject", "text", "quoted_text", "html"), ""),
        content_key="",
        thread_keys=[],
        own_keys=[],
        ticket_number=None,
        parties=[],
        headers={},
        marks={},
    )
    RawMessage.objects.filter(pk__in=raw_ids).update(
        external_id=Concat(Value(BLANK), Cast("pk", models.TextField())), content=b"", file=None
    )
    Delivery.objects.filter(pk__in=delivery_ids).update(
        **dict.fromkeys(("recipient", "recipient_name", "thread", "subject", "text", "html"), ""),
        **dict.fromkeys(("message_id", "in_reply_to", "calendar", "provider_id", "reason"), ""),
        cc=[],
        references=[],
    )
