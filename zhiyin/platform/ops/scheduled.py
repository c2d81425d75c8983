"""What the clock drives: when each job was asked for last, what waits and what failed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

_JOBS = """
WITH asked AS (
    SELECT task_name, to_timestamp(max(defer_timestamp)) AS last_at FROM procrastinate_periodic_defers GROUP BY task_name
), undone AS (
    SELECT job.task_name,
           count(*) FILTER (WHERE job.status = 'todo') AS waiting,
           count(*) FILTER (WHERE job.status = 'doing') AS running,
           count(*) FILTER (WHERE job.status = 'failed') AS failed,
           min(told.at) FILTER (WHERE job.status IN ('todo', 'doing')) AS oldest_at
    FROM procrastinate_jobs job
    LEFT JOIN LATERAL (
        SELECT min(event.at) AS at FROM procrastinate_events event WHERE event.job_id = job.id) told ON true
    WHERE job.status IN ('todo', 'doing', 'failed')
    GROUP BY job.task_name
)
SELECT task_name, last_at, coalesce(waiting, 0), coalesce(running, 0), coalesce(failed, 0), oldest_at
FROM asked FULL JOIN undone USING (task_name) ORDER BY task_name
"""


@dataclass(frozen=True)
class JobState:
    """One kind of job; those that were done leave no trace but `last_at`."""

    name: str
    last_at: datetime | None
    waiting: int
    running: int
    failed: int
    oldest_at: datetime | None


def job_states() -> list[JobState]:
    """Every job that was ever asked for by the clock, or is not done; one query."""
    with connection.cursor() as cursor:
        cursor.execute(_JOBS)
        return [JobState(*row) for row in cursor.fetchall()]
