"""Browsers that take pushes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.conf import settings
from django.db import transaction

from zhiyin.notifications.commands.owing import PUSH
from zhiyin.notifications.models import PushSubscription
from zhiyin.notifications.ways.encrypting import AUTH_BYTES, from_base64url, read_public_key
from zhiyin.people.models import Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.ledger.ledger import record_effect
from zhiyin.platform.outbound.addresses import AddressRefused, check_reachable

MOST_DEVICES = 20


class NotASubscription(DomainError):
    code = "notifications.not_a_subscription"
    status = 422
    messages = {
        "zh": "浏览器给出的推送订阅无法使用（{reason}）。请关闭推送后重新开启。",
        "en": "The push subscription the browser gave can't be used ({reason}). Switch push off and on again.",
    }


@transaction.atomic
def add_subscription(
    *, endpoint: str, public_key: str, secret: str, user_agent: str, by: Staff, now: datetime
) -> PushSubscription:
    """Push to this browser; the same browser again is the same row, whoever uses it now. Raises NotASubscription."""
    _check(endpoint, public_key, secret)
    row, _ = PushSubscription.objects.update_or_create(
        fingerprint=hashlib.sha256(endpoint.encode()).hexdigest(),
        defaults={
            "staff": by,
            "endpoint": endpoint,
            "public_key": public_key,
            "secret": secret,
            "user_agent": user_agent[:300],
            "created_at": now,
            "reached_at": None,
        },
    )
    kept = PushSubscription.objects.filter(staff=by).order_by("-pk").values_list("pk", flat=True)
    PushSubscription.objects.filter(pk__in=list(kept[MOST_DEVICES:])).delete()
    return row


@transaction.atomic
def remove_subscription(*, subscription_id: int, by: Staff) -> None:
    """Push no more to this browser."""
    PushSubscription.objects.get(pk=subscription_id, staff=by).delete()


@transaction.atomic
def test_subscription(*, subscription_id: int, by: Staff, now: datetime) -> None:
    """Owe a push that tells of nothing, to see whether it arrives."""
    row = PushSubscription.objects.get(pk=subscription_id, staff=by)
    key = f"{PUSH}:test:{row.pk}:{secrets.token_hex(6)}"
    record_effect(kind=PUSH, key=key, payload={"subscription_id": row.pk}, not_before=now)


def _check(endpoint: str, public_key: str, secret: str) -> None:
    try:
        read_public_key(public_key)
        if len(from_base64url(secret)) != AUTH_BYTES:
            raise NotASubscription(reason="auth")
    except ValueError as error:
        raise NotASubscription(reason="p256dh") from error
    if not endpoint.startswith("https://") and not settings.ALLOW_PRIVATE_WEBHOOKS:
        raise NotASubscription(reason="https://")
    try:
        check_reachable(endpoint)
    except AddressRefused as refused:
        raise NotASubscription(reason=str(refused)) from refused
