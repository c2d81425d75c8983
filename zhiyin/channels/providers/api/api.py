"""Taking in over HTTP."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings
from django.utils import timezone
from ninja import Router, Status

from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.models import Channel, RawMessage
from zhiyin.channels.providers.api.shapes import MessageBody, TakenIn
from zhiyin.people.access import Signed, needs
from zhiyin.platform.files.files import FileTooLarge

router = Router(tags=["channels"])


@router.post(
    "/channels/{slug:key}/messages", response={201: TakenIn, 200: TakenIn}, auth=needs("messages.hand_in")
)
def post_message(request: Signed, key: str, body: MessageBody) -> Any:
    """Hand in a customer's message. 201 once it is stored for good; 200 when that id was handed in before."""
    channel = Channel.objects.get(key=key, kind="api", active=True)
    _refuse_large_attachments(body)
    raw_id, is_new = receive_raw_message(
        channel=channel,
        content=json.dumps(body.model_dump(mode="json")).encode(),
        external_id=body.external_id,
        now=timezone.now(),
    )
    return Status(201 if is_new else 200, RawMessage.objects.get(pk=raw_id))


def _refuse_large_attachments(body: MessageBody) -> None:
    limit = settings.MAX_FILE_MB * 1024 * 1024
    if any(len(part.content_base64) * 3 // 4 > limit + 2 for part in body.attachments):
        raise FileTooLarge(limit_mb=settings.MAX_FILE_MB)
