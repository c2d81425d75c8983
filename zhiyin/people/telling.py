"""One door for what every command here ends with: the fact and its audit entry, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.event_log.emitting import emit
from zhiyin.platform.event_log.facts import Fact


def tell(fact: Fact, *, details: Mapping[str, Any] | None = None) -> None:
    """Record the fact, and the same under its name in the audit trail; `details` go to the trail only."""
    emit(fact)
    told = fact.payload()
    by_id = told.pop("by_id", told.get("staff_id"))
    record_audit(
        action=fact.type, by=by_id, target=fact.subject(), details={**told, **(details or {})}, now=fact.at
    )
