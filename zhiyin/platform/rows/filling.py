"""Rows with those they point to, read beside them and not by joins.

Joins bring the same, but PostgreSQL weighs every order in which ten tables may be joined, which takes it ten times
as long as reading a page; a group that thirty tickets share is sent thirty times; and what is sorted is sorted with all
that was joined to it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from typing import Any, cast

from django.db import connection
from django.db.models import Model

Rows = Collection[Model]  # of one model
Shown = Mapping[str, Sequence[str]]  # columns by relation: a foreign key or the other end of a one-to-one


def fill(*wanted: tuple[Rows, Shown]) -> None:
    """Give rows those they point to, with the columns that are named; one statement for all of them.

    Columns that are not named are read when they are asked for, with a query each.
    """
    asked = [
        _Relation(name, columns, rows) for rows, shown in wanted if rows for name, columns in shown.items()
    ]
    parts = [relation.sql(number) for number, relation in enumerate(asked) if relation.keys]
    found: dict[int, dict[int, Model]] = {}
    if parts:
        with connection.cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts), [sorted(one.keys) for one in asked if one.keys])
            for number, key, values in cursor.fetchall():
                found.setdefault(number, {})[key] = asked[number].instance(key, json.loads(values))
    for number, relation in enumerate(asked):
        relation.put(found.get(number, {}))


class _Relation:
    def __init__(self, name: str, columns: Sequence[str], rows: Rows) -> None:
        self.rows = rows
        self.field: Any = next(iter(rows))._meta.get_field(name)
        self.model = cast("type[Model]", self.field.related_model)
        self.columns: list[Any] = [self.model._meta.get_field(column) for column in columns]
        self.attribute: str = self.field.attname if self.field.concrete else "pk"
        self.keys: set[int] = {getattr(one, self.attribute) for one in rows} - {None}

    def sql(self, number: int) -> str:
        quote = connection.ops.quote_name
        columns = ", ".join(quote(column.column) for column in self.columns)
        table, key = self.model._meta.db_table, self._key.column
        return (
            f"SELECT {number}, {quote(key)}, jsonb_build_array({columns})::text"
            f" FROM {quote(table)} WHERE {quote(key)} = ANY(%s)"
        )

    def instance(self, key: int, values: list[Any]) -> Any:
        told = {column: column.to_python(value) for column, value in zip(self.columns, values, strict=True)}
        told[self._key] = key
        columns = [column for column in self.model._meta.concrete_fields if column in told]
        return self.model.from_db(
            connection.alias, [column.attname for column in columns], [told[column] for column in columns]
        )

    def put(self, found: Mapping[int, Model]) -> None:
        for row in self.rows:
            self.field.set_cached_value(row, found.get(getattr(row, self.attribute)))

    @property
    def _key(self) -> Any:
        return self.model._meta.pk
