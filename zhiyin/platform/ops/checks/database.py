"""Is the database there, new enough, migrated and safe; do its clock and disk do?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from zhiyin.platform.ops.findings import Finding, check, error, ok, warn

_OLDEST = 15
_GB = 1024**3


@check("database", zh="数据库", en="Database", needs_database=False)
def check_database(*, now: datetime) -> Iterator[Finding]:
    """Reachable, of a version we know, migrated, and set up to keep what it was told."""
    del now
    try:
        version = connection.cursor().connection.info.server_version
    except OperationalError as problem:
        yield error(
            "database.unreachable",
            zh=f"无法连接数据库：{problem}",
            en=f"The database can't be reached: {problem}",
            next_zh="确认 PostgreSQL 正在运行，检查 DATABASE_URL；内置数据库请先运行 zhiyin up。",
            next_en="See that PostgreSQL runs and check DATABASE_URL; for the embedded one start zhiyin up.",
        )
        return
    if version // 10000 < _OLDEST:
        yield error(
            "database.too_old",
            zh=f"PostgreSQL {version // 10000} 过旧。",
            en=f"PostgreSQL {version // 10000} is too old.",
            next_zh=f"请升级到 PostgreSQL {_OLDEST} 或更新版本。",
            next_en=f"Upgrade to PostgreSQL {_OLDEST} or newer.",
        )
    else:
        named = f"PostgreSQL {version // 10000}.{version % 10000}"
        yield ok("database.reachable", zh=f"{named} 可用。", en=f"{named} answers.")
    yield from _unapplied_migrations()
    yield from _careless_settings()
    yield from _connections()


@check("clock", zh="时钟", en="Clock")
def check_clock(*, now: datetime) -> Iterator[Finding]:
    """Whether this machine and the database agree on the time."""
    del now
    before = timezone.now()
    there = _one("SELECT clock_timestamp()")[0]
    here = before + (timezone.now() - before) / 2
    apart = abs((there - here).total_seconds())
    if apart < 2:
        yield ok(
            "clock.agrees", zh="本机与数据库时间一致。", en="This machine and the database agree on the time."
        )
        return
    yield error(
        "clock.apart",
        zh=f"本机与数据库时间相差 {apart:.0f} 秒，计时和登录会出错。",
        en=f"This machine and the database are {apart:.0f} s apart: timers and sign-in go wrong.",
        next_zh="在两台机器上启用时间同步（chrony 或 systemd-timesyncd）。",
        next_en="Keep both in time with chrony or systemd-timesyncd.",
    )


@check("disk", zh="磁盘", en="Disk", needs_database=False)
def check_disk(*, now: datetime) -> Iterator[Finding]:
    """Whether there is room left where the data folder is."""
    del now
    folder = next(path for path in (settings.DATA_DIR, *settings.DATA_DIR.parents) if path.exists())
    usage = shutil.disk_usage(folder)
    free = f"{usage.free / _GB:.1f} GB"
    if usage.free > max(2 * _GB, usage.total // 50):
        yield ok("disk.room", zh=f"{folder} 剩余 {free}。", en=f"{free} free at {folder}.")
        return
    make = error if usage.free < _GB // 2 else warn
    yield make(
        "disk.nearly_full",
        zh=f"{folder} 只剩 {free}。磁盘写满后将无法接收消息。",
        en=f"Only {free} left at {folder}. When it is full no message can be stored.",
        next_zh="清理或扩大磁盘，或把附件移到 S3（ZHIYIN_S3_BUCKET）。",
        next_en="Free or add room, or keep files in S3 (ZHIYIN_S3_BUCKET).",
    )


def _unapplied_migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if not missing:
        yield ok("database.migrated", zh="数据库结构是最新的。", en="The structure is up to date.")
        return
    yield error(
        "database.not_migrated",
        zh=f"有 {len(missing)} 项结构升级未执行。",
        en=f"{len(missing)} migrations are not applied.",
        next_zh="运行 zhiyin migrate",
        next_en="Run: zhiyin migrate",
    )


def _careless_settings() -> Iterator[Finding]:
    for name in ("fsync", "full_page_writes", "synchronous_commit"):
        if _one("SELECT current_setting(%s)", name)[0] == "off":
            yield error(
                f"database.{name}_off",
                zh=f"数据库设置 {name} = off：断电会丢失已确认保存的消息。",
                en=f"The database has {name} = off: a power cut loses messages that were reported as stored.",
                next_zh=f"在 postgresql.conf 中设置 {name} = on。",
                next_en=f"Set {name} = on in postgresql.conf.",
            )


def _connections() -> Iterator[Finding]:
    used, allowed = _one("SELECT count(*), current_setting('max_connections')::int FROM pg_stat_activity")
    if used > allowed * 0.8:
        yield warn(
            "database.connections_short",
            zh=f"数据库连接已用 {used}/{allowed}。",
            en=f"{used} of {allowed} database connections are in use.",
            next_zh="调高 max_connections，或在前面加 PgBouncer。",
            next_en="Raise max_connections, or put PgBouncer in between.",
        )


def _one(statement: str, *parameters: Any) -> tuple[Any, ...]:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(parameters))
        row: tuple[Any, ...] = cursor.fetchone()
        return row
