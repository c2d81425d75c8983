"""What a lane has still to read, as SQL beside `event_log_cursor c`."""

from __future__ import annotations

from zhiyin.platform.event_log.models import LANES

_AHEAD = f"""
    FROM event_log_event e
    WHERE e.position > c.position AND e.bucket %% {LANES} = c.lane AND e.type = ANY (c.types)
    ORDER BY e.position"""

# The first event ahead of the cursor that concerns it. In order and one only: PostgreSQL then reads on from the cursor.
# Of a plain EXISTS it makes a join, and reads the whole log to learn that nothing is new.
NEXT_POSITION = f"(SELECT e.position{_AHEAD} LIMIT 1)"
NEXT_RECORDED_AT = f"(SELECT e.recorded_at{_AHEAD} LIMIT 1)"


def count_ahead(most: int) -> str:
    """How many events ahead of the cursor concern it, up to a bound."""
    return f"(SELECT count(*) FROM (SELECT 1{_AHEAD} LIMIT {most}) counted)"
