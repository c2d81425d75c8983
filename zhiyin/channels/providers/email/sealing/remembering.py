"""Keys of correspondents, as their signed mails bring them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from zhiyin.channels.providers.email.models import CorrespondentKey

_EACH = 20  # certificates remembered of one address


def known_pgp_keys(address: str) -> list[str]:
    trusted = CorrespondentKey.objects.filter(state=CorrespondentKey.State.TRUSTED)
    found = trusted.filter(address=address.lower(), kind=CorrespondentKey.Kind.PGP)
    return list(found.order_by("pk").values_list("key", flat=True)[:_EACH])


def remember_keys(*, address: str, certificates: Iterable[tuple[str, str, str]], now: datetime) -> None:
    """Remember the keys that came with a mail of this address.

    Of OpenPGP keys the first is trusted: who writes with another is shown as such, since anybody can attach one, and
    the other is kept for somebody to decide on.
    """
    known = CorrespondentKey.objects.filter(address=address.lower())
    held = list(known.values_list("kind", "fingerprint")[: 2 * _EACH])
    fresh = [
        CorrespondentKey(
            address=address.lower(),
            kind=kind,
            fingerprint=fingerprint,
            key=key,
            first_seen_at=now,
            state=_state_of(kind, held),
        )
        for kind, fingerprint, key in certificates
        if (kind, fingerprint) not in held
    ]
    if len(held) < _EACH:
        CorrespondentKey.objects.bulk_create(fresh[:_EACH], ignore_conflicts=True)


def _state_of(kind: str, held: list[tuple[str, str]]) -> str:
    """An OpenPGP key beside another one is only on offer."""
    is_second = kind == CorrespondentKey.Kind.PGP and any(one == kind for one, _ in held)
    return CorrespondentKey.State.OFFERED if is_second else CorrespondentKey.State.TRUSTED
