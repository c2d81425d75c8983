"""Recording facts in the caller's transaction."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection, transaction

from zhiyin.platform.event_log.facts import Fact

_EMIT = """
INSERT INTO event_log_pendingevent (type, subject, payload, at)
SELECT * FROM unnest(%s::text[], %s::text[], %s::jsonb[], %s::timestamptz[])
"""


class NotInTransaction(RuntimeError):
    """A fact must commit together with what it tells of."""


def emit(*facts: Fact) -> None:
    """Record facts; they become visible to subscribers once the surrounding transaction commits."""
    emit_all(facts)


def emit_all(facts: Iterable[Fact]) -> None:
    """Record many facts with one insert. Raises NotInTransaction outside a transaction."""
    if not connection.in_atomic_block or transaction.get_autocommit():
        raise NotInTransaction("emit() must be called inside transaction.atomic()")
    told = [(fact.type, fact.subject(), json.dumps(fact.payload()), fact.at) for fact in facts]
    if told:
        with connection.cursor() as cursor:
            cursor.execute(_EMIT, [list(column) for column in zip(*told, strict=True)])
