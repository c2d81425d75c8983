"""The database of a data folder for one command, whether its centre runs or not."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.embedded_postgres import EmbeddedPostgres
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.processes import identify, stop
from zhiyin.cli.surroundings import enter


@contextmanager
def entered(data: str) -> Iterator[DataFolder]:
    """Like `enter`, and where nothing runs on the folder its database is started for this command."""
    folder = DataFolder(data)
    cluster = folder.postgres / "PG_VERSION"
    if os.environ.get("DATABASE_URL") or folder.is_running() or not cluster.exists():
        yield enter(data)
        return
    with started_database(folder):
        yield enter(data)


@contextmanager
def started_database(folder: DataFolder) -> Iterator[None]:
    """Start the embedded PostgreSQL of a folder on which nothing runs, put its address into the environment, stop it."""
    lock = folder.take_lock()
    if lock is None:
        raise CommandFailed(
            zh=f"{folder.path} 上的知音正在启动或运行，请先停止它。",
            en=f"a Zhiyin starts or runs on {folder.path}: stop it first.",
        )
    from zhiyin.cli.owned_database import OwnedDatabase

    postgres = EmbeddedPostgres(folder)
    postgres.stop_leftovers()
    postgres.prepare()
    server = postgres.start()
    running = identify(server.pid)
    try:
        postgres.wait_until_ready(server, stopping=lambda: False)
        OwnedDatabase(postgres).ensure()
        os.environ["DATABASE_URL"] = postgres.url()
        yield
    finally:
        stop([running], patience=60, gently=signal.SIGINT)
        server.wait()
        postgres.clean_up()
        os.environ.pop("DATABASE_URL", None)
        os.close(lock)
