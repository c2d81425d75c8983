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
# axe knows nothing of a box that is a stop of the keyboard and has no role: what stands in a field could be anything
NAMELESS = """
() => {
  axe.setup(document.body);
  try {
    const isSeen = (el) => el.checkVisibility({ checkVisibilityCSS: true }) && !el.closest("[aria-hidden=true], [inert]");
    const isThere = (el) => el.tabIndex >= 0 && !el.disabled && isSeen(el);
    const stops = "a[href], button, input, select, textarea, summary, [tabindex], [contenteditable=true]";
    const modal = [...document.querySelectorAll("dialog:modal")].at(-1); // all else is inert then
    return [...(modal ?? document).querySelectorAll(stops)].filter(isThere).flatMap((el) => {
      const isNative = el.matches("a, button, input, select, textarea, summary");
      const wants = [
        ...(isNative || axe.commons.aria.getRole(el) ? [] : ["a role"]),
        ...(axe.commons.text.accessibleText(el).trim() ? [] : ["a name"]),
      ];
      return wants.length ? [[wants.join(" and "), el.outerHTML.slice(0, 160)]] : [];
    }).slice(0, 5);
  } finally {
    axe.teardown();
  }
}
"""


@cache
def axe() -> str:
    if not SCRIPT.exists():
        pytest.skip("axe-core is not installed: run `make setup`")
    return SCRIPT.read_text(encoding="utf-8")


def faults_of(page: Page, where: str) -> list[str]:
    """The serious and critical faults, each with where it is, and where the keyboard stops at something nameless."""
    if not page.evaluate("typeof axe === 'object'"):
        page.evaluate(axe())  # by the debugger's door: no policy of the page is loosened for it
    found: list[list[Any]] = page.evaluate(RUN)
    nameless: list[list[str]] = page.evaluate(NAMELESS)
    return [
        *(f"{where}: {rule}: {target}: {html} {message}" for rule, target, html, message in found),
        *(f"{where}: a stop of the keyboard has not {lacks}: {html}" for lacks, html in nameless),
    ]
