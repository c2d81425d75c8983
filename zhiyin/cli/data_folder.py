"""The data folder: the embedded database, files, keys, and what is known of the centre running on it.

postgres/     the embedded PostgreSQL's cluster
files/        attachments, unless they are kept in S3
keys.json     secret key and key ring for encrypted fields; without it encrypted data can't be read
run.json      the running centre: address, database, processes; gone when it stopped
run.lock      held by the running centre; the kernel lets go of it when that dies
mail-in.sock  where `zhiyin mail-in` hands over mail
log/          the database's log
demo-people.json  who can sign in to a demo, with the passwords made for them
metrics/      times of requests that the web processes share; begun anew at each start
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from pathlib import Path
from typing import Any

from zhiyin.cli.failures import CommandFailed


class DataFolder:
    def __init__(self, path: str | Path) -> None:
        self.path = Path(path).expanduser().absolute()
        self.postgres = self.path / "postgres"
        self.keys = self.path / "keys.json"
        self.run_file = self.path / "run.json"
        self.lock_file = self.path / "run.lock"
        self.mail_socket = self.path / "mail-in.sock"
        self.log = self.path / "log"
        self.demo_people = self.path / "demo-people.json"

    def create(self) -> None:
        """Make the folder, for its owner only; root's database account may pass through, not list."""
        mode = 0o711 if os.geteuid() == 0 else 0o700
        try:
            self.path.mkdir(parents=True, exist_ok=True, mode=mode)
            self.log.mkdir(exist_ok=True)
            (self.path / "files").mkdir(exist_ok=True, mode=0o700)
        except OSError as problem:
            raise CommandFailed(
                zh=f"无法使用数据目录 {self.path}：{problem.strerror}。请检查权限，或用 --data 指定其他目录。",
                en=f"can't use the data folder {self.path}: {problem.strerror}. Check who owns it, or name another by --data.",
            ) from problem

    def make_metrics(self) -> Path:
        """An empty folder in which the web processes add up their figures for /metrics."""
        folder = self.path / "metrics"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(mode=0o700)
        return folder

    def take_lock(self) -> int | None:
        """The lock's file descriptor, or None when another process holds it."""
        descriptor = os.open(self.lock_file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return None
        return descriptor

    def is_running(self) -> bool:
        """Whether a `zhiyin up` runs on this folder."""
        if not self.lock_file.exists():
            return False
        descriptor = self.take_lock()
        if descriptor is None:
            return True
        os.close(descriptor)
        return False

    def read_run(self) -> dict[str, Any]:
        """What the running (or killed) centre wrote of itself; empty when there is none."""
        try:
            told = json.loads(self.run_file.read_bytes())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return told if isinstance(told, dict) else {}

    def write_run(self, told: dict[str, Any]) -> None:
        write_private(self.run_file, json.dumps(told, indent=1))

    def forget_run(self) -> None:
        """Remove what only a running centre has."""
        for path in (self.run_file, self.mail_socket):
            with contextlib.suppress(FileNotFoundError):
                path.unlink()


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner only, whole or not at all, and surviving a power cut."""
    draft = path.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
