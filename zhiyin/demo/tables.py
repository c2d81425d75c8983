"""The tables of a load as they are in this database: columns we leave at their defaults, constraints, indexes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import NOT_PROVIDED
from psycopg.types.json import Jsonb

from zhiyin.demo.rows import COLUMNS, NULL, array, boolean, structure, text


@dataclass(frozen=True)
class Structure:
    """A constraint or index that is taken off for a large load and put back after it."""

    table: str
    name: str
    definition: str  # what puts it back
    is_constraint: bool

    @property
    def removal(self) -> str:
        if self.is_constraint:
            return f'ALTER TABLE "{self.table}" DROP CONSTRAINT "{self.name}"'
        return f'DROP INDEX "{self.name}"'

    @property
    def restoral(self) -> str:
        if self.is_constraint:
            return f'ALTER TABLE "{self.table}" ADD CONSTRAINT "{self.name}" {self.definition}'
        return self.definition


def copy_statement(table: str, *, frozen: bool = False) -> str:
    """COPY for a table's rows, as rows.COLUMNS orders them with the defaults behind."""
    columns = ", ".join(f'"{name}"' for name in [*COLUMNS[table].split(), *_defaults(table)])
    return f'COPY "{table}" ({columns}) FROM STDIN{" (FREEZE)" if frozen else ""}'


def rest() -> dict[str, str]:
    """For each table, what goes behind our own columns: the defaults of all others, tabs included."""
    return {table: "".join(f"\t{value}" for value in _defaults(table).values()) for table in COLUMNS}


def droppable(cursor: Any) -> list[Structure]:
    """Foreign keys to and from the tables, unique constraints and indexes, in the order of their removal.

    Primary keys by number stay: rows come in that order, and others point to them.
    """
    tables = list(COLUMNS)
    cursor.execute(_FOREIGN_KEYS, [tables, tables])
    foreign = [Structure(*row) for row in cursor.fetchall()]
    cursor.execute(_UNIQUE, [tables])
    unique = [Structure(*row) for row in cursor.fetchall()]
    cursor.execute(_INDEXES, [tables])
    return foreign + unique + [Structure(*row) for row in cursor.fetchall()]


def _defaults(table: str) -> dict[str, str]:
    ours = set(COLUMNS[table].split())
    return {
        str(field.column): _default(field)
        for field in _model(table)._meta.concrete_fields
        if field.column not in ours and not _filled_by_database(field)
    }


def _filled_by_database(field: models.Field[Any, Any]) -> bool:
    return isinstance(field, models.AutoField) or field.db_default is not NOT_PROVIDED


def _default(field: models.Field[Any, Any]) -> str:
    value = field.get_default()
    if value is None:
        return NULL
    if isinstance(value, bool):
        return boolean(value)
    prepared = field.get_db_prep_save(value, _connection())
    if isinstance(prepared, Jsonb):
        return structure(value)
    if isinstance(value, list):
        return array(value)
    return text(str(prepared))


def _connection() -> Any:
    from django.db import connection

    return connection


def _model(table: str) -> type[models.Model]:
    return next(model for model in apps.get_models() if model._meta.db_table == table)


def database_tables(names: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in names)


_FOREIGN_KEYS = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), true FROM pg_constraint
WHERE contype = 'f' AND (conrelid::regclass::text = ANY (%s) OR confrelid::regclass::text = ANY (%s))
ORDER BY conname
"""
_UNIQUE = """
SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), true FROM pg_constraint
WHERE conrelid::regclass::text = ANY (%s)
  AND (contype = 'u' OR contype = 'p' AND conrelid = 'tickets_threadkey'::regclass)
ORDER BY conname
"""
_INDEXES = """
SELECT tablename, indexname, indexdef, false FROM pg_indexes
WHERE tablename = ANY (%s) AND schemaname = current_schema()
  AND indexname NOT IN (SELECT conname FROM pg_constraint WHERE conname = indexname)
ORDER BY indexname
"""
