"""Recording facts in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

from zhiyin.platform.event_log.facts import Fact

_EMIT = """
INSERT INTO event_log_pendingevent (type, subject, payload, at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
"""

_because: ContextVar[str] = ContextVar("because", default="")


@contextmanager
def because_of(cause: str) -> Iterator[None]:
    """Every fact recorded inside says what made it happen: the one way to tell what follows from what is ours."""
    token = _because.set(cause)
    try:
        yield
    finally:
        _because.reset(token)


class NotInTransaction(RuntimeError):
    """A fact must commit together with what it tells of."""


def emit(*facts: Fact) -> None:
    """Record facts; they become visible to subscribers once the surrounding transaction commits."""
    emit_all(facts)


def emit_all(facts: Iterable[Fact]) -> None:
    """Record many facts with one insert. Raises NotInTransaction outside a transaction."""
    if not connection.in_atomic_block or transaction.get_autocommit():
        raise NotInTransaction("emit() must be called inside transaction.atomic()")
    cause: dict[str, Any] = {"because": _because.get()} if _because.get() else {}
    told = [(fact.type, fact.subject(), json.dumps(fact.payload() | cause), fact.at) for fact in facts]
    if told:
        with connection.cursor() as cursor:
            cursor.execute(_EMIT, [list(column) for column in zip(*told, strict=True)])
