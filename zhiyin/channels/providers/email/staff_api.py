"""Over HTTP: the keys of correspondents that somebody must decide on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema, Status

from zhiyin.channels.providers.email.sealing.deciding import offered_keys, refuse_key, trust_key
from zhiyin.people.access import Signed, needs

router = Router(tags=["channels"])
DECIDE = needs("senders.block")


class OfferedKeyShape(Schema):
    """An OpenPGP key that came with a mail of an address for which another is trusted."""

    id: int
    address: str
    fingerprint: str
    first_seen_at: datetime
    trusted: list[str]


@router.get("/senders/keys", response=list[OfferedKeyShape], auth=DECIDE)
def get_keys(request: Signed) -> Any:
    """Changed keys of correspondents that nobody has decided on, newest first."""
    return offered_keys()


@router.post("/senders/keys/{int:key_id}/trust", response={204: None}, auth=DECIDE)
def post_trust(request: Signed, key_id: int) -> Any:
    """Trust the new key in place of the one before, from the next mail on."""
    trust_key(key_id=key_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.post("/senders/keys/{int:key_id}/refuse", response={204: None}, auth=DECIDE)
def post_refuse(request: Signed, key_id: int) -> Any:
    """Keep refusing the new key."""
    refuse_key(key_id=key_id, by=request.auth, now=timezone.now())
    return Status(204, None)
