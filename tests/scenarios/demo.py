"""A demo company to look at: its people at the desk, its customers' mails, its API."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, expect

from zhiyin.channels.providers.email.tests.servers import Outbox, smtp_server
from zhiyin.testing.centre import RunningCentre, running_centre

ADMINISTRATOR = "shen.zhixing"
DESK = {"width": 1280, "height": 800}
GO = """
(path) => {
  history.pushState(null, "", path);
  dispatchEvent(new PopStateEvent("popstate", { state: null }));
}
"""


class Demo:
    """A running demo; `outbox` holds the mails it sends of itself."""

    def __init__(self, centre: RunningCentre, outbox: Outbox) -> None:
        self.address, self.outbox = centre.address, outbox
        self._password = json.loads((centre.folder / "demo-people.json").read_bytes())[0]["password"]

    def sign_in(self, context: BrowserContext, person: str, *, locale: str, theme: str) -> Page:
        """The page of somebody who has signed in and likes it so."""
        page = context.new_page()
        page.goto(f"{self.address}/sign-in")
        login = {"email": f"{person}@luting.example", "password": self._password}
        self.call(page, "POST", "/_allauth/browser/v1/auth/login", login)
        self.call(page, "PATCH", "/api/v1/profile", {"locale": locale, "theme": theme})
        return page

    def call(self, page: Page, method: str, path: str, body: Any = None) -> Any:
        """The answer of the API to this browser."""
        cookies = {str(cookie["name"]): str(cookie["value"]) for cookie in page.context.cookies()}
        headers = {"X-CSRFToken": cookies.get("csrftoken", ""), "Referer": self.address}
        answer = page.request.fetch(self.address + path, method=method, data=body, headers=headers)
        assert answer.ok, f"{method} {path}: {answer.status} {answer.text()}"
        return answer.json() if answer.body() else None


@contextmanager
def running_demo(folder: Path) -> Iterator[Demo]:
    """A centre with the demo company for a block."""
    with (
        smtp_server() as outbox,
        running_centre(
            folder, "--demo", ZHIYIN_SYSTEM_MAIL=f"smtp://127.0.0.1:{outbox.port}", ZHIYIN_UNDO_SECONDS="0"
        ) as centre,
    ):
        yield Demo(centre, outbox)


def window(chrome: Browser, *, locale: str = "zh-CN", theme: Any = "light", **more: Any) -> BrowserContext:
    """A window in which nothing moves."""
    look = {"viewport": DESK, "locale": locale, "color_scheme": theme, "reduced_motion": "reduce", **more}
    return chrome.new_context(**look)


def go(page: Page, path: str) -> None:
    """To another page of the desk without loading it anew."""
    page.evaluate(GO, path)
    settle(page)


def settle(page: Page) -> None:
    """Until the page has what it waits for."""
    page.wait_for_timeout(150)
    expect(page.locator("[aria-busy=true], .n-spin-body, .n-skeleton")).to_have_count(0, timeout=15_000)
    page.wait_for_timeout(200)
