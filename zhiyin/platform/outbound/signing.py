"""Standard Webhooks: by its headers the receiver knows that a message is ours, whole and not an old copy."""

from __future__ import annotations

import base64
import os
from datetime import UTC, datetime

from standardwebhooks.webhooks import Webhook

PREFIX = "whsec_"
_SECRET_BYTES = 32
_LEAST_SECRET_BYTES = 16


def new_secret() -> str:
    """Return a fresh signing secret, in the form receivers' libraries take."""
    return PREFIX + base64.b64encode(os.urandom(_SECRET_BYTES)).decode()


def signed_headers(*, secret: str, message_id: str, at: datetime, body: str) -> dict[str, str]:
    """Return the headers of a message sent now; `message_id` stays the same whenever it is sent again."""
    return {
        "content-type": "application/json",
        "user-agent": "Zhiyin-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": Webhook(secret).sign(message_id, at.astimezone(UTC), body),
    }


def is_secret(text: str) -> bool:
    """Whether a text can serve as a signing secret: whsec_ and base64 of 16 bytes or more."""
    if not text.startswith(PREFIX):
        return False
    try:
        return len(base64.b64decode(text.removeprefix(PREFIX), validate=True)) >= _LEAST_SECRET_BYTES
    except ValueError:
        return False
