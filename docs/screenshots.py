"""Takes the pictures in docs/images of a running demo: `make screenshots`.

A centre of its own is started in a temporary folder with `--demo`, so that nothing of anybody else is shown;
the company, its people and its customers are invented.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Route, sync_playwright

from zhiyin.testing.browser import chromium_path
from zhiyin.testing.centre import RunningCentre, running_centre

IMAGES = Path(__file__).parent / "images"
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 375, "height": 720}
LARGEST = 250_000  # bytes
SETTLES_MS = 2500
# a shop that carries the widget; it is answered on the desk's own address, which a chat always allows
SHOP = """<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>鹿汀智能</title>
<meta name="viewport" content="width=device-width, initial-scale=1"><style>
body { margin: 0; font: 16px/1.7 system-ui, "PingFang SC", "Noto Sans CJK SC", sans-serif; background: #f6f4ef; }
header { padding: 18px 20px; font-weight: 600; border-bottom: 1px solid #e5e1d8; background: #fff; }
main { padding: 20px; } .card { height: 150px; margin: 0 0 16px; border-radius: 14px; background: #e9e4d9; }
</style></head><body><header>鹿汀智能</header><main><div class="card"></div><h1>智能空气炸锅 A5</h1>
<div class="card"></div></main><script async src="/widget.js" data-channel="demo-chat"></script></body></html>"""


class Demo:
    """A running demo and its people."""

    def __init__(self, centre: RunningCentre) -> None:
        self.address = centre.address
        self._password = json.loads((centre.folder / "demo-people.json").read_bytes())[0]["password"]

    def sign_in(self, context: BrowserContext, person: str, *, locale: str, theme: str) -> Page:
        """The page of somebody who has signed in and likes it so."""
        page = context.new_page()
        page.goto(f"{self.address}/sign-in")
        self.call(
            page,
            "POST",
            "/_allauth/browser/v1/auth/login",
            {"email": f"{person}@luting.example", "password": self._password},
        )
        self.call(page, "PATCH", "/api/v1/profile", {"locale": locale, "theme": theme})
        return page

    def call(self, page: Page, method: str, path: str, body: Any = None) -> Any:
        """The answer of the API to this browser."""
        cookies = {cookie["name"]: cookie["value"] for cookie in page.context.cookies()}
        headers = {"X-CSRFToken": cookies.get("csrftoken", ""), "Referer": self.address}
        answer = page.request.fetch(self.address + path, method=method, data=body, headers=headers)
        if not answer.ok:
            raise RuntimeError(f"{method} {path}: {answer.status} {answer.text()}")
        return answer.json()

    def ticket(self, page: Page, view: str, *, messages: int, channel: str = "") -> int:
        """The newest ticket of a view with at least so many messages."""
        rows = self.call(page, "GET", f"/api/v1/tickets?view={view}&channel={channel}&limit=100")["items"]
        return next(row["id"] for row in rows if row["message_count"] >= messages)


@contextmanager
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=chromium_path() or None, args=["--no-sandbox"])
        yield opened
        opened.close()


def shoot(page: Page, name: str) -> None:
    """Keep what the page shows once it has come to rest."""
    page.wait_for_timeout(SETTLES_MS)  # a live page never falls silent, so there is nothing to wait for
    path = IMAGES / f"{name}.png"
    page.screenshot(path=path, animations="disabled", caret="hide")
    size = path.stat().st_size
    sys.stdout.write(f"{path.name}: {size / 1000:.0f} kB{'  too large' if size > LARGEST else ''}\n")


def desk(demo: Demo, opened: Browser) -> None:
    """The three panes, once by day in Chinese and once by night in English."""
    for person, view, locale, theme, name in (
        ("xu.jingyi", "open", "zh-CN", "light", "desk-zh-light"),
        ("emma.fischer", "all", "en", "dark", "desk-en-dark"),
    ):
        context = opened.new_context(viewport=DESK, locale=locale, color_scheme=theme)
        page = demo.sign_in(context, person, locale=locale, theme=theme)
        ticket = demo.ticket(page, view, messages=3)
        page.goto(f"{demo.address}/views/{view}")
        page.locator(f'a[href="/tickets/{ticket}"]').first.click()
        page.get_by_role("log").wait_for()
        shoot(page, name)
        context.close()


def settings(demo: Demo, opened: Browser) -> None:
    """A channel's page, with its guided set-up and the preview."""
    context = opened.new_context(viewport=DESK, locale="zh-CN")
    page = demo.sign_in(context, "shen.zhixing", locale="zh-CN", theme="light")
    channels = demo.call(page, "GET", "/api/v1/channels")
    chat = next(channel["id"] for channel in channels if channel["kind"] == "chat")
    page.goto(f"{demo.address}/settings/channels/{chat}")
    page.get_by_role("heading", level=1).wait_for()
    shoot(page, "settings-zh")
    context.close()


def sign_in(demo: Demo, opened: Browser) -> None:
    context = opened.new_context(viewport=DESK, locale="en-GB")
    page = context.new_page()
    page.goto(f"{demo.address}/sign-in")
    page.get_by_role("textbox").first.wait_for()
    shoot(page, "sign-in-en")
    context.close()


def widget(demo: Demo, opened: Browser) -> None:
    """A visitor on a phone asks, an agent answers."""
    context = opened.new_context(viewport=PHONE, locale="zh-CN", has_touch=True, is_mobile=True)
    phone = context.new_page()

    def show_shop(route: Route) -> None:
        route.fulfill(body=SHOP, content_type="text/html; charset=utf-8")

    phone.route("**/shop", show_shop)
    phone.goto(f"{demo.address}/shop")
    phone.locator("zhiyin-chat").get_by_role("button", name="打开在线客服").click()
    phone.locator("zhiyin-chat").get_by_role("textbox").fill(
        "你好，A5 炸锅的炸篮涂层掉了一小块，还在保修期内吗？"
    )
    phone.locator("zhiyin-chat").get_by_role("button", name="发送").click()
    agents = opened.new_context(viewport=DESK, locale="zh-CN")
    page = demo.sign_in(agents, "lin.xiaomeng", locale="zh-CN", theme="light")
    phone.wait_for_timeout(3000)
    ticket = demo.ticket(page, "unassigned", messages=1, channel="chat")
    answer = "您好，涂层脱落在两年保修范围内，我们免费为您更换炸篮。方便发一张照片吗？"
    demo.call(
        page,
        "POST",
        f"/api/v1/tickets/{ticket}/replies",
        {"text": answer, "idempotency_key": "screenshot"},
    )
    phone.locator("zhiyin-chat").get_by_text("免费为您更换").wait_for()
    shoot(phone, "widget-phone")
    agents.close()
    context.close()


def main() -> None:
    IMAGES.mkdir(exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="zhiyin-") as folder,
        running_centre(Path(folder) / "data", "--demo") as centre,
        browser() as opened,
    ):
        demo = Demo(centre)
        for take in (desk, settings, sign_in, widget):
            take(demo, opened)


if __name__ == "__main__":
    main()
