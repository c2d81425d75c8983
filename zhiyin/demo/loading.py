"""A load: all rows in one transaction, so that there is a whole demo or none.

A large one takes constraints and indexes off first and puts them back at the end, in the same transaction:
filling an index row by row takes longer than all the rest.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import Any

from django.db import connection
from django.utils import timezone

from zhiyin.demo import tables
from zhiyin.demo.chunk import PER_TICKET, CustomerTask, Made, Task
from zhiyin.demo.history import Merge
from zhiyin.demo.making_chunks import Maker, make_in_process, prepare_process
from zhiyin.demo.planning import NUMBERED, Plan
from zhiyin.demo.rows import COLUMNS
from zhiyin.demo.standing import Standing
from zhiyin.platform.event_log.models import BUCKETS

LARGE = 20_000  # tickets, from which on other processes help and indexes are built afterwards
PROCESSES = 2
AHEAD = 2  # chunks each process may be ahead of us
Tell = Callable[[str, str], None]


class Load:
    """One load under way, on Django's connection and inside the caller's transaction."""

    def __init__(self, plan: Plan, standing: Standing, tell: Tell) -> None:
        self.plan, self.standing, self.tell = plan, standing, tell
        self.is_large = plan.tickets >= LARGE
        self.began_at = timezone.now()

    def run(self) -> None:
        """Write everything; the caller commits."""
        with connection.cursor() as cursor:
            is_empty = not _has_rows(cursor)
            cursor.execute(
                "SET CONSTRAINTS ALL IMMEDIATE"
            )  # what waits to be checked would bar changing tables
            structures = tables.droppable(cursor) if self.is_large else []
            for structure in structures:
                cursor.execute(structure.removal)
            if self.is_large and is_empty:
                cursor.execute(f"TRUNCATE {tables.database_tables(list(COLUMNS))}")
            self._write(cursor, frozen=self.is_large and is_empty)
            self._put_back(cursor, structures)

    def _write(self, cursor: Any, *, frozen: bool) -> None:
        statements = {table: tables.copy_statement(table, frozen=frozen) for table in COLUMNS}
        starts = _reserve(cursor, self.plan)
        merge = Merge(_head(cursor))
        customer_buckets = _buckets(cursor, "customer", self.plan.first_customer, len(self.plan.joined))
        ticket_buckets = _buckets(cursor, "ticket", self.plan.first_ticket, self.plan.tickets)
        tasks: list[CustomerTask | Task] = [*self.plan.customer_tasks(customer_buckets)]
        tasks += self.plan.tasks(starts, ticket_buckets, customer_buckets)
        done = 0
        for number, made in enumerate(self._made(tasks)):
            following = tasks[number + 1] if number + 1 < len(tasks) else None
            until = following.arrivals[0] if isinstance(following, Task) else None
            if isinstance(tasks[number], CustomerTask) and until is None and following is not None:
                until = self.plan.joined[0]  # more customers follow: hold all facts back
            facts = merge.lines(made.times, made.facts, until=until)
            for table, statement in statements.items():
                rows = facts if table == "event_log_event" else made.rows.get(table, b"")
                if rows:
                    with cursor.copy(statement) as copy:
                        copy.write(rows)
            done += made.cases
            self._report(done)

    def _made(self, tasks: list[CustomerTask | Task]) -> Iterator[Made]:
        if not self.is_large:
            yield from map(Maker(self.standing, tables.rest()).make, tasks)
            return
        with ProcessPoolExecutor(
            PROCESSES,
            mp_context=get_context("spawn"),  # a fork would share our database connection
            initializer=prepare_process,
            initargs=(self.standing, tables.rest(), os.getpid()),
        ) as pool:
            yield from _in_order(pool, tasks)

    def _put_back(self, cursor: Any, structures: list[tables.Structure]) -> None:
        if not structures:
            return
        self.tell("正在建立索引……", "building indexes…")
        cursor.execute("SET LOCAL maintenance_work_mem = '1GB'")
        for structure in reversed(structures):
            cursor.execute(structure.restoral)
        cursor.execute(f"ANALYZE {tables.database_tables(list(COLUMNS))}")

    def _report(self, done: int) -> None:
        if not done or done % 20_000:
            return
        seconds = (timezone.now() - self.began_at).total_seconds()
        rate = done / max(seconds, 0.001)
        total = self.plan.tickets
        self.tell(
            f"已生成 {done:,} / {total:,} 张工单（{rate:,.0f} 张/秒）",
            f"{done:,} of {total:,} tickets ({rate:,.0f}/s)",
        )


def _in_order(pool: ProcessPoolExecutor, tasks: Iterable[CustomerTask | Task]) -> Iterator[Made]:
    """Results in the order of the tasks, with only a few under way at a time."""
    waiting: deque[Future[Made]] = deque()
    for task in tasks:
        waiting.append(pool.submit(make_in_process, task))
        if len(waiting) > PROCESSES * AHEAD:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _has_rows(cursor: Any) -> bool:
    for table in COLUMNS:
        cursor.execute(f'SELECT EXISTS (SELECT FROM "{table}")')
        if cursor.fetchone()[0]:
            return True
    return False


def _reserve(cursor: Any, plan: Plan) -> dict[str, int]:
    """Take all numbers the load needs out of their sequences; returns the first of each table."""
    size = plan.tickets * PER_TICKET
    starts = {table: next_number(cursor, table) for table in NUMBERED}
    starts["chat_conversation"] = max(starts["chat_conversation"], next_number(cursor, "chat_visitor"))
    ends = {table: start + size - 1 for table, start in starts.items()}
    ends["chat_visitor"] = ends["chat_conversation"]
    ends["tickets_ticket"] = plan.first_ticket + plan.tickets - 1
    ends["customers_customer"] = plan.first_customer + len(plan.joined) - 1
    for table, end in ends.items():
        cursor.execute("SELECT setval(pg_get_serial_sequence(%s, 'id'), %s)", [table, max(1, end)])
    return starts


def next_number(cursor: Any, table: str) -> int:
    """The first number that neither the table nor its sequence has used."""
    cursor.execute("SELECT pg_get_serial_sequence(%s, 'id')", [table])
    sequence = cursor.fetchone()[0]
    cursor.execute(
        f"SELECT greatest((SELECT CASE WHEN is_called THEN last_value + 1 ELSE last_value END FROM {sequence}),"
        f' (SELECT coalesce(max(id), 0) + 1 FROM "{table}"))'
    )
    return int(cursor.fetchone()[0])


def _head(cursor: Any) -> int:
    cursor.execute("SELECT coalesce(max(position), 0) FROM event_log_event")
    return int(cursor.fetchone()[0])


def _buckets(cursor: Any, kind: str, first: int, count: int) -> bytes:
    """The event log's bucket of each subject, as PostgreSQL computes it."""
    cursor.execute(
        "SELECT (hashtext(%s || number) & 2147483647) %% %s FROM generate_series(%s, %s) AS number ORDER BY number",
        [f"{kind}:", BUCKETS, first, first + count - 1],
    )
    return bytes(row[0] for row in cursor.fetchall())
