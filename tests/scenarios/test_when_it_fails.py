"""A server that fails, one that is gone, a part that can't be loaded: each ends on a screen, and nothing written is lost."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.scenarios.demo import ADMINISTRATOR, Demo, go, settle, window
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
AGENT = "xu.jingyi"
WORDS = "这句话服务器还没有收到"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def page(demo: Demo, chrome: Browser) -> Iterator[Page]:
    context = window(chrome)
    yield demo.sign_in(context, AGENT, locale="zh-CN", theme="light")
    context.close()


def _open_a_ticket(demo: Demo, page: Page) -> str:
    page.goto(f"{demo.address}/views/open")
    page.locator("a[href^='/tickets/']").first.click()
    expect(page.get_by_role("log")).to_be_visible(timeout=30_000)
    return page.url


def test_a_failed_list_says_so_with_a_number_and_comes_when_tried_again(demo: Demo, page: Page) -> None:
    page.route(
        "**/api/v1/customers?*",
        lambda route: route.fulfill(status=500, body="<h1>x</h1>", headers={"X-Request-ID": "a1b2c3"}),
    )
    page.goto(f"{demo.address}/customers")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("服务器出错了", timeout=30_000)
    expect(alert).to_contain_text("a1b2c3")
    page.unroute("**/api/v1/customers?*")
    alert.get_by_role("button", name="重试").click()
    expect(alert).to_have_count(0, timeout=30_000)


def test_what_was_written_while_the_server_was_gone_is_there_afterwards(demo: Demo, page: Page) -> None:
    ticket = _open_a_ticket(demo, page)
    page.context.set_offline(True)
    page.keyboard.press("r")
    page.get_by_label("回复", exact=True).fill(WORDS)
    go(page, "/customers")  # a part of the program that this page has not loaded yet
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("连不上服务器", timeout=30_000)
    expect(alert).to_contain_text("已写的内容都留着")
    page.context.set_offline(False)
    expect(alert).to_have_count(0, timeout=30_000)  # by itself
    page.goto(ticket)
    expect(page.get_by_label("回复", exact=True)).to_have_value(WORDS, timeout=30_000)


def test_a_part_that_is_gone_after_an_upgrade_is_loaded_anew_and_then_told(demo: Demo, page: Page) -> None:
    page.goto(f"{demo.address}/views/open")
    settle(page)
    page.route(re.compile(r"/assets/CustomersPage[^/]*\.js"), lambda route: route.fulfill(status=404))
    page.evaluate("document.querySelector(\"a[href='/customers']\").click()")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("这一页没能载入", timeout=30_000)
    page.unroute_all()
    alert.get_by_role("button", name="重试").click()
    expect(page).to_have_url(re.compile("/customers$"))
    expect(alert).to_have_count(0, timeout=30_000)


def test_a_form_whose_content_did_not_come_is_no_empty_form_to_save(demo: Demo, chrome: Browser) -> None:
    context = window(chrome)
    page = demo.sign_in(context, ADMINISTRATOR, locale="zh-CN", theme="light")
    [queue, *_] = demo.call(page, "GET", "/api/v1/routing/queues")
    page.route(
        re.compile(r"/api/v1/(tickets/layout|routing/queues)"), lambda route: route.fulfill(status=500)
    )
    page.goto(f"{demo.address}/customers")
    settle(page)
    for path in ("forms/new", "templates/new", "fields/new", f"queues/{queue['id']}"):
        go(page, f"/settings/{path}")
        expect(page.get_by_role("alert")).to_contain_text("服务器出错了", timeout=30_000)
        expect(page.get_by_role("button", name="保存", exact=True)).to_have_count(0)
    page.unroute_all()
    page.get_by_role("alert").get_by_role("button", name="重试").click()
    expect(page.get_by_label("名称", exact=True)).to_have_value(queue["name"], timeout=30_000)
    context.close()
