"""Another key of a correspondent: trusted from now on in place of the one before, or refused."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from zhiyin.channels.providers.email.models import CorrespondentKey
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import DomainError

LISTED = 200
State = CorrespondentKey.State


class DecidedAlready(DomainError):
    code = "email.key_decided_already"
    status = 409
    messages = {
        "zh": "这把密钥已有人处理过，请刷新查看。",
        "en": "Somebody has decided on this key already; look again.",
    }


@dataclass(frozen=True)
class Offer:
    """A key on offer, beside those that are trusted for its address."""

    id: int
    address: str
    fingerprint: str
    first_seen_at: datetime
    trusted: list[str]  # fingerprints


def offered_keys() -> list[Offer]:
    """Keys that nobody has decided on, newest first; two queries."""
    offered = list(
        CorrespondentKey.objects.filter(state=State.OFFERED).order_by("-first_seen_at", "-pk")[:LISTED]
    )
    trusted: dict[str, list[str]] = {}
    known = CorrespondentKey.objects.filter(
        state=State.TRUSTED, kind=CorrespondentKey.Kind.PGP, address__in={one.address for one in offered}
    )
    for address, fingerprint in known.order_by("pk").values_list("address", "fingerprint"):
        trusted.setdefault(address, []).append(fingerprint)
    return [
        Offer(one.pk, one.address, one.fingerprint, one.first_seen_at, trusted.get(one.address, []))
        for one in offered
    ]


@transaction.atomic
def trust_key(*, key_id: int, by: Staff, now: datetime) -> None:
    """Believe this key from the next mail on, and the ones before no more. Raises DecidedAlready."""
    key = _lock_offered(key_id)
    before = CorrespondentKey.objects.filter(address=key.address, kind=key.kind, state=State.TRUSTED)
    before.update(state=State.REFUSED, decided_by=by, decided_at=now)
    _decide(key, State.TRUSTED, by, now)


@transaction.atomic
def refuse_key(*, key_id: int, by: Staff, now: datetime) -> None:
    """Go on believing the key before alone. Raises DecidedAlready."""
    _decide(_lock_offered(key_id), State.REFUSED, by, now)


def _lock_offered(key_id: int) -> CorrespondentKey:
    key = CorrespondentKey.objects.select_for_update().get(pk=key_id)
    if key.state != State.OFFERED:
        raise DecidedAlready
    return key


def _decide(key: CorrespondentKey, state: str, by: Staff, now: datetime) -> None:
    key.state, key.decided_by, key.decided_at = state, by, now
    key.save(update_fields=["state", "decided_by", "decided_at"])
    details = {"fingerprint": key.fingerprint}
    record_audit(action=f"keys.{state}", by=by.pk, target=f"key:{key.pk}", details=details, now=now)
