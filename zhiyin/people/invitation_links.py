"""The link in an invitation: signed, not stored, and ended by a new nonce."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer

from zhiyin.people.models import Invitation

_signer_salt = "zhiyin.people.invitation"


def new_nonce() -> str:
    return secrets.token_hex(16)


def invitation_token(invitation: Invitation) -> str:
    return _signer().sign(f"{invitation.pk}-{invitation.nonce}")


def invitation_link(invitation: Invitation) -> str:
    return f"{settings.BASE_URL}/invitation/{invitation_token(invitation)}"


def read_token(token: str) -> tuple[int, str] | None:
    """The invitation's id and nonce; None when the token is not ours."""
    try:
        told = _signer().unsign(token)
    except BadSignature:
        return None
    number, _, nonce = told.partition("-")
    return int(number), nonce


def _signer() -> Signer:
    return Signer(salt=_signer_salt, sep=".")
