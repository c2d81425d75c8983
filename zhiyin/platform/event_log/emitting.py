"""Recording facts in the caller's transaction."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import connection, transaction

from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.models import PendingEvent

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
    PendingEvent.objects.bulk_create(
        PendingEvent(type=fact.type, subject=fact.subject(), payload=fact.payload() | cause, at=fact.at)
        for fact in facts
    )
