"""`zhiyin migrate`: brings the database's structure up to this version, one process at a time."""

from __future__ import annotations

from zhiyin.cli.arguments import Parser
from zhiyin.cli.language import say
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, start_django

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
    finally:
        connection.close()  # lets go of the lock
