"""The link by which somebody approves from a mail: signed for one person, one approval and one stage; not stored.

It ends when the stage is over, and after 14 days.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature, TimestampSigner

_SALT = "zhiyin.procedures.approval"
VALID_SECONDS = 14 * 24 * 3600


@dataclass(frozen=True)
class LinkTold:
    approval_id: int
    stage: int
    staff_id: int


def approval_link(*, approval_id: int, stage: int, staff_id: int) -> str:
    return f"{settings.BASE_URL}/approval/{approval_token(approval_id=approval_id, stage=stage, staff_id=staff_id)}"


def approval_token(*, approval_id: int, stage: int, staff_id: int) -> str:
    return _signer().sign(f"{approval_id}-{stage}-{staff_id}")


def read_token(token: str) -> LinkTold | None:
    """What the link is for; None when it is not ours or too old."""
    try:
        told = _signer().unsign(token, max_age=VALID_SECONDS)
        approval_id, stage, staff_id = map(int, told.split("-"))
    except (BadSignature, ValueError):
        return None
    return LinkTold(approval_id, stage, staff_id)


def _signer() -> TimestampSigner:
    return TimestampSigner(salt=_SALT, sep=".")
