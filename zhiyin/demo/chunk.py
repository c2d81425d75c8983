"""A chunk: cases told together, with the numbers their rows get and where the rows go."""

from __future__ import annotations

from array import array
from collections import defaultdict
from dataclasses import dataclass
from random import Random

from zhiyin.demo.history import History
from zhiyin.demo.mails import File
from zhiyin.demo.rows import Rows, moment, text
from zhiyin.demo.standing import Standing, StoredContent

FIRST, NEW = 1, 2  # a case is its customer's first; and by it they became known
PER_TICKET = 48  # no case has more rows of one kind; chunks get their numbers in blocks of this size


@dataclass(frozen=True)
class Task:
    """What one process is to make: `count` cases from `first` on, and where their numbers begin."""

    number: int
    seed: int
    now: int
    first_ticket: int
    arrivals: array[int]
    customers: array[int]  # of each case
    is_first: bytes  # of each case: FIRST, NEW or 0
    starts: dict[str, int]  # table: first free number
    buckets: bytes  # of each case's subject in the event log
    customer_buckets: bytes  # of each case's customer
    lingering: float  # how much of today's cases stays unfinished; fades with age


@dataclass(frozen=True)
class CustomerTask:
    """Customers to make, numbered from `first` on: when each became known and last wrote."""

    seed: int
    first: int
    joined: array[int]
    heard: array[int]
    buckets: bytes
    begin: int  # whoever joined later is told of by their first case


@dataclass(frozen=True)
class Made:
    """A chunk's rows for COPY, and its facts."""

    rows: dict[str, bytes]
    times: array[int]
    facts: bytes
    cases: int


class Chunk:
    """What the cases of a task are written with."""

    def __init__(self, task: Task, standing: Standing, rest: dict[str, str]) -> None:
        self.task, self.standing = task, standing
        self.rng = Random(f"{task.seed}/{task.first_ticket}")  # noqa: S311  (repeatable, not secret)
        self.rows = Rows(rest)
        tickets = {task.first_ticket + index: bucket for index, bucket in enumerate(task.buckets)}
        customers = dict(zip(task.customers, task.customer_buckets, strict=True))
        self.history = History({"ticket": tickets, "customer": customers})
        self.now = task.now
        self._next = defaultdict(int, task.starts)

    def next_id(self, table: str) -> int:
        number = self._next[table]
        self._next[table] += 1
        return number

    def token(self, bits: int = 80) -> str:
        return f"{self.rng.getrandbits(bits):0{bits // 4}x}"

    def store(self, stored: StoredContent, at: int) -> File:
        """Another named use of a content."""
        file_id = self.next_id("files_storedfile")
        self.rows.add(
            "files_storedfile",
            str(file_id),
            self.token(128),
            stored.sha256,
            text(stored.name),
            stored.media_type,
            str(len(stored.content)),
            moment(at),
        )
        return File(file_id, stored.name, stored.media_type, stored.content)

    def made(self) -> Made:
        times, facts = self.history.packed()
        return Made(self.rows.encoded(), times, facts, len(self.task.arrivals))
