"""Centres to measure: a real `zhiyin up` in a folder of its own (fsync on), filled with demo data."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import psutil
import psycopg

from zhiyin.testing.centre import RunningCentre

AGENT_SCOPES = [
    "tickets.read",
    "tickets.reply",
    "tickets.edit",
    "customers.read",
    "people.read",
    "messages.hand_in",
]

_AT_REST = """
SELECT NOT EXISTS (SELECT FROM event_log_pendingevent) AND NOT EXISTS (
    SELECT FROM event_log_cursor c CROSS JOIN LATERAL (
        SELECT FROM event_log_event e
        WHERE e.position > c.position AND e.bucket %% 4 = c.lane AND e.type = ANY (c.types)
        ORDER BY e.position LIMIT 1) ahead)
"""


class Store(RunningCentre):
    """A running centre that knows its database."""

    patience = 900.0  # a kept one may have a million tickets to migrate

    def sql(self, statement: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.told()["environment"]["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def postgres(self) -> str:
        """Version and whether commits are on disk."""
        version, fsync = self.sql("SELECT current_setting('server_version'), current_setting('fsync')")[0]
        return f"PostgreSQL {version}, fsync {fsync}"

    def token(self, email: str, scopes: Sequence[str] = AGENT_SCOPES) -> str:
        """A token that acts as this member of staff."""
        value = f"zyt_{secrets.token_urlsafe(32)}"
        self.sql(
            "INSERT INTO people_apitoken (staff_id, name, prefix, hash, scopes, expires_at)"
            " SELECT id, 'bench', %s, %s, %s, now() + interval '1 day' FROM people_staff WHERE email = %s",
            [value[:12], hashlib.sha256(value.encode()).hexdigest(), list(scopes), email],
        )
        return value

    def fill(self, tickets: int, *, seed: int = 1) -> float:
        """Load demo data; seconds that took."""
        began = time.monotonic()
        words = ["demo", "--data", str(self.folder), "--tickets", str(tickets), "--seed", str(seed)]
        subprocess.run([*self.program, *words], env=self.environment, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began

    def settle(self, *, patience: float = 900) -> None:
        """Wait until nothing is left to sequence or to react to, and the machine's own work has calmed down."""
        deadline = time.monotonic() + patience
        while not self.is_at_rest():
            _wait_until(deadline)
        self.sql("CHECKPOINT") if self._may_checkpoint() else None
        time.sleep(2)

    def is_at_rest(self) -> bool:
        """Whether every fact has its place in the log, and everybody has reacted to it."""
        return bool(self.sql(_AT_REST)[0][0])

    def parked(self) -> int:
        """How many facts somebody could not react to."""
        return int(self.sql("SELECT count(*) FROM event_log_parkedevent")[0][0])

    def spent(self) -> dict[str, float]:
        """Processor seconds so far: of the web processes together, the worker, the streams, and PostgreSQL with the
        connections it has closed."""
        web = [part for part in self.told()["processes"] if part.startswith("web-")]
        return {
            "web": sum(map(self._spent_by, web)),
            "worker": self._spent_by("worker"),
            "PostgreSQL": self._spent_by_postgres(),
            "streams": self._spent_by("stream"),
        }

    def _spent_by(self, part: str) -> float:
        return sum(psutil.Process(self.pid(part)).cpu_times()[:2])

    def _spent_by_postgres(self) -> float:
        postmaster = psutil.Process(int((self.folder / "postgres" / "postmaster.pid").read_text().split()[0]))
        spent = sum(postmaster.cpu_times()[:4])  # with its children that ended
        for backend in postmaster.children():
            with contextlib.suppress(psutil.NoSuchProcess):
                spent += sum(backend.cpu_times()[:2])
        return spent

    def _may_checkpoint(self) -> bool:
        return bool(self.sql("SELECT pg_has_role(current_user, 'pg_checkpoint', 'MEMBER')")[0][0])


@contextlib.contextmanager
def store(tickets: int, *, keep: Path | None = None) -> Iterator[Store]:
    """A centre with so many tickets, freshly started. With `keep`, its folder stays there for the next time."""
    with contextlib.ExitStack() as ending:
        if keep is None:
            folder = Path(ending.enter_context(tempfile.TemporaryDirectory(prefix="zybench"))) / "data"
        else:
            keep.mkdir(parents=True, exist_ok=True)
            folder = keep / f"store-{tickets}"
        running = Store(folder, ZHIYIN_LANG="en")
        ending.callback(_end, running)
        filled = folder / "filled"
        if not filled.exists():
            running.start()
            seconds = running.fill(tickets)
            print(f"  filled with {tickets:,} tickets in {seconds:.0f} s", flush=True)
            running.settle()
            running.sql("VACUUM (ANALYZE)")  # what PostgreSQL does by itself in the minutes after
            running.stop()
            filled.touch()
        running.start()
        running.settle()
        yield running


def _end(running: Store) -> None:
    if running.process is not None and running.process.poll() is None:
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.stop()
    running.kill_everything()


def _wait_until(deadline: float) -> None:
    if time.monotonic() > deadline:
        raise TimeoutError("the worker did not get done")
    time.sleep(0.5)
