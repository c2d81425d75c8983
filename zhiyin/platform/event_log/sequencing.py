"""The sequencer: gives every committed event its place in the one order.

One at a time by a session advisory lock; the work runs on the same connection, so a process that
loses its connection loses the lock and its unfinished transaction together.
"""

from __future__ import annotations

from django.db import connection, transaction

from zhiyin.platform.event_log.lanes import NEXT_POSITION
from zhiyin.platform.event_log.models import BUCKETS

SEQUENCER_LOCK = 0x5A48_0001
CHANNEL = "zhiyin_events"
BATCH = 2000

_SEQUENCE = f"""
WITH taken AS (
    DELETE FROM event_log_pendingevent
    WHERE id IN (SELECT id FROM event_log_pendingevent ORDER BY id LIMIT {BATCH})
    RETURNING *
), head AS (
    SELECT coalesce(max(position), 0) AS position FROM event_log_event
), placed AS (
    INSERT INTO event_log_event (position, type, subject, bucket, payload, at, recorded_at)
    SELECT head.position + row_number() OVER (ORDER BY taken.id), taken.type, taken.subject,
           (hashtext(taken.subject) & 2147483647) %% {BUCKETS}, taken.payload, taken.at, taken.recorded_at
    FROM taken, head
    RETURNING position
)
SELECT count(*), max(position) FROM placed
"""

_ADVANCE_IDLE = f"""
UPDATE event_log_cursor c SET position = head.position
FROM (SELECT coalesce(max(position), 0) AS position FROM event_log_event) head
WHERE c.id IN (SELECT id FROM event_log_cursor ORDER BY id FOR UPDATE SKIP LOCKED)
  AND c.position < head.position
  AND coalesce({NEXT_POSITION} > head.position, TRUE)
"""


def try_become_sequencer() -> bool:
    """Take the sequencer's lock for this connection; False while another process holds it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [SEQUENCER_LOCK])
        return bool(cursor.fetchone()[0])


def stop_being_sequencer() -> None:
    """Give the lock back so that another process takes over at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock(%s)", [SEQUENCER_LOCK])


def has_pending() -> bool:
    """Whether any committed event waits for its position; one cheap look."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT FROM event_log_pendingevent)")
        return bool(cursor.fetchone()[0])


@transaction.atomic
def sequence_batch() -> int:
    """Place up to BATCH pending events and wake the subscribers; returns how many were placed."""
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCE, [])
        count, position = cursor.fetchone()
        if count:
            cursor.execute("SELECT pg_notify(%s, %s)", [CHANNEL, str(position)])
        return int(count)


@transaction.atomic
def advance_idle_lanes() -> None:
    """Move cursors over events that do not concern them, so that nothing is scanned twice."""
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE_IDLE, [])
