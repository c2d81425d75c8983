"""Reading a backup back, piece by piece; see `backing_up` for what it holds."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO, Any, BinaryIO

import psycopg

from zhiyin.cli.data_folder import DataFolder, write_private
from zhiyin.cli.embedded_postgres import programs
from zhiyin.cli.failures import EX_DATAERR, CommandFailed
from zhiyin.cli.language import say
from zhiyin.cli.sealed_archive import opened
from zhiyin.cli.surroundings import start_django

FORMAT = 1
HELD = "held back after a restore: it may have been sent after the backup was made"


class Damaged(CommandFailed):
    def __init__(self, what: str) -> None:
        super().__init__(
            zh=f"备份不完整或已损坏（{what}）。请换一份备份。",
            en=f"the backup is cut short or damaged ({what}): use another one.",
            exit_code=EX_DATAERR,
        )


class Backup:
    """A backup as it is read: once, from its beginning to its end."""

    def __init__(self, source: BinaryIO, identity: object) -> None:
        self._members = opened(source, identity)
        self.files = 0
        self._end: dict[str, Any] = {}
        self._database = hashlib.sha256()
        self.manifest = self._read_manifest()

    def members(self) -> Iterator[tuple[str, str, bytes]]:
        """(folder, name, content) of each, proven at the end. Raises Damaged where something is missing."""
        for path, content in self._members:
            folder, _, name = path.rpartition("/")
            told = content.read()
            if folder == "database":
                self._database.update(told)
            elif folder == "files":
                self.files += 1
                if hashlib.sha256(told).hexdigest() != name:
                    raise Damaged(path)
            elif name == "end.json":
                self._end = json.loads(told)
            yield folder, name, told
        if self._end.get("database_sha256") != self._database.hexdigest() or self._end["files"] != self.files:
            raise Damaged("end.json")

    def _read_manifest(self) -> dict[str, Any]:
        name, content = next(self._members, ("", None))
        if name != "manifest.json" or content is None:
            raise Damaged("manifest.json")
        manifest: dict[str, Any] = json.loads(content.read())
        if manifest["format"] > FORMAT:
            raise CommandFailed(
                zh=f"这份备份由更新的知音（{manifest['version']}）制作。请先升级知音再恢复。",
                en=f"a newer Zhiyin ({manifest['version']}) made this backup: update Zhiyin first.",
            )
        return manifest


def check(backup: Backup) -> None:
    """Read all of it. Raises Damaged where it is not whole."""
    for _ in backup.members():
        pass


def restore(backup: Backup, folder: DataFolder, *, send_owed: bool) -> int:
    """Fill the empty database of DATABASE_URL and the store of files; how many owed effects were held back."""
    _refuse_unless_empty()
    with _loading() as database:
        ready = False
        for part, name, content in backup.members():
            if name == "keys.json":
                _take_keys(folder, content)
            elif part == "database":
                _feed(database, content)
            elif part == "files":
                ready = ready or _begin_files()
                from zhiyin.platform.files.files import restore_content

                restore_content(name, content)
    return _bring_up_to_date(backup, send_owed=send_owed)


def _bring_up_to_date(backup: Backup, *, send_owed: bool) -> int:
    start_django()
    from django.utils import timezone

    from zhiyin.cli.migrate import migrate
    from zhiyin.platform.audit.audit import record_audit
    from zhiyin.platform.ledger.ledger import give_up_open

    _compare_rows(backup)
    _refuse_newer(backup)
    migrate(verbosity=0)
    now = timezone.now()
    held = 0 if send_owed else give_up_open(reason=HELD, now=now)
    details = {"made_at": backup.manifest["made_at"], "held": held}
    record_audit(action="backups.restored", by=None, target="backup", details=details, now=now)
    return held


def _refuse_unless_empty() -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        found = connection.execute(
            "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
        ).fetchone()
    if found is None or found[0]:
        raise CommandFailed(
            zh="DATABASE_URL 指向的数据库不是空的，不会覆盖。请新建一个空数据库。",
            en="the database at DATABASE_URL is not empty, and is not overwritten: make a new, empty one.",
        )


@contextmanager
def _loading() -> Iterator[IO[bytes]]:
    """pg_restore, fed through its standard input; all or nothing."""
    command = [
        str(programs() / "pg_restore"), "--no-owner", "--no-privileges", "--exit-on-error",
        f"--dbname={os.environ['DATABASE_URL']}",
    ]  # fmt: skip
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as loading:
        assert loading.stdin is not None
        assert loading.stderr is not None
        try:
            yield loading.stdin
        except BrokenPipeError:
            pass  # it says why below
        except BaseException:
            loading.kill()
            raise
        if not loading.stdin.closed:
            loading.stdin.close()
        problem = loading.stderr.read().decode(errors="replace").strip()
    if loading.returncode != 0:
        raise CommandFailed(
            zh=f"数据库恢复失败：{problem}\n请检查磁盘空间与 PostgreSQL 版本（不低于备份时的版本），在空数据库上重试。",
            en=f"restoring the database failed: {problem}\nCheck the free space and PostgreSQL's version (not older than "
            "where the backup was made), and try again on an empty database.",
        )


def _feed(database: IO[bytes], piece: bytes) -> None:
    if database.closed:
        return
    database.write(piece)


def _take_keys(folder: DataFolder, content: bytes) -> None:
    """The backup's keys; those in the environment or in the folder win, and must be able to read the data."""
    told: dict[str, str] = json.loads(content)
    if not folder.keys.exists() and not os.environ.get("ZHIYIN_KEYS"):
        write_private(folder.keys, json.dumps(told, indent=1))
    for name, value in told.items():
        os.environ.setdefault(name, value)


def _begin_files() -> bool:
    if not os.environ.get("ZHIYIN_KEYS"):
        raise CommandFailed(
            zh="这份备份不含密钥。请先把 keys.json 放入数据目录，或设置 ZHIYIN_SECRET_KEY 与 ZHIYIN_KEYS。",
            en="this backup has no keys in it: put keys.json into the data folder first, or set ZHIYIN_SECRET_KEY "
            "and ZHIYIN_KEYS.",
        )
    start_django()
    return True


def _compare_rows(backup: Backup) -> None:
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        for table, expected in backup.manifest["rows"].items():
            found = connection.execute(f"SELECT count(*) FROM {table}").fetchone()
            if found is None or found[0] != expected:
                raise Damaged(say(f"表 {table} 行数不符", f"rows of {table}"))


def _refuse_newer(backup: Backup) -> None:
    """A structure that this program doesn't know can't be migrated back."""
    from django.db.migrations.loader import MigrationLoader

    known = MigrationLoader(None).disk_migrations
    unknown = [
        f"{app}.{name}" for app, name in backup.manifest["migrations"].items() if (app, name) not in known
    ]
    if unknown:
        raise CommandFailed(
            zh=f"这份备份由更新的知音（{backup.manifest['version']}）制作（{unknown[0]}）。请先升级知音再恢复。",
            en=f"a newer Zhiyin ({backup.manifest['version']}) made this backup ({unknown[0]}): update Zhiyin first.",
        )
