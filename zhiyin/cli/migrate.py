"""`zhiyin migrate`: brings the database's structure up to this version, one process at a time."""

from __future__ import annotations

from zhiyin.cli.arguments import Parser
from zhiyin.cli.language import say
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, start_django

_UNSEEN_COLUMNS = """
SELECT format('%I.%I', schema.nspname, held.relname) FROM pg_class held
JOIN pg_namespace schema ON schema.oid = held.relnamespace
WHERE held.relkind = 'r' AND schema.nspname = current_schema() AND pg_relation_size(held.oid) > 0 AND EXISTS (
    SELECT FROM pg_attribute field WHERE field.attrelid = held.oid AND field.attnum > 0 AND NOT field.attisdropped
    AND NOT EXISTS (SELECT FROM pg_stats seen WHERE seen.schemaname = schema.nspname
                    AND seen.tablename = held.relname AND seen.attname = field.attname))
ORDER BY held.oid
"""
_LOCK = 0x5A48_4959  # any number that is ours alone


def run(words: list[str]) -> int:
    """Migrate under an advisory lock, so that several machines may start at once."""
    parser = Parser(
        "migrate",
        zh="升级数据库结构；可重复运行。",
        en="Bring the database up to this version; safe to repeat.",
    )
    parser.add_argument("--quiet", action="store_true", help=say("不输出", "print nothing"))
    options = parser.parse_args(words)
    enter(options.data)
    end_with_parent()
    start_django()
    migrate(verbosity=0 if options.quiet else 1)
    return 0


def migrate(*, verbosity: int) -> None:
    """Apply what is missing; a table that is busy for 10 s ends this instead of blocking everyone."""
    from django.core.management import call_command
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [_LOCK])
        cursor.execute("SET lock_timeout = '10s'")
    try:
        call_command("migrate", interactive=False, verbosity=verbosity)
        call_command("createcachetable", verbosity=verbosity)
        _look_at_new_columns()
    finally:
        connection.close()  # lets go of the lock


def _look_at_new_columns() -> None:
    """Let PostgreSQL count what stands in columns it has no figures of.

    Until it has looked, it takes a new column for one in which each value stands often, and reads a million rows to
    find the one it needs. By itself it looks only after a tenth of a table has changed.
    """
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_UNSEEN_COLUMNS)
        for (table,) in cursor.fetchall():
            cursor.execute(f"ANALYZE {table}")
