"""The newest tickets that hold all words of a query, found in the same time however many there are.

A common word stands in a third of all tickets: sorting them all by age takes seconds among a million. A rare one
stands in none of the newest: reading back from the newest until a page is full takes as long. PostgreSQL can't
tell which is which for words it has no statistics of. So the index is asked for the newest days first, by the
marks that it holds beside the words, then for some more, then for the newest months, and only then for everything:
what is left to sort is little each time. Later questions are asked only where the ones before found too little, in one statement.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Max, QuerySet

from zhiyin.people.models import Staff
from zhiyin.people.permissions import Scope
from zhiyin.platform.http.paging import rows_after
from zhiyin.platform.text.search import LexemeQuery, query_text
from zhiyin.tickets.indexing import assignee_mark, day_mark, group_mark, month_mark
from zhiyin.tickets.models import Ticket, TicketSearch

ORDER = ("-last_message_at", "-ticket_id")
FEW_DAYS, DAYS, MONTHS = 1, 5, 3

# all that match, then the newest of them that the person may see: looked up one by one until there are enough
_PART = """{name}_matching AS MATERIALIZED (SELECT * FROM ({rows}) matching WHERE {when}),
{name} AS MATERIALIZED (
    SELECT * FROM (SELECT * FROM {name}_matching ORDER BY last_message_at DESC, ticket_id DESC OFFSET 0) newest
    WHERE {seen} LIMIT {enough})"""
_STATEMENT = """WITH {parts}
SELECT ticket_id, last_message_at FROM ({found}) found ORDER BY last_message_at DESC, ticket_id DESC LIMIT {enough}
"""


def newest_matching(*, query: str, cursor: str | None, limit: int, by: Staff) -> list[TicketSearch]:
    """Up to `limit` tickets after the cursor, newest message first and without their words; none for a query that
    has no words."""
    words = query_text(query)
    after = rows_after(TicketSearch.objects.all(), order=ORDER, cursor=cursor)
    newest = after.aggregate(at=Max("last_message_at"))["at"]
    if not words or newest is None:
        return []
    try:
        seen, seeing = _seen(by)
    except EmptyResultSet:  # nothing is theirs to see
        return []
    mine = _any(_places(by))
    days = [newest - timedelta(days=back) for back in range(DAYS)]
    months = _months_before(newest)
    marks_since = {
        "few_days": (map(day_mark, days[:FEW_DAYS]), _midnight(days[FEW_DAYS - 1])),
        "days": (map(day_mark, days), _midnight(days[-1])),
        "months": (map(month_mark, months), months[-1]),
        "ever": ((), None),
    }
    asked = {
        name: _asked(after, [words, mine, _any(marks)], since=since)
        for name, (marks, since) in marks_since.items()
    }
    parts = ",\n".join(
        _PART.format(
            name=name, rows=rows, when=_too_few(list(asked)[:number], limit), seen=seen, enough=limit
        )
        for number, (name, (rows, _)) in enumerate(asked.items())
    )
    found = " UNION ALL ".join(
        f"SELECT * FROM {name} WHERE NOT ({_too_few([name], limit)})" for name in asked if name != "ever"
    )
    statement = _STATEMENT.format(parts=parts, found=f"SELECT * FROM ever UNION ALL {found}", enough=limit)
    with connection.cursor() as asking:
        asking.execute(statement, [param for _, params in asked.values() for param in (*params, *seeing)])
        return [TicketSearch(ticket_id=pk, last_message_at=at) for pk, at in asking.fetchall()]


def _too_few(parts: list[str], enough: int) -> str:
    """The condition that none of the parts before found enough."""
    return " AND ".join(f"(SELECT count(*) FROM {part}) < {enough}" for part in parts) or "TRUE"


def _seen(by: Staff) -> tuple[str, tuple[Any, ...]]:
    """The condition that the person may see the ticket of a row of `newest`. Raises EmptyResultSet for never."""
    if by.scope("tickets.read") == Scope.ALL:
        return "TRUE", ()
    theirs = Ticket.objects.visible_to(by).extra(where=["tickets_ticket.id = newest.ticket_id"])
    statement, params = theirs.order_by().values("pk").query.sql_with_params()
    return f"EXISTS ({statement})", params


def _asked(
    after: QuerySet[TicketSearch], asked: list[str], *, since: datetime | None
) -> tuple[str, tuple[Any, ...]]:
    """SQL for the rows that hold everything asked for. Unordered: else PostgreSQL may read along the order instead."""
    rows = after.filter(document=LexemeQuery(" & ".join(part for part in asked if part)))
    if since is not None:
        rows = rows.filter(last_message_at__gte=since)
    return rows.order_by().values_list("ticket_id", "last_message_at").query.sql_with_params()


def _places(by: Staff) -> list[str]:
    """The marks of all that is within the person's reach; none when that is everything."""
    scope = by.scope("tickets.read")
    if scope == Scope.ALL:
        return []
    groups = [group_mark(group_id) for group_id in (None, *by.group_ids)] if scope == Scope.GROUP else []
    return [assignee_mark(by.pk), *groups]


def _any(marks: Iterable[str]) -> str:
    told = " | ".join(f"'{mark}'" for mark in marks)
    return f"({told})" if told else ""


def _months_before(newest: datetime) -> list[datetime]:
    """The first moments of the newest month and of those before it."""
    first = _midnight(newest).replace(day=1)
    found = [first]
    for _ in range(MONTHS - 1):
        first = (first - timedelta(days=1)).replace(day=1)
        found.append(first)
    return found


def _midnight(at: datetime) -> datetime:
    return at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
