"""Over a slow line: no empty page while the program comes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.scenarios.demo import ADMINISTRATOR, Demo, window
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
