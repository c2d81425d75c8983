"""`zhiyin up` on a real folder: starts, is killed in every way, goes on, stops and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.embedded_postgres import EmbeddedPostgres
from zhiyin.testing.centre import RunningCentre, running_centre

pytestmark = [pytest.mark.crash, pytest.mark.slow, pytest.mark.timeout(120), pytest.mark.xdist_group("up")]
PARTS = ["postgres", "web-1", "web-2", "stream", "worker", "intake"]


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    """One folder for all tests here, with a name that is long and not plain; each test finds it running."""
    folder = tmp_path_factory.mktemp("up") / f"知音 data's {'long' * 20}"
    with running_centre(folder) as running:
        yield running


@pytest.fixture(autouse=True)
def is_running(centre: RunningCentre) -> None:
    if centre.process is None or centre.process.poll() is not None:
        centre.start()


def test_the_first_start_prints_the_address_and_a_set_up_link(centre: RunningCentre) -> None:
    centre.wait_for(lambda: "/setup?token=" in centre.output(), "the set-up link")
    assert f"Zhiyin is ready: {centre.address}" in centre.output()
    assert centre.get("/")[0] == 200


def test_secrets_are_made_for_this_folder_and_readable_by_its_owner_only(centre: RunningCentre) -> None:
    for name in ("keys.json", "run.json"):
        assert (centre.folder / name).stat().st_mode & 0o777 == 0o600


def test_a_second_start_on_the_folder_says_where_the_first_is(centre: RunningCentre) -> None:
    second = centre.run("up", "--port", "0")
    assert second.returncode == 1
    assert centre.address in second.stderr.decode()
    assert centre.answers()


def test_a_taken_port_is_told_before_anything_is_made(centre: RunningCentre, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        other = RunningCentre(tmp_path / "other", LANG="zh_CN.UTF-8")
        refused = other.run("up", "--port", port)
    assert refused.returncode == 1
    assert f"端口 {port} 已被其他程序占用" in refused.stderr.decode()
    assert not (other.folder / "postgres").exists()


@pytest.mark.parametrize("part", PARTS)
def test_a_killed_part_comes_back(centre: RunningCentre, part: str) -> None:
    before = centre.kill(part)
    centre.wait_for(lambda: centre.pid(part) not in (0, before), f"{part} to come back")
    centre.wait_for(centre.answers, "the page")


def test_everything_ends_with_a_killed_up_and_the_next_start_goes_on(centre: RunningCentre) -> None:
    assert centre.process is not None
    centre.process.kill()
    centre.process.wait()
    address, centre.process = centre.address, None
    centre.wait_for(lambda: not centre.processes(), "the children to follow their parent")
    centre.start()
    assert centre.address != address
    centre.wait_for(lambda: sorted(centre.told()["processes"]) == sorted(PARTS), "every part to run")


def test_everything_killed_at_once_with_a_recycled_process_number(centre: RunningCentre) -> None:
    centre.kill_everything()
    left = centre.folder / "postgres" / "postmaster.pid"
    lines = left.read_text().split("\n")
    left.write_text("\n".join([str(os.getpid()), *lines[1:]]))  # ours now, not PostgreSQL's
    centre.start()
    assert centre.answers()


def test_parts_that_outlived_their_up_are_stopped_first(centre: RunningCentre) -> None:
    stuck = centre.kill("worker", signal.SIGSTOP)  # deaf to the signal that would end it
    assert centre.process is not None
    centre.process.kill()
    centre.process.wait()
    centre.start()
    assert centre.pid("worker") != stuck
    assert not Path(f"/proc/{stuck}").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopping_leaves_nothing_behind(centre: RunningCentre, number: int) -> None:
    with socket.create_connection(
        ("127.0.0.1", int(centre.address.rsplit(":", 1)[1]))
    ):  # somebody is connected
        assert centre.stop(number) == 0
    assert centre.processes() == []
    left = {path.name for path in centre.folder.iterdir()}
    assert left == {"files", "keys.json", "log", "metrics", "postgres", "run.lock", "search"}
    assert not EmbeddedPostgres(DataFolder(centre.folder)).socket_folder.exists()


def test_a_later_start_takes_so_little_work_that_the_first_page_comes_within_5_s(
    centre: RunningCentre,
) -> None:
    centre.stop()
    elapsed = centre.start()
    worked = sum(sum(process.cpu_times()[:2]) for process in centre.processes())
    assert min(elapsed, worked) < 5  # other tests share the machine: what it worked is what it takes alone


def test_commands_work_beside_it(centre: RunningCentre) -> None:
    assert centre.run("migrate").returncode == 0
    exported = centre.run("export", "customers", "--format", "jsonl")
    assert (exported.returncode, exported.stdout) == (0, b"")


def test_doctor_looks_at_everything_and_finds_it_well(centre: RunningCentre) -> None:
    told = centre.run("doctor", "--lang", "zh")
    assert told.returncode == 0, told.stdout.decode() + told.stderr.decode()
    assert "PostgreSQL 18" in told.stdout.decode()
    assert "后台进程正在工作" in told.stdout.decode()


def test_a_token_is_printed_alone_and_its_owner_must_exist(centre: RunningCentre) -> None:
    refused = centre.run(
        "token", "create", "--staff", "a@example.com", "--name", "x", "--scopes", "tickets.read"
    )
    assert (refused.returncode, refused.stdout) == (1, b"")
    assert "nobody active has the address a@example.com" in refused.stderr.decode()
