"""The audit trail for those who may read it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema

from zhiyin.people.access import Signed, needs
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import verify_chain
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.http.paging import keyset_page

router = Router(tags=["audit"])
READ = needs("audit.read")


class ActorShape(Schema):
    id: int
    name: str


class AuditEntryShape(Schema):
    number: int
    at: datetime
    action: str
    actor: ActorShape | None
    target: str
    details: dict[str, Any]
    hash: str


class AuditPage(Schema):
    items: list[AuditEntryShape]
    next_cursor: str | None


class ChainShape(Schema):
    checked: int
    head_number: int
    head_hash: str
    first_broken: int | None
    reason: str


@router.get("/audit", response=AuditPage, auth=READ)
def get_audit(
    request: Signed,
    action: str = "",
    actor: int | None = None,
    target: str = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """Who did what, newest first; `action` is the beginning of a name such as `people.`."""
    wanted: dict[str, Any] = {"action__startswith": action, "actor_id": actor, "target": target}
    entries = AuditEntry.objects.filter(**{name: value for name, value in wanted.items() if value})
    page = keyset_page(entries, order=("-number", "-number"), cursor=cursor, limit=limit)
    names = dict(
        Staff.objects.filter(pk__in={entry.actor_id for entry in page.items}).values_list("pk", "name")
    )
    return {"items": [_told(entry, names) for entry in page.items], "next_cursor": page.next_cursor}


@router.get("/audit/verification", response=ChainShape, auth=READ)
def get_verification(request: Signed) -> Any:
    """Whether every entry still is as it was written."""
    return vars(verify_chain())


def _told(entry: AuditEntry, names: dict[int, str]) -> dict[str, Any]:
    actor = entry.actor_id
    told = {"id": actor, "name": names.get(actor, "")} if actor is not None else None
    return {
        **{name: getattr(entry, name) for name in AuditEntryShape.model_fields if name != "actor"},
        "actor": told,
    }
