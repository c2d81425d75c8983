"""Writing the audit trail and proving that nobody changed it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction

from zhiyin.platform.audit.models import AuditEntry

AUDIT_LOCK = 0x5A48_0002
BEGINNING = "0" * 64


@dataclass(frozen=True)
class Chain:
    """What a verification found; `first_broken` is None when the trail is whole."""

    checked: int
    head_number: int
    head_hash: str
    first_broken: int | None = None
    reason: str = ""


@transaction.atomic
def record_audit(
    *, action: str, by: int | None, target: str = "", details: Mapping[str, Any] | None = None, now: datetime
) -> AuditEntry:
    """Add an entry to the trail, in the transaction of what it tells of and as its last step."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [AUDIT_LOCK])
    last = AuditEntry.objects.order_by("-number").only("number", "hash").first()
    entry = AuditEntry(
        number=last.number + 1 if last else 1,
        at=now,
        action=action,
        actor_id=by,
        target=target,
        details=_storable(details or {}),
        previous_hash=last.hash if last else BEGINNING,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    return entry


def verify_chain(*, after: int = 0) -> Chain:
    """Check every entry after a number against the one before it; stops at the first that doesn't fit."""
    before = AuditEntry.objects.filter(number=after).first()
    number, link = (before.number, before.hash) if before else (0, BEGINNING)
    checked = 0
    for entry in AuditEntry.objects.filter(number__gt=number).order_by("number").iterator(2000):
        reason = _what_is_wrong(entry, number, link)
        if reason:
            return Chain(checked, number, link, first_broken=entry.number, reason=reason)
        number, link = entry.number, entry.hash
        checked += 1
    return Chain(checked, number, link)


def entry_hash(entry: AuditEntry) -> str:
    """Return SHA-256 over the previous hash and the entry as canonical JSON."""
    told = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": entry.action,
        "actor": entry.actor_id,
        "target": entry.target,
        "details": entry.details,
    }
    canonical = json.dumps(told, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(f"{entry.previous_hash}{canonical}".encode()).hexdigest()


def _what_is_wrong(entry: AuditEntry, number: int, link: str) -> str:
    if entry.number != number + 1:
        return f"entry {number + 1} is missing / 缺少第 {number + 1} 条"
    if entry.previous_hash != link:
        return "it does not follow the entry before it / 与前一条不相接"
    if entry.hash != entry_hash(entry):
        return "its content was changed / 内容被改动"
    return ""


def _storable(value: Any) -> Any:
    """Return what JSON in the database gives back unchanged: other kinds of values become text."""
    if isinstance(value, Mapping):
        return {_text(key): _storable(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_storable(item) for item in value]
    if value is None or isinstance(value, bool | int):
        return value
    return _text(value.isoformat() if isinstance(value, datetime) else value)


def _text(value: Any) -> str:
    return str(value).replace("\0", "").encode(errors="replace").decode()
