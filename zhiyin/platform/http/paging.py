"""Keyset pages: stable under inserts, as quick on page 1,000 as on page 1."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
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


def keyset_page(rows: QuerySet[M], *, order: tuple[str, ...], cursor: str | None, limit: int) -> Page[M]:
    """One page of rows in the order of columns or annotations, the last of them unique: ('-last_message_at', '-id').

    None of them may be NULL. Raises BadCursor for a cursor this order did not make.
    """
    limit = max(1, min(limit, MAX_LIMIT))
    return page_of(rows_after(rows, order=order, cursor=cursor).order_by(*order)[: limit + 1], order, limit)


def page_of(rows: Iterable[M], order: tuple[str, ...], limit: int) -> Page[M]:
    """The page of rows that were found in its order, one more of them than it holds where there are more."""
    found = list(rows)
    items = found[:limit]
    return Page(items, _encode(items[-1], order) if len(found) > limit else None)


def rows_after(rows: QuerySet[M], *, order: tuple[str, ...], cursor: str | None) -> QuerySet[M]:
    """Those of the rows that come after the cursor; all when there is none. Raises BadCursor."""
    if not cursor:
        return rows
    last = _decode(cursor, rows, order)
    after, equal = Q(), Q()
    for name, value in zip(order, last, strict=True):
        column = name.removeprefix("-")
        after |= equal & Q(**{f"{column}__{_side(name)}": value})
        equal &= Q(**{column: value})
    # the first condition lets the index start at the right place, the second settles ties
    return rows.filter(**{f"{order[0].removeprefix('-')}__{_side(order[0])}e": last[0]}).filter(after)


def _side(name: str) -> str:
    return "lt" if name.startswith("-") else "gt"


def _encode(row: Model, order: tuple[str, ...]) -> str:
    values = [getattr(row, name.removeprefix("-")) for name in order]
    told = [value.isoformat() if isinstance(value, datetime) else value for value in values]
    return base64.urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")


def _decode(cursor: str, rows: QuerySet[Any], order: tuple[str, ...]) -> list[Any]:
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return [
            _value(rows, name.removeprefix("-"), value) for name, value in zip(order, values, strict=True)
        ]
    except Exception as error:
        raise BadCursor from error


def _value(rows: QuerySet[Any], column: str, value: Any) -> Any:
    annotation = rows.query.annotations.get(column)
    field = annotation.output_field if annotation is not None else rows.model._meta.get_field(column)
    read = field.to_python(value)
    if read is None:
        raise ValueError(f"no {column}")
    return read
