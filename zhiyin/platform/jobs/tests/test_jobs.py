"""Every job is known where jobs are run: in a program that was set up and nothing more."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import zhiyin

PACKAGE = Path(zhiyin.__file__).parent
_KNOWN = """
import django
django.setup()
from procrastinate.contrib.django import app
print(*sorted(app.tasks))
print(*sorted(name for name, _ in app.periodic_registry.periodic_tasks))
"""


def written() -> tuple[set[str], set[str]]:
    """The names of all tasks in `jobs.py` files, and of those that the clock drives."""
    tasks: set[str] = set()
    by_clock: set[str] = set()
    for path in PACKAGE.rglob("jobs.py"):
        module = ".".join(["zhiyin", *path.relative_to(PACKAGE).with_suffix("").parts])
        for decorators, name in re.findall(
            r"((?:^@app\.[^\n]+\n)+)def (\w+)\(", path.read_text(), flags=re.MULTILINE
        ):
            tasks.add(f"{module}.{name}")
            if "@app.periodic(" in decorators:
                by_clock.add(f"{module}.{name}")
    return tasks, by_clock


def test_a_worker_knows_every_job_and_the_clock_asks_for_those_it_drives() -> None:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "zhiyin.testing.settings"}
    told = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", _KNOWN],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    known, asked_for = (set(line.split()) for line in told.stdout.splitlines())
    tasks, by_clock = written()
    assert len(by_clock) >= 10
    assert tasks <= known
    assert asked_for == by_clock
