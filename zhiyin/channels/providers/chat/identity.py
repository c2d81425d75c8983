"""Who a visitor is, as the host page says and proves.

Proof: HMAC-SHA256 in hex, under the channel's secret, of `id`, `email` and `phone` with a line break
after each of the first two (missing ones empty). The host's server makes it; browsers never see the secret.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhiyin.channels.events import ChannelChanged
from zhiyin.channels.models import Channel
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.http.errors import DomainError


@dataclass(frozen=True, kw_only=True)
class Claim:
    """What the host page says of a visitor."""

    id: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    hmac: str = ""


class IdentityNotProven(DomainError):
    code = "chat.identity_not_proven"
    status = 403
    messages = {
        "zh": "身份签名不正确，未作登录。请检查网站服务器计算 hmac 时所用的密钥与字段（id、email、phone）。",
        "en": "The identity's signature is wrong, so nobody was signed in. Check the secret and the fields "
        "(id, email, phone) your server makes the hmac from.",
    }


def prove(channel: Channel, claim: Claim) -> None:
    """Check a claim of an id. Raises IdentityNotProven."""
    if "\n" in claim.id + claim.email + claim.phone:
        raise IdentityNotProven
    text = f"{claim.id}\n{claim.email}\n{claim.phone}"
    told = claim.hmac.strip().lower().encode("utf-8", "replace")
    good = [hmac.compare_digest(sign(secret, text).encode(), told) for secret in identity_secrets(channel)]
    if not any(good):
        raise IdentityNotProven


def sign(secret: str, text: str) -> str:
    """The proof in hex."""
    return hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()


def identity_secrets(channel: Channel) -> list[str]:
    """Those that prove identities now: the newest first."""
    named = [channel.secrets.get("identity_secret"), channel.secrets.get("previous_identity_secret")]
    return [str(secret) for secret in named if secret]


@transaction.atomic
def rotate_identity_secret(*, channel_id: int, by: Staff, now: datetime) -> str:
    """Make a new secret and return it; the one before stays good until the next rotation."""
    channel = Channel.objects.visible_to(by).select_for_update().get(pk=channel_id, kind="chat")
    made = secrets.token_urlsafe(32)
    current = channel.secrets.get("identity_secret", "")
    channel.secrets = {**channel.secrets, "identity_secret": made, "previous_identity_secret": current}
    channel.save(update_fields=["secrets"])
    emit(ChannelChanged(channel_id=channel.pk, by_id=by.pk, at=now))
    return made
