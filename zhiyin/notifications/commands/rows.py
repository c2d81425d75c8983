"""Writing what many facts made of rows, with one statement each.

Notices of many tickets may share a row: they are written in one order, so that lanes never clash. A decision is its
ticket's, and all facts of a ticket are in one lane.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from zhiyin.notifications.queries.rows import Row

_NOTICE = """
INSERT INTO notifications_notification AS kept
    (staff_id, ticket_id, reason, bundle, count, by_id, by_others, message_id, position, in_app, is_quiet,
     digest_due_at, created_at, last_at)
SELECT told.staff_id, told.ticket_id, told.reason, told.bundle, told.count, told.by_id, told.by_others, told.message_id,
       told.position, told.in_app, told.is_quiet, told.digest_due_at, told.created_at, told.last_at
FROM jsonb_to_recordset(%s::jsonb)
     AS told (staff_id bigint, ticket_id bigint, reason text, bundle text, count int, by_id bigint, by_others bool,
              message_id bigint, position bigint, in_app bool, is_quiet bool, digest_due_at timestamptz,
              created_at timestamptz, last_at timestamptz)
ORDER BY told.staff_id, told.bundle
ON CONFLICT (staff_id, bundle) WHERE read_at IS NULL DO UPDATE SET
    count = kept.count + excluded.count,
    by_others = kept.by_others OR excluded.by_others OR kept.by_id IS DISTINCT FROM excluded.by_id,
    by_id = excluded.by_id,
    message_id = coalesce(excluded.message_id, kept.message_id),
    position = excluded.position,
    in_app = kept.in_app OR excluded.in_app,
    is_quiet = kept.is_quiet AND excluded.is_quiet,
    digest_due_at = least(kept.digest_due_at, excluded.digest_due_at),
    last_at = greatest(kept.last_at, excluded.last_at)
RETURNING id, staff_id, bundle
"""
_DECISION = """
INSERT INTO notifications_decision AS kept
    (staff_id, ticket_id, reason, fact, rule, ways, held, source, notification_id, count, position, at, last_at)
SELECT told.staff_id, told.ticket_id, told.reason, told.fact, told.rule,
       ARRAY(SELECT jsonb_array_elements_text(told.ways)), told.held, told.source, told.notification_id,
       told.count, told.position, told.at, told.last_at
FROM jsonb_to_recordset(%s::jsonb)
     AS told (staff_id bigint, ticket_id bigint, reason text, fact text, rule text, ways jsonb, held jsonb, source text,
              notification_id bigint, count int, position bigint, at timestamptz, last_at timestamptz)
ON CONFLICT (staff_id, ticket_id, reason, rule, notification_id) DO UPDATE SET
    count = kept.count + excluded.count,
    fact = excluded.fact,
    ways = ARRAY(SELECT DISTINCT unnest(kept.ways || excluded.ways) ORDER BY 1),
    held = kept.held || excluded.held,
    source = excluded.source,
    position = excluded.position,
    last_at = greatest(kept.last_at, excluded.last_at)
"""


@dataclass(kw_only=True)
class Decided:
    """What was decided for one person on one fact."""

    staff_id: int
    ticket_id: int
    reason: str
    fact: str
    rule: str
    ways: list[str]
    held: dict[str, str]
    source: str
    notification_id: int | None
    position: int
    at: datetime


def keep_notices(rows: Iterable[Row]) -> None:
    """Make the rows, or let those grow that are unread, each as often as it was told; they get their ids."""
    by_bundle = {(row.staff_id, row.bundle): row for row in rows}
    if not by_bundle:
        return
    with connection.cursor() as cursor:
        cursor.execute(_NOTICE, [_json([_summed_up(row) for row in by_bundle.values()])])
        for pk, staff_id, bundle in cursor.fetchall():
            by_bundle[staff_id, bundle].stored_id = pk


def _summed_up(row: Row) -> dict[str, Any]:
    """What all that was told in a row comes to."""
    last = row.told[-1]
    due = [one["digest_due_at"] for one in row.told if one["digest_due_at"] is not None]
    messages = [one["message_id"] for one in row.told if one["message_id"] is not None]
    return {
        "staff_id": row.staff_id,
        "ticket_id": row.ticket_id,
        "reason": row.reason,
        "bundle": row.bundle,
        "count": len(row.told),
        "by_id": last["by_id"],
        "by_others": any(one["by_id"] != last["by_id"] for one in row.told),
        "message_id": messages[-1] if messages else None,
        "position": last["position"],
        "in_app": any(one["in_app"] for one in row.told),
        "is_quiet": all(one["is_quiet"] for one in row.told),
        "digest_due_at": min(due, default=None),
        "created_at": row.told[0]["at"],
        "last_at": max(one["at"] for one in row.told),
    }


def keep_decisions(decisions: Sequence[Decided]) -> None:
    """Note what was decided; the same several times over becomes one row."""
    rows: dict[tuple[Any, ...], dict[str, Any]] = {}
    for one in decisions:
        same = (one.staff_id, one.ticket_id, one.reason, one.rule, one.notification_id)
        told = asdict(one) | {"count": 1, "last_at": one.at}
        if (before := rows.get(same)) is not None:
            told |= {
                "count": before["count"] + 1,
                "ways": sorted({*before["ways"], *one.ways}),
                "held": before["held"] | one.held,
                "at": before["at"],
                "last_at": max(before["last_at"], one.at),
            }
        rows[same] = told
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_DECISION, [_json(list(rows.values()))])


def _json(rows: list[dict[str, Any]]) -> str:
    return json.dumps(
        [
            {name: value.isoformat() if isinstance(value, datetime) else value for name, value in row.items()}
            for row in rows
        ]
    )
