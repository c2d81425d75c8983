"""Keyset pages: stable under inserts, as quick on page 1,000 as on page 1."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from django.db.models import Model, Q, QuerySet

from zhiyin.platform.http.errors import DomainError

M = TypeVar("M", bound=Model)
MAX_LIMIT = 100


@dataclass(frozen=True)
class Page(Generic[M]):
    items: list[M]
    next_cursor: str | None


class BadCursor(DomainError):
    code = "bad_cursor"
    status = 400
    messages = {
        "zh": "分页位置无效，请从第一页重新加载。",
        "en": "That page position is not valid; start again from the first page.",
    }


def keyset_page(rows: QuerySet[M], *, order: tuple[str, str], cursor: str | None, limit: int) -> Page[M]:
    """One page of rows in the order of a column and the id, e.g. ('-last_message_at', '-id').

    Both columns run the same way. Raises BadCursor for a cursor this order did not make.
    """
    column, tie = (name.removeprefix("-") for name in order)
    limit = max(1, min(limit, MAX_LIMIT))
    found = list(rows_after(rows, order=order, cursor=cursor).order_by(*order)[: limit + 1])
    more = len(found) > limit
    items = found[:limit]
    return Page(items, _encode(items[-1], column, tie) if more else None)


def rows_after(rows: QuerySet[M], *, order: tuple[str, str], cursor: str | None) -> QuerySet[M]:
    """Those of the rows that come after the cursor; all when there is none. Raises BadCursor."""
    if not cursor:
        return rows
    column, tie = (name.removeprefix("-") for name in order)
    value, last_id = _decode(cursor, rows, column)
    side = "lt" if order[0].startswith("-") else "gt"
    # the first condition lets the index start at the right place, the second settles ties
    return rows.filter(**{f"{column}__{side}e": value}).filter(
        Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"{tie}__{side}": last_id})
    )


def _encode(row: Model, column: str, tie: str) -> str:
    value = getattr(row, column)
    told = value.isoformat() if isinstance(value, datetime) else value
    return base64.urlsafe_b64encode(json.dumps([told, getattr(row, tie)]).encode()).decode().rstrip("=")


def _decode(cursor: str, rows: QuerySet[Any], column: str) -> tuple[Any, int]:
    try:
        value, last_id = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return rows.model._meta.get_field(column).to_python(value), int(last_id)
    except Exception as error:
        raise BadCursor from error
