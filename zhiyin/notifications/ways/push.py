"""Carrying out pushes: one effect for each browser."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhiyin.notifications.commands.owing import PUSH
from zhiyin.notifications.models import Notification, PushSubscription, Sending
from zhiyin.notifications.queries.hearers import company_rules
from zhiyin.notifications.ways.composing import piece_of
from zhiyin.notifications.ways.encrypting import encrypt
from zhiyin.notifications.ways.rechecking import (
    may_show_content,
    preferences_of,
    settle_sending,
    why_not_now,
)
from zhiyin.notifications.ways.vapid import authorization
from zhiyin.notifications.wording import language_of
from zhiyin.people.queries.company import company_or_blank
from zhiyin.platform.ledger.ledger import GiveUp, RetryLater, effect, effect_settled
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.outbound.addresses import AddressRefused
from zhiyin.platform.outbound.posting import Answer, NoAnswer, post

KEPT_SECONDS = 12 * 3600  # how long the push service keeps it for a browser that is away
LONGEST_BODY = 300  # characters; a push holds 4 kB at most
MAX_TRIES = 8  # a push that comes hours late helps nobody
_GONE = (404, 410)
TEST_TITLE = {"zh": "通知已开启", "en": "Notifications are on"}


@effect(PUSH)
def send_push(effect: Effect) -> dict[str, Any]:
    """Send one push, if it may still leave."""
    told, now = effect.payload, timezone.now()
    subscription = PushSubscription.objects.filter(pk=told["subscription_id"]).first()
    if subscription is None:
        return {"withheld": "no_device"}
    if "sending_id" not in told:
        return _send(subscription, test_message(subscription), urgency="high", topic="test", now=now)
    sendings = Sending.objects.select_related(
        "notification__staff", "notification__by", "notification__ticket__customer"
    )
    sending = sendings.filter(pk=told["sending_id"]).first()
    if sending is None:
        return {"withheld": "gone"}
    row = sending.notification
    if why := why_not_now(row, "push", now=now):
        return {"withheld": why}
    if effect.attempts > MAX_TRIES:
        raise GiveUp(effect.error)
    return _send(subscription, message_of(row), urgency=told["urgency"], topic=f"n{row.pk}", now=now)


def message_of(row: Notification) -> dict[str, Any]:
    """What the browser shows: one line, and the customer's words only where that is allowed."""
    language = language_of(row.staff.locale)
    with_content = may_show_content(preferences_of(row.staff), company_rules())
    piece = piece_of(row, language, with_content=with_content)
    title = piece.line if with_content or not piece.subject else f"{piece.subject} · {piece.line}"
    body = f"{piece.subject}\n{piece.excerpt}".strip()[:LONGEST_BODY] if with_content else ""
    return {"id": row.pk, "title": title[:LONGEST_BODY], "body": body, "url": piece.url, "tag": f"n{row.pk}"}


def test_message(subscription: PushSubscription) -> dict[str, Any]:
    title = TEST_TITLE[language_of(subscription.staff.locale)]
    return {"id": None, "title": title, "body": company_or_blank().name, "url": "/", "tag": "test"}


def _send(
    subscription: PushSubscription, message: dict[str, Any], *, urgency: str, topic: str, now: datetime
) -> dict[str, Any]:
    content = encrypt(
        json.dumps(message, ensure_ascii=False).encode(),
        public_key=subscription.public_key,
        secret=subscription.secret,
    )
    headers = {
        "Authorization": authorization(subscription.endpoint, now=now),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(KEPT_SECONDS),
        "Urgency": urgency,
        "Topic": topic,  # a later one takes the place of one that still waits
    }
    try:
        answer = post(subscription.endpoint, content=content, headers=headers)
    except AddressRefused as refused:
        raise GiveUp(str(refused)) from refused
    except NoAnswer as problem:
        raise RetryLater(str(problem)) from problem
    return _follow(answer, subscription, now)


def _follow(answer: Answer, subscription: PushSubscription, now: datetime) -> dict[str, Any]:
    if 200 <= answer.status < 300:
        PushSubscription.objects.filter(pk=subscription.pk).update(reached_at=now)
        return {"sent": True}
    if answer.status in _GONE:  # the browser has taken its consent back, or is no more
        subscription.delete()
        return {"withheld": "no_device"}
    if answer.status == 429 or answer.status >= 500:
        wait = answer.headers.get("retry-after", "")
        raise RetryLater(f"{answer.status} {answer.excerpt}", float(wait) if wait.isdecimal() else None)
    raise GiveUp(f"{answer.status} {answer.excerpt}")


@effect_settled(PUSH)
def follow_push(effect: Effect, *, now: datetime) -> None:
    settle_sending(effect, now=now)
