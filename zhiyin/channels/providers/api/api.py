"""Taking in over HTTP."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils import timezone
from ninja import Router, Status

from zhiyin.channels.commands.receiving import FORGOTTEN, receive_raw_message
from zhiyin.channels.models import Channel, RawMessage
from zhiyin.channels.providers.api.shapes import MessageBody, TakenIn
from zhiyin.people.access import Signed, needs
from zhiyin.platform.files.files import FileTooLarge
from zhiyin.platform.http.errors import DomainError

router = Router(tags=["channels"])


class HandedInAndForgotten(DomainError):
    code = "channels.handed_in_and_forgotten"
    status = 410
    messages = {
        "zh": "这个编号的消息以前送入过，已按数据保留规则清除，不会再次接收。新消息请换一个编号。",
        "en": "A message of this id was handed in before and has been removed by a retention rule. Give a new message "
        "another id.",
    }


@router.post(
    "/channels/{slug:key}/messages", response={201: TakenIn, 200: TakenIn}, auth=needs("messages.hand_in")
)
def post_message(request: Signed, key: str, body: MessageBody) -> Any:
    """Hand in a customer's message. 201 once it is stored for good; 200 when that id was handed in before.

    410 when it was, and has been removed by a retention rule since.
    """
    channel = Channel.objects.only("pk").get(key=key, kind="api", active=True)
    _refuse_large_attachments(body)
    now = timezone.now()
    raw_id, is_new = receive_raw_message(
        channel=channel,
        content=json.dumps(body.model_dump(mode="json")).encode(),
        external_id=body.external_id,
        now=now,
    )
    if raw_id == FORGOTTEN:
        raise HandedInAndForgotten
    if not is_new:
        return Status(200, RawMessage.objects.defer("content").get(pk=raw_id))
    return Status(201, TakenIn(id=raw_id, external_id=body.external_id, received_at=now))


def _refuse_large_attachments(body: MessageBody) -> None:
    limit = settings.MAX_FILE_MB * 1024 * 1024
    if any(len(part.content_base64) * 3 // 4 > limit + 2 for part in body.attachments):
        raise FileTooLarge(limit_mb=settings.MAX_FILE_MB)
