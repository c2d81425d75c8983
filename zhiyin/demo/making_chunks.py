"""Making a chunk's rows, in this process or another: pure work on plain data."""

from __future__ import annotations

import gc
import os
import threading
import time

from zhiyin.demo.chunk import NEW, Chunk, CustomerTask, Made, Task
from zhiyin.demo.customers import Customer, customer
from zhiyin.demo.history import History
from zhiyin.demo.rows import Rows, boolean, moment, text, vector
from zhiyin.demo.standing import Standing
from zhiyin.demo.telling import Telling
from zhiyin.platform.text.lexemes import lexemes


class Maker:
    """Makes chunks for one load; `rest` fills the columns that the demo leaves at their defaults."""

    def __init__(self, standing: Standing, rest: dict[str, str]) -> None:
        self._standing, self._rest = standing, rest

    def make(self, task: Task | CustomerTask) -> Made:
        return self._cases(task) if isinstance(task, Task) else self._customers(task)

    def _customers(self, task: CustomerTask) -> Made:
        rows = Rows(self._rest)
        history = History(
            {"customer": {task.first + index: bucket for index, bucket in enumerate(task.buckets)}}
        )
        for index, joined in enumerate(task.joined):
            who = customer(task.first + index, task.seed)
            write_customer(rows, who, joined, task.heard[index])
            if joined < task.begin:
                history.tell("customers.created", "customer", who.id, "", joined)
        times, facts = history.packed()
        return Made(rows.encoded(), times, facts, 0)

    def _cases(self, task: Task) -> Made:
        chunk = Chunk(task, self._standing, self._rest)
        for index, at in enumerate(task.arrivals):
            telling = Telling(
                chunk,
                ticket_id=task.first_ticket + index,
                customer=customer(task.customers[index], task.seed),
                at=at,
                is_first=bool(task.is_first[index]),
            )
            if task.is_first[index] == NEW:
                chunk.history.tell("customers.created", "customer", task.customers[index], "", at)
            telling.tell()
            case = telling.case
            found_by = vector(lexemes(case.searched()) + list(case.marks))
            chunk.rows.add("tickets_ticketsearch", str(case.id), found_by, moment(case.last_message_at))
        return chunk.made()


def write_customer(rows: Rows, who: Customer, joined: int, heard: int) -> None:
    """A customer's row with their search entry, and their identities."""
    identities = [("email", who.email), ("phone", who.phone), ("external", who.account)]
    known = [(kind, value) for kind, value in identities if value]
    words = " ".join([who.name.full, who.company, who.note, *(value for _, value in known)])
    at = moment(joined)
    rows.add(
        "customers_customer",
        *(str(who.id), text(who.name.full), text(who.company), who.tier, who.language, text(who.note)),
        *(vector(lexemes(words)), at, moment(heard)),
    )
    for kind, value in known:
        rows.add("customers_identity", str(who.id), kind, text(value), boolean(kind != "phone"), at)


_maker: Maker | None = None


def prepare_process(standing: Standing, rest: dict[str, str], parent: int) -> None:
    """What a helping process does first."""
    global _maker  # noqa: PLW0603  (one per process, set once)
    _maker = Maker(standing, rest)
    gc.disable()  # nothing here refers to itself, and looking for it takes a third of the time
    threading.Thread(target=_end_with, args=(parent,), daemon=True).start()


def make_in_process(task: Task | CustomerTask) -> Made:
    assert _maker is not None
    return _maker.make(task)


def _end_with(parent: int) -> None:
    """A killed parent can't tell us to stop."""
    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)
