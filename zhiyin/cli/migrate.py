"""`zhiyin migrate`: brings the database's structure up to this version, one process at a time."""

from __future__ import annotations

import sys
import time

from zhiyin.cli.arguments import Parser
from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.failures import CommandFailed
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
PATIENCE = 180.0  # seconds for a structure that somebody is making
_LOOKED_EVERY = 0.2


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


def wait_until_migrated(folder: DataFolder) -> None:
    """Until the database has this version's structure and what is shipped in it: a centre that has just started is
    still making them. Raises CommandFailed where nobody makes them, or not in three minutes."""
    began, told = time.monotonic(), False
    while (state := _state_of_structure(starts=folder.is_running())) != "there":
        if state == "missing" and not folder.is_running():
            raise CommandFailed(
                zh="数据库结构还不是这个版本的。请先运行 zhiyin up 或 zhiyin migrate，再运行一次这个命令。",
                en="the database does not have this version's structure. Run zhiyin up or zhiyin migrate first, "
                "then this command again.",
            )
        if time.monotonic() - began > PATIENCE:
            raise CommandFailed(
                zh="数据库结构还在升级，什么都没有改动。请等知音启动完成后再运行一次这个命令。",
                en="the database's structure is still being made; nothing was changed. "
                "Run this command again when Zhiyin has started.",
            )
        if not told:
            told = True
            print(
                say(
                    "数据库结构正在升级，完成后继续……",
                    "the database's structure is being made; waiting for it…",
                ),
                file=sys.stderr,
                flush=True,
            )
        time.sleep(_LOOKED_EVERY)


def _state_of_structure(*, starts: bool) -> str:
    """there, making: somebody is at it, missing: nobody is. Where the centre `starts`, its database may not answer
    yet."""
    from django.db import OperationalError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        connection.ensure_connection()
    except OperationalError:
        if starts:
            return "making"
        raise
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_LOCK])
        if not cursor.fetchone()[0]:
            return "making"
        try:
            executor = MigrationExecutor(connection)
            missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_LOCK])
    return "missing" if missing else "there"


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
