"""The API as a channel."""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from django.utils import timezone

from zhiyin.channels.models import Channel, Delivery, RawMessage
from zhiyin.channels.providers.api.answering import call_back
from zhiyin.channels.providers.api.checking import check_callback
from zhiyin.channels.providers.api.html import clean_html, text_of_html
from zhiyin.channels.providers.protocol import ParsedAttachment, ParsedMessage, Receipt
from zhiyin.channels.providers.registry import provider
from zhiyin.platform.ops.findings import Finding

SUBJECT_LENGTH = 60


@provider
class ApiProvider:
    """Programs that hand in messages and take answers."""

    kind = "api"
    name_zh = "API 接口"
    name_en = "API"
    undo = True

    def parse(self, raw: RawMessage) -> ParsedMessage:
        """What was handed in; our own route has checked its form."""
        said = json.loads(raw.bytes())
        html = clean_html(said["html"]) if said["html"].strip() else ""
        text = said["text"] if said["text"].strip() else text_of_html(html)
        thread = said["thread_id"] or said["external_id"]
        key = _thread_key(raw.channel, thread)
        return ParsedMessage(
            sender_kind=said["sender"]["kind"],
            sender_value=said["sender"]["value"],
            sender_name=said["sender"]["name"],
            subject=said["subject"].strip() or " ".join(text.split())[:SUBJECT_LENGTH],
            text=text,
            html=html,
            sent_at=_moment(said["sent_at"]),
            thread_keys=[key],
            own_keys=[key],
            attachments=[_attachment(told) for told in said["attachments"]],
            headers={"thread": thread, "message_id": said["external_id"]},
        )

    def message_id(self, delivery: Delivery) -> str:
        return ""

    def own_keys(self, delivery: Delivery) -> list[str]:
        return [_thread_key(delivery.channel, delivery.thread)] if delivery.thread else []

    def deliver(self, delivery: Delivery) -> Receipt:
        """Hand the answer over; without a callback address, web-hooks have told of it."""
        return call_back(delivery=delivery, now=timezone.now())

    def form(self) -> list[dict[str, Any]]:
        return [
            {
                "name": "callback_url",
                "type": "text",
                "zh": "答复回调地址（https://…）",
                "en": "Callback address for answers (https://…)",
                "required": False,
                "secret": False,
            },
            {
                "name": "callback_secret",
                "type": "password",
                "zh": "签名密钥（whsec_…）",
                "en": "Signing secret (whsec_…)",
                "required": False,
                "secret": True,
            },
        ]

    def check(self, channel: Channel) -> list[Finding]:
        return check_callback(channel, now=timezone.now())


def _thread_key(channel: Channel, thread: str) -> str:
    return f"api:{channel.key}:{thread}"


def _moment(told: str | None) -> datetime | None:
    moment = datetime.fromisoformat(told) if told else None
    return timezone.make_aware(moment) if moment is not None and timezone.is_naive(moment) else moment


def _attachment(told: dict[str, str]) -> ParsedAttachment:
    content = base64.b64decode(told["content_base64"])
    return ParsedAttachment(name=told["name"], media_type=told["media_type"], content=content)
