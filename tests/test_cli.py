"""The `zhiyin` command itself: finding commands, telling mistakes in both languages, running children."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.export import _cell
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.keys import ensure_keys
from zhiyin.cli.main import COMMANDS, main
from zhiyin.testing.centre import plain_environment


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZHIYIN_LANG", "en")


@pytest.mark.parametrize(
    ("words", "zh", "en"),
    [
        (["migarte"], "没有“migarte”这个命令。你是想输入“migrate”吗？", "Did you mean 'migrate'?"),
        (["up", "--port", "x"], "参数 --port 的值无效：'x'", "invalid port_number value: 'x'"),
        (["up", "--port", "70000"], "参数 --port 的值无效：'70000'", "invalid port_number value: '70000'"),
        (["web", "--workers", "0"], "参数 --workers 的值无效：'0'", "invalid positive value: '0'"),
        (["up", "--speed"], "不认识的参数：--speed", "unrecognized arguments: --speed"),
        (["export"], "缺少参数：what", "required: what"),
        (["export", "people"], "参数 what 不能是 'people'", "invalid choice: 'people'"),
        (["web", "--port"], "参数 --port 需要一个值", "argument --port: expected one argument"),
        (
            ["mail-in", "--dir", "a", "--mbox", "b"],
            "参数 --mbox 不能与 --dir 同用",
            "not allowed with argument --dir",
        ),
    ],
)
def test_mistakes_are_told_in_the_readers_language(
    words: list[str], zh: str, en: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([*words, "--lang", "zh"]) == 2
    assert zh in capsys.readouterr().err
    assert main([*words, "--lang", "en"]) == 2
    assert en in capsys.readouterr().err


def test_an_unknown_language_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--lang", "fr"]) == 2
    assert "--lang must be zh or en" in capsys.readouterr().err


def test_the_usage_names_every_command_meant_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    assert [name for name, (_, _, words) in COMMANDS.items() if words and f"  {name} " not in told] == []
    assert "welcome" not in told


def test_commands_beside_nothing_say_what_to_start(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "zhiyin", "migrate", "--data", str(tmp_path)],
        capture_output=True,
        env=plain_environment(),
        check=False,
    )
    assert ended.returncode == 1
    assert "Start zhiyin up first" in ended.stderr.decode()


def test_the_program_starts_without_loading_django() -> None:
    code = "import sys, zhiyin.cli.main, zhiyin.cli.mail_in; print('django' in sys.modules, 'psycopg' in sys.modules)"
    assert subprocess.check_output([sys.executable, "-c", code]) == b"False False\n"


def test_keys_are_made_once_and_kept(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    made = ensure_keys(folder)
    assert len(made["ZHIYIN_SECRET_KEY"]) >= 50
    assert ensure_keys(folder) == made
    assert folder.keys.stat().st_mode & 0o777 == 0o600


def test_keys_are_not_made_anew_for_a_database_that_has_data(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.postgres.mkdir()
    (folder.postgres / "PG_VERSION").write_text("18")
    with pytest.raises(CommandFailed, match=r"Bring that file back from your backup"):
        ensure_keys(folder)
    assert not folder.keys.exists()


def test_damaged_keys_are_told(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.keys.write_text('{"ZHIYIN_KEYS"')
    with pytest.raises(CommandFailed, match="is damaged"):
        ensure_keys(folder)


def test_the_folder_is_held_by_one_and_let_go_by_a_death(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    code = f"from zhiyin.cli.data_folder import DataFolder as D; D({str(tmp_path)!r}).take_lock(); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        assert folder.take_lock() is None
        assert folder.is_running()
        holder.kill()
    assert not folder.is_running()


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86 138", "'+86 138"),
        ("-x", "'-x"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("退款 = 好", "退款 = 好"),
        (-5, -5),
        (["a", "b"], "a; b"),
        (["=a"], "'=a"),
        (None, None),
    ],
)
def test_no_cell_of_a_csv_is_a_formula(value: object, cell: object) -> None:
    assert _cell(value) == cell


SUPERVISING = """
import sys, time
from zhiyin.cli.supervisor import Part, Signals, Supervisor
import json, subprocess
signals = Signals()
def tell(parts): print(json.dumps([part.identity.pid for part in parts]), flush=True)
supervisor = Supervisor(signals, on_change=tell)
start = lambda: subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
supervisor.add(Part("one", start=start))
supervisor.run()
supervisor.stop("one", patience=5)
print("stopped", flush=True)
"""


def test_a_supervised_child_comes_back_and_goes_with_the_signal() -> None:
    with subprocess.Popen([sys.executable, "-c", SUPERVISING], stdout=subprocess.PIPE) as supervisor:
        assert supervisor.stdout is not None
        [first] = json.loads(supervisor.stdout.readline())
        os.kill(first, signal.SIGKILL)
        [second] = json.loads(supervisor.stdout.readline())
        assert second != first
        began = time.monotonic()
        supervisor.send_signal(signal.SIGTERM)
        assert supervisor.stdout.readline() == b"stopped\n"
        assert time.monotonic() - began < 2
        assert supervisor.wait() == 0
    assert not Path(f"/proc/{second}").exists()
