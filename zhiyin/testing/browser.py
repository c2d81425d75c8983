"""A real Chromium for the tests that look at pages as people do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).parents[2]
STAMP = ROOT / ".venv" / "stamps" / "chromium"  # where `make setup` writes what it found


def chromium_path() -> str:
    """Where there is a Chromium; '' where there is none."""
    told = os.environ.get("ZHIYIN_CHROMIUM") or (STAMP.read_text().strip() if STAMP.exists() else "")
    return told or shutil.which("chromium") or shutil.which("google-chrome") or ""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser for a block; the test is skipped where the machine has none."""
    path = chromium_path()
    if not path:
        pytest.skip("no Chromium on this machine: install it, or name one in ZHIYIN_CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()
