"""By which push services know who we are: VAPID (RFC 8292)."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.conf import settings

from zhiyin.notifications.models import PushKey
from zhiyin.notifications.ways.encrypting import CURVE, point, to_base64url

VALID_FOR = timedelta(hours=12)  # push services refuse more than a day


def push_key() -> PushKey:
    """Our key pair, made when there is none yet."""
    known = PushKey.objects.filter(pk=PushKey.ONLY).first()
    if known is not None:
        return known
    private = ec.generate_private_key(CURVE)
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    made = {"private_key": pem, "public_key": to_base64url(point(private.public_key()))}
    return PushKey.objects.get_or_create(pk=PushKey.ONLY, defaults=made)[0]


def authorization(endpoint: str, *, now: datetime) -> str:
    """The Authorization header for a push to this endpoint."""
    key, parts = push_key(), urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((now + VALID_FOR).timestamp()),
        "sub": f"mailto:{settings.SYSTEM_MAIL_FROM.rpartition('<')[2].rstrip('>')}",
    }
    token = jwt.encode(claims, key.private_key, algorithm="ES256")
    return f"vapid t={token}, k={key.public_key}"
