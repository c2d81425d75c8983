"""What a backup holds, in this order; needs Django.

manifest.json     which program made it, when, and how many rows it should have
keys.json         the secret key and the key ring
database/000000 … one dump of PostgreSQL in its custom format, in pieces
files/SHA-256 …   the content of larger files
end.json          the hash of the dump and the number of files; without it the backup is not whole
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
from collections.abc import Iterable, Iterator
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.embedded_postgres import programs
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.sealed_archive import Recipient, SealedWriter, sealing
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.files.files import large_contents, read_content, still_kept

FORMAT = 1
COUNTED = ("tickets_ticket", "tickets_message", "customers_customer", "event_log_event", "files_storedfile")
PIECE = 8 * 2**20
# of this moment only: who is signed in, which processes run, failed sign-ins
NOT_KEPT = ("django_session", "usersessions_usersession", "django_cache", "ops_workerheartbeat")


def back_up(
    target: Path, *, folder: DataFolder, recipients: Iterable[Recipient], with_keys: bool, now: datetime
) -> list[str]:
    """Write the backup, whole or not at all; hashes of files whose content is missing.

    The database is dumped from one snapshot, and the files are those of the same snapshot.
    """
    record_audit(action="backups.made", by=None, target=f"backup:{target.name}", details={}, now=now)
    draft = target.with_suffix(".part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as output:
            with sealing(output, recipients) as archive:
                missing = _fill(archive, folder if with_keys else None, now)
            output.flush()
            os.fsync(output.fileno())
        draft.replace(target)
    except OSError as problem:
        raise CommandFailed(
            zh=f"无法写入 {target}：{problem.strerror or problem}。请检查磁盘空间和权限。",
            en=f"can't write {target}: {problem.strerror or problem}. Check the free space and the permissions.",
        ) from problem
    finally:
        draft.unlink(missing_ok=True)
    return still_kept(missing)  # the others were cleared away while we read: nobody pointed to them


@transaction.atomic
def _fill(archive: SealedWriter, keys_of: DataFolder | None, now: datetime) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot: str = cursor.fetchone()[0]
    archive.add("manifest.json", _json(_manifest(now)))
    if keys_of is not None:
        archive.add("keys.json", _json(_keys()))
    whole = hashlib.sha256()
    for number, piece in enumerate(_dump(snapshot)):
        whole.update(piece)
        archive.add(f"database/{number:06}", piece)
    files, missing = 0, []
    for sha256 in large_contents():
        content = read_content(sha256)
        if content is None:
            missing.append(sha256)
            continue
        archive.add(f"files/{sha256}", content)
        files += 1
    archive.add("end.json", _json({"database_sha256": whole.hexdigest(), "files": files, "missing": missing}))
    return missing


def _manifest(now: datetime) -> dict[str, Any]:
    applied: dict[str, str] = {}
    for app, name in sorted(MigrationRecorder(connection).applied_migrations()):
        applied[app] = name  # the last of each, by their numbers
    with connection.cursor() as cursor:
        counts = {}
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = cursor.fetchone()[0]
    return {
        "format": FORMAT,
        "version": version("zhiyin"),
        "made_at": now.isoformat(),
        "migrations": applied,
        "rows": counts,
    }


def _keys() -> dict[str, str]:
    return {name: os.environ[name] for name in ("ZHIYIN_SECRET_KEY", "ZHIYIN_KEYS")}


def _dump(snapshot: str) -> Iterator[bytes]:
    command = [
        str(programs() / "pg_dump"), "--format=custom", "--compress=gzip:3", "--no-owner", "--no-privileges",
        f"--snapshot={snapshot}", *(f"--exclude-table-data={table}" for table in NOT_KEPT),
        f"--dbname={os.environ['DATABASE_URL']}",
    ]  # fmt: skip
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as dumping:
        assert dumping.stdout is not None
        assert dumping.stderr is not None
        while piece := dumping.stdout.read(PIECE):
            yield piece
        problem = dumping.stderr.read().decode(errors="replace").strip()
    if dumping.returncode != 0:
        raise CommandFailed(zh=f"数据库转储失败：{problem}", en=f"dumping the database failed: {problem}")


def _json(value: object) -> bytes:
    return json.dumps(value, indent=1).encode()
