"""What staff do with a chat channel beyond its settings."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Router, Schema, Status

from zhiyin.channels.providers.chat.identity import rotate_identity_secret
from zhiyin.people.access import Signed, needs

router = Router(tags=["channels"])


class IdentitySecret(Schema):
    secret: str


@router.post(
    "/channels/{int:channel_id}/identity-secrets",
    response={201: IdentitySecret},
    auth=needs("channels.manage"),
)
def post_identity_secret(request: Signed, channel_id: int) -> Any:
    """Make a new secret for proving who visitors are; shown this once. The one before holds until the next."""
    secret = rotate_identity_secret(channel_id=channel_id, by=request.auth, now=timezone.now())
    return Status(201, {"secret": secret})
