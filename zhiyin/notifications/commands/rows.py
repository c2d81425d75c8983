"""Writing rows that many facts may touch at once: one statement each, in one order, so that lanes never clash."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

_NOTICE = """
INSERT INTO notifications_notification AS kept
    (staff_id, ticket_id, reason, bundle, count, by_id, by_others, message_id, position, in_app, is_quiet,
     digest_due_at, created_at, last_at)
SELECT told.staff_id, told.ticket_id, %(reason)s, told.bundle, 1, %(by_id)s, false, %(message_id)s, %(position)s,
       told.in_app, told.is_quiet, told.digest_due_at, %(at)s, %(at)s
FROM unnest(%(staff_ids)s::bigint[], %(ticket_ids)s::bigint[], %(bundles)s::text[], %(in_app)s::bool[],
            %(is_quiet)s::bool[], %(digest_due_at)s::timestamptz[])
     AS told (staff_id, ticket_id, bundle, in_app, is_quiet, digest_due_at)
ORDER BY told.staff_id
ON CONFLICT (staff_id, bundle) WHERE read_at IS NULL DO UPDATE SET
    count = kept.count + 1,
    by_others = kept.by_others OR kept.by_id IS DISTINCT FROM excluded.by_id,
    by_id = excluded.by_id,
    message_id = coalesce(excluded.message_id, kept.message_id),
    position = excluded.position,
    in_app = kept.in_app OR excluded.in_app,
    is_quiet = kept.is_quiet AND excluded.is_quiet,
    digest_due_at = least(kept.digest_due_at, excluded.digest_due_at),
    last_at = greatest(kept.last_at, excluded.last_at)
RETURNING id, staff_id, count
"""
_DECISION = """
INSERT INTO notifications_decision AS kept
    (staff_id, ticket_id, reason, fact, rule, ways, held, source, notification_id, count, position, at, last_at)
SELECT told.staff_id, %(ticket_id)s, %(reason)s, %(fact)s, told.rule,
       ARRAY(SELECT jsonb_array_elements_text(told.ways)), told.held, told.source, told.notification_id,
       1, %(position)s, %(at)s, %(at)s
FROM jsonb_to_recordset(%(told)s::jsonb)
     AS told (staff_id bigint, rule text, ways jsonb, held jsonb, source text, notification_id bigint)
ORDER BY told.staff_id
ON CONFLICT (staff_id, ticket_id, reason, rule, notification_id) DO UPDATE SET
    count = kept.count + 1,
    fact = excluded.fact,
    ways = ARRAY(SELECT DISTINCT unnest(kept.ways || excluded.ways) ORDER BY 1),
    held = kept.held || excluded.held,
    source = excluded.source,
    position = excluded.position,
    last_at = greatest(kept.last_at, excluded.last_at)
"""


@dataclass(frozen=True)
class Notice:
    """What one person's bell is told."""

    staff_id: int
    ticket_id: int | None
    bundle: str
    in_app: bool
    is_quiet: bool
    digest_due_at: datetime | None


@dataclass(frozen=True)
class Kept:
    """The row that holds a notice now; `count` is 1 when it is new."""

    id: int
    count: int


def keep_notices(
    notices: Sequence[Notice],
    *,
    reason: str,
    by_id: int | None,
    message_id: int | None,
    position: int,
    at: datetime,
) -> dict[int, Kept]:
    """Make the rows, or let those grow that are unread; returns the row of each person."""
    if not notices:
        return {}
    told: dict[str, Any] = {
        "reason": reason,
        "by_id": by_id,
        "message_id": message_id,
        "position": position,
        "at": at,
        "staff_ids": [one.staff_id for one in notices],
        "ticket_ids": [one.ticket_id for one in notices],
        "bundles": [one.bundle for one in notices],
        "in_app": [one.in_app for one in notices],
        "is_quiet": [one.is_quiet for one in notices],
        "digest_due_at": [one.digest_due_at for one in notices],
    }
    with connection.cursor() as cursor:
        cursor.execute(_NOTICE, told)
        return {staff_id: Kept(pk, count) for pk, staff_id, count in cursor.fetchall()}


def keep_decisions(
    decisions: Sequence[dict[str, Any]],
    *,
    ticket_id: int,
    reason: str,
    fact: str,
    position: int,
    at: datetime,
) -> None:
    """Note what was decided: {staff_id, rule, ways, held, source, notification_id} each."""
    if not decisions:
        return
    told: dict[str, Any] = {
        "ticket_id": ticket_id,
        "reason": reason,
        "fact": fact,
        "position": position,
        "at": at,
        "told": Jsonb(list(decisions)),
    }
    with connection.cursor() as cursor:
        cursor.execute(_DECISION, told)
