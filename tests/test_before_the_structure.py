"""Commands beside a centre whose database is still being made."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path

import psycopg
import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from zhiyin.cli import migrate
from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.migrate import wait_until_migrated
from zhiyin.testing.centre import RunningCentre


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIYIN_LANG", "en")


@pytest.mark.django_db
def test_a_command_goes_on_when_the_structure_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = threading.Semaphore(0)
    monkeypatch.setattr("zhiyin.cli.migrate.time.sleep", lambda _: looked.release())
    went_on = threading.Event()

    def command() -> None:
        try:
            wait_until_migrated(DataFolder(str(tmp_path)))
            went_on.set()
        finally:
            connection.close()

    told = connection.get_connection_params()
    told.pop("cursor_factory", None)
    told.pop("context", None)
    with psycopg.connect(**told) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [migrate._LOCK])
        waiting = threading.Thread(target=command)
        waiting.start()
        for _ in range(3):
            assert looked.acquire(timeout=60)
        assert not went_on.is_set()
    waiting.join(60)
    assert went_on.is_set()


@pytest.mark.django_db
def test_where_nobody_makes_it_the_next_step_is_told(tmp_path: Path) -> None:
    MigrationRecorder.Migration.objects.filter(app="routing").latest("id").delete()
    with pytest.raises(CommandFailed) as refused:
        wait_until_migrated(DataFolder(str(tmp_path)))
    assert "Run zhiyin up or zhiyin migrate first" in str(refused.value)


@pytest.mark.django_db
def test_a_structure_that_is_not_made_in_time_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    MigrationRecorder.Migration.objects.filter(app="routing").latest("id").delete()
    monkeypatch.setattr(migrate, "PATIENCE", 0.0)
    folder = DataFolder(str(tmp_path))
    monkeypatch.setattr(DataFolder, "is_running", lambda _: True)
    with pytest.raises(CommandFailed) as refused:
        wait_until_migrated(folder)
    assert "nothing was changed" in str(refused.value)


@pytest.mark.slow
@pytest.mark.crash
@pytest.mark.timeout(300)
@pytest.mark.xdist_group("up")
def test_a_demo_asked_for_while_the_first_start_is_under_way_is_made(tmp_path: Path) -> None:
    centre = RunningCentre(tmp_path / "data", ZHIYIN_LANG="en")
    try:
        with centre.log.open("wb") as log:
            centre.process = subprocess.Popen(
                [*centre.program, "up", "--data", str(centre.folder), "--port", "0"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=centre.environment,
                start_new_session=True,
            )
        centre.wait_for(lambda: "DATABASE_URL" in centre.told().get("environment", {}), "the database")
        made = centre.run("demo", "--tickets", "5")
        assert (made.returncode, b"Traceback" in made.stderr) == (0, False), made.stderr.decode()
        assert b"Demo data: 5 tickets" in made.stdout
    finally:
        centre.stop()
        centre.kill_everything()
