"""The wheel alone: built, installed beside nothing of the source, and run with no Node on the machine."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest

from zhiyin.testing.centre import RunningCentre, plain_environment

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.xdist_group("wheel")]
SOURCE = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=SOURCE,
        check=True,
        capture_output=True,
    )
    [built] = folder.glob("*.whl")
    return built


def test_the_wheel_carries_the_front_end_and_no_tests(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    assert "zhiyin/frontend/desk/index.html" in names, "the front end is not built: run make setup"
    assert "zhiyin/frontend/widget/widget.js" in names
    assert [name for name in names if "/tests/" in name or name.startswith("zhiyin/testing/")] == []
    assert [name for name in names if not name.startswith(("zhiyin/", "zhiyin-"))] == []


def test_the_installed_wheel_runs_without_node(wheel: Path, tmp_path: Path) -> None:
    program = _install(wheel, tmp_path / "venv")
    centre = RunningCentre(tmp_path / "data", PATH=_path_without_node(tmp_path))
    centre.program = [str(program)]
    try:
        centre.start()
        status, page = centre.get("/")
        assert status == 200
        script = re.search(rb'<script[^>]+src="(/[^"]+\.js)"', page)
        assert script is not None, page
        assert centre.get(script[1].decode())[0] == 200
        assert centre.get("/widget.js")[0] == 200
        assert centre.stop() == 0
    finally:
        centre.kill_everything()


def _install(wheel: Path, folder: Path) -> Path:
    """A fresh environment with the wheel in it; what it depends on is lent by ours, to keep this offline."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    python = folder / "bin" / "python"
    subprocess.run(
        [*_uv(), "pip", "install", "--quiet", "--offline", "--no-deps", "--python", str(python), str(wheel)],
        check=True,
        env=plain_environment(),
    )
    ours = sysconfig.get_path("purelib")
    theirs = subprocess.check_output(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], text=True
    )
    (Path(theirs.strip()) / "lent.pth").write_text(f"{ours}\n")
    found = subprocess.check_output(
        [python, "-P", "-c", "import zhiyin; print(zhiyin.__file__)"], text=True, cwd=folder
    )
    assert found.startswith(str(folder)), found
    return folder / "bin" / "zhiyin"


def _uv() -> list[str]:
    beside = Path(sys.executable).with_name("uv")
    return [str(beside) if beside.exists() else "uv"]


def _path_without_node(folder: Path) -> str:
    """A PATH with the machine's programs, but no node and no npm."""
    programs = folder / "bin"
    programs.mkdir()
    for entry in os.environ["PATH"].split(":"):
        for program in Path(entry).glob("*") if entry else ():
            if (
                program.name not in ("node", "npm", "npx", "nodejs")
                and not (programs / program.name).is_symlink()
            ):
                (programs / program.name).symlink_to(program)
    return str(programs)
