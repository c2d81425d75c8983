"""Handing an answer to the program that handed in the question."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from zhiyin.channels.models import Delivery, DeliveryAttachment
from zhiyin.channels.providers.protocol import Receipt
from zhiyin.platform.files.files import open_file
from zhiyin.platform.ledger.ledger import GiveUp, RetryLater
from zhiyin.platform.outbound.addresses import AddressRefused
from zhiyin.platform.outbound.posting import Answer, NoAnswer, post
from zhiyin.platform.outbound.signing import is_secret, signed_headers

WITHIN_SECONDS = 30.0  # attachments go along
_WORTH_ANOTHER_TRY = {408, 409, 425, 429}
LONGEST_WAIT_SECONDS = 6 * 3600


def call_back(*, delivery: Delivery, now: datetime) -> Receipt:
    """POST the answer, signed. Raises RetryLater or GiveUp with the reason."""
    url = str(delivery.channel.settings.get("callback_url") or "")
    if not url:
        return Receipt()
    secret = str(delivery.channel.secrets.get("callback_secret") or "")
    if not is_secret(secret):
        raise GiveUp(
            "渠道缺少签名密钥，请在渠道设置中填写。 The channel has no signing secret; set one in its settings."
        )
    body = json.dumps(_told(delivery, now), ensure_ascii=False)
    headers = signed_headers(secret=secret, message_id=f"msg_{delivery.key}", at=now, body=body)
    try:
        answer = post(url, content=body.encode(), headers=headers, within=WITHIN_SECONDS)
    except AddressRefused as refused:
        raise GiveUp(str(refused)) from refused
    except NoAnswer as silent:
        raise RetryLater(str(silent)) from silent
    return _receipt(answer)


def _receipt(answer: Answer) -> Receipt:
    if 200 <= answer.status < 300:
        return Receipt(provider_id=_id_in(answer.text))
    told = f"{answer.status} {answer.excerpt}".strip()
    if answer.status >= 500 or answer.status in _WORTH_ANOTHER_TRY:
        raise RetryLater(told, _seconds_asked(answer))
    raise GiveUp(told)


def _seconds_asked(answer: Answer) -> float | None:
    asked = answer.headers.get("retry-after", "")
    return min(float(asked), LONGEST_WAIT_SECONDS) if asked.isdecimal() else None


def _id_in(text: str) -> str:
    """The receiver's own id of the message, where it answers with one."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        return ""
    return str(told.get("id", ""))[:200] if isinstance(told, dict) else ""


def _told(delivery: Delivery, now: datetime) -> dict[str, Any]:
    parts = DeliveryAttachment.objects.filter(delivery=delivery).select_related("file").order_by("pk")
    return {
        "type": "channels.answer",
        "timestamp": now.isoformat(),
        "data": {
            "id": delivery.key,
            "channel": delivery.channel.key,
            "thread_id": delivery.thread,
            "recipient": {
                "kind": delivery.recipient_kind,
                "value": delivery.recipient,
                "name": delivery.recipient_name,
            },
            "author": delivery.author_name,
            "subject": delivery.subject,
            "text": delivery.text,
            "html": delivery.html,
            "attachments": [_attachment(part) for part in parts],
        },
    }


def _attachment(part: DeliveryAttachment) -> dict[str, Any]:
    content = open_file(part.file).read()
    return {
        "name": part.file.name,
        "media_type": part.file.media_type,
        "size": part.file.size,
        "content_base64": base64.b64encode(content).decode(),
    }
