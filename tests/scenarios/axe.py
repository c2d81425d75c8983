"""What axe-core has to say of a page, as far as it is serious."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page

SCRIPT = Path(__file__).parents[2] / "web" / "desk" / "node_modules" / "axe-core" / "axe.min.js"
RUN = """
async () => {
  const told = await axe.run(document, { resultTypes: ["violations"], iframes: false });
  return told.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => [id, node]))
    .map(([id, { target, html, any }]) => [id, target.join(" "), html.slice(0, 160), any[0]?.message ?? ""]);
}
"""


@cache
def axe() -> str:
    if not SCRIPT.exists():
        pytest.skip("axe-core is not installed: run `make setup`")
    return SCRIPT.read_text(encoding="utf-8")


def faults_of(page: Page, where: str) -> list[str]:
    """The serious and critical faults, each with where it is."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe())  # by the debugger's door: no policy of the page is loosened for it
    found: list[list[Any]] = page.evaluate(RUN)
    return [f"{where}: {rule}: {target}: {html} {message}" for rule, target, html, message in found]
