"""The database inside the embedded PostgreSQL: made once, migrated when the program changed."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import psycopg
from psycopg import sql

import zhiyin
from zhiyin.cli.embedded_postgres import DATABASE, OWNER, SUPERUSER, EmbeddedPostgres

_MIGRATORS = ("django", "django-allauth", "procrastinate")


class OwnedDatabase:
    def __init__(self, server: EmbeddedPostgres) -> None:
        self._url = server.url(database="postgres", user=SUPERUSER)

    def ensure(self) -> None:
        """Make the role and the database where they are missing."""
        with psycopg.connect(self._url, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [OWNER]).fetchone():
                connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(OWNER)))
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
                connection.execute(
                    sql.SQL("CREATE DATABASE {} OWNER {}").format(
                        sql.Identifier(DATABASE), sql.Identifier(OWNER)
                    )
                )

    def is_current(self) -> bool:
        """Whether exactly this program migrated it; spares every later start two seconds."""
        with psycopg.connect(self._url) as connection:
            row = connection.execute(
                "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s", [DATABASE]
            ).fetchone()
        return row is not None and row[0] == _mark()

    def note_current(self) -> None:
        with psycopg.connect(self._url, autocommit=True) as connection:
            connection.execute(
                sql.SQL("COMMENT ON DATABASE {} IS {}").format(sql.Identifier(DATABASE), sql.Literal(_mark()))
            )


def _mark() -> str:
    """A mark of the program as it is on this disk: any changed file makes another."""
    root = Path(zhiyin.__file__).parent
    stats = sorted((str(path), path.stat().st_mtime_ns) for path in root.rglob("*.py"))
    versions = [version(name) for name in _MIGRATORS]
    return f"migrated by {hashlib.sha256(repr((stats, versions)).encode()).hexdigest()}"
