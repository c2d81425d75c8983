"""Over a slow line: no empty page while the program comes, and what is pressed twice is sent once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Request, Route, expect

from tests.scenarios.demo import ADMINISTRATOR, Demo, go, settle, window
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
SLOW = {
    "offline": False,
    "latency": 400,
    "downloadThroughput": 50 * 1024,
    "uploadThroughput": 50 * 1024,
}


def test_the_page_is_never_empty_while_the_program_comes(demo: Demo) -> None:
    with chromium() as chrome:
        context = window(chrome)
        demo.sign_in(context, ADMINISTRATOR, locale="zh-CN", theme="light").close()
        page = context.new_page()
        wire = context.new_cdp_session(page)
        wire.send("Network.enable")
        wire.send("Network.emulateNetworkConditions", SLOW)
        page.goto(f"{demo.address}/views/all", wait_until="commit")
        boot = page.locator(".boot")
        expect(boot).to_be_visible(timeout=30_000)
        expect(page.locator("a[href^='/tickets/']").first).to_be_visible(timeout=120_000)
        expect(boot).to_be_hidden()


def test_a_form_that_is_sent_twice_over_a_slow_line_is_taken_once(demo: Demo) -> None:
    with chromium() as chrome:
        page = demo.sign_in(window(chrome), ADMINISTRATOR, locale="zh-CN", theme="light")
        page.goto(f"{demo.address}/settings/company")
        settle(page)
        go(page, "/settings/senders")
        held: list[Route] = []
        sent: list[str] = []

        def hold(route: Route) -> None:
            if route.request.method == "POST":
                held.append(route)
            else:
                route.continue_()

        def note(request: Request) -> None:
            if request.method == "POST" and "senders" in request.url:
                sent.append(request.url)

        page.on("request", note)
        page.route("**/api/v1/senders/**", hold)
        field = page.locator("form.add input").last
        value = page.locator("form.add").get_by_role("textbox").first
        value.fill("spam@slow.example")
        for _ in range(3):
            field.press("Enter")
        page.locator("form.add").get_by_role("button").last.click(force=True)
        page.wait_for_timeout(500)
        assert len(sent) == 1
        held[0].continue_()
        expect(page.get_by_role("table").get_by_text("spam@slow.example")).to_have_count(1, timeout=30_000)
