"""What a first page may cost: bytes, requests, the time to the first row, and how much it jumps.

Lighthouse itself is not used: it brings a Node program and a browser protocol of its own for what the browser's own
protocol tells. Its measures are taken the same way: network and processor are slowed down as its desktop and mobile
presets do, bytes are those on the wire, and the layout shift is the sum of what the browser counts.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.scenarios.demo import ADMINISTRATOR, Demo, window
from zhiyin.channels.providers.email.tests.servers import Outbox
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import running_centre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
TICKETS = 20_000
# Lighthouse's desktop preset for the network, and a processor four times slower, as on an old office machine
NETWORK = {
    "offline": False,
    "latency": 40,
    "downloadThroughput": 10_240 * 1024 / 8,
    "uploadThroughput": 10_240 * 1024 / 8,
}
SLOWER = 4
WATCH = """
(selector) => {
  window.shifted = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifted += one.value;
  }).observe({ type: "layout-shift", buffered: true });
  const look = () => {
    if (document.querySelector(selector)) window.seenAt ??= performance.now();
    else requestAnimationFrame(look);
  };
  look();
}
"""


@dataclass(frozen=True)
class Budget:
    """What one page may cost when nothing of it is kept yet."""

    path: str
    first: str  # what a person waits for
    script_kb: float
    style_kb: float
    requests: int
    seconds: float
    shift: float


BUDGETS = [
    Budget("/sign-in", "input", 225, 8, 40, 10, 0.1),
    Budget("/views/all", "a[href^='/tickets/']", 345, 20, 100, 12, 0.1),
    Budget("/settings/people", "main table, main li", 305, 14, 100, 12, 0.1),
    Budget("/my", "input[type=email]", 0, 6, 3, 5, 0.1),
    Budget("/chat/demo-chat", "zhiyin-chat", 31, 1, 10, 8, 0.1),
]


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A centre with many tickets."""
    with running_centre(tmp_path_factory.mktemp("large") / "data") as centre:
        subprocess.run(
            [*centre.program, "demo", "--data", str(centre.folder), "--tickets", str(TICKETS)],
            env=centre.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=True,
            timeout=180,
        )
        yield Demo(centre, Outbox())


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("budget", BUDGETS, ids=lambda budget: budget.path)
def test_a_first_page_keeps_its_budget(large: Demo, chrome: Browser, budget: Budget) -> None:
    context = window(chrome)
    if budget.path not in ("/sign-in", "/my", "/chat/demo-chat"):
        large.sign_in(context, ADMINISTRATOR, locale="zh-CN", theme="light").close()
    told = _measure(context, large.address + budget.path, budget.first)
    context.close()
    over = [
        f"{name} {told[name]:.2f} (at most {limit})"
        for name, limit in (
            ("script_kb", budget.script_kb),
            ("style_kb", budget.style_kb),
            ("requests", budget.requests),
            ("seconds", budget.seconds),
            ("shift", budget.shift),
        )
        if told[name] > limit
    ]
    assert over == [], told


def _measure(context: BrowserContext, address: str, first: str) -> dict[str, float]:
    page = context.new_page()
    told: dict[str, float] = {"script_kb": 0, "style_kb": 0, "requests": 0}
    _count_what_comes(context, page, told)
    page.add_init_script(f"({WATCH})({first!r})")
    page.goto(address)
    page.locator(first).first.wait_for(state="attached", timeout=60_000)
    page.wait_for_timeout(2500)  # what comes later may push what is there
    told["seconds"] = float(page.evaluate("window.seenAt")) / 1000
    told["shift"] = float(page.evaluate("window.shifted"))
    return told


def _count_what_comes(context: BrowserContext, page: Page, told: dict[str, float]) -> None:
    """Slow the page down, and add up what comes over the wire."""
    wire = context.new_cdp_session(page)
    kinds: dict[str, str] = {}
    names = {"Script": "script_kb", "Stylesheet": "style_kb"}

    def asked(event: Any) -> None:
        told["requests"] += event["request"]["url"].startswith("http")
        kinds[event["requestId"]] = event.get("type", "")

    def came(event: Any) -> None:
        if (name := names.get(kinds.get(event["requestId"], ""))) is not None:
            told[name] += event["encodedDataLength"] / 1000

    wire.on("Network.requestWillBeSent", asked)
    wire.on("Network.loadingFinished", came)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Network.emulateNetworkConditions", NETWORK)
    wire.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
