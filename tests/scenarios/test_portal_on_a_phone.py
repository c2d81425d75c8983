"""A customer on a phone: in by the link in a mail, reads, answers, closes and rates; nothing runs off the screen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email import message_from_bytes
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.scenarios.axe import faults_of
from tests.scenarios.demo import ADMINISTRATOR, Demo, window
from tests.scenarios.kit import eventually
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.xdist_group("up")]
PHONE = {"width": 375, "height": 667}
EMAIL = "phone.customer@example.com"


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize(("locale", "theme"), [("zh-CN", "light"), ("zh-CN", "dark")])
def test_a_customer_on_a_phone(demo: Demo, chrome: Browser, locale: str, theme: str) -> None:
    number = 1 if theme == "light" else 2
    email = f"{number}.{EMAIL}"
    agents = window(chrome)
    agent = demo.sign_in(agents, ADMINISTRATOR, locale="zh-CN", theme="light")
    ticket = _ask(demo, agent, email)
    reply = {"text": "您好，今天已发货，单号 SF1234567890。", "idempotency_key": f"answer to {email}"}
    demo.call(agent, "POST", f"/api/v1/tickets/{ticket}/replies", reply)
    phones = window(chrome, locale=locale, theme=theme, viewport=PHONE, has_touch=True, is_mobile=True)
    page = phones.new_page()
    _come_in(demo, page, email)
    _read_and_answer(demo, agent, page, ticket)
    _close_and_rate(demo, agent, page, ticket)
    _write_again(demo, agent, page, ticket)
    phones.close()
    agents.close()


def _ask(demo: Demo, agent: Page, email: str) -> int:
    body = {
        "external_id": email,
        "thread_id": email,
        "sender": {"kind": "email", "value": email, "name": email},
        "subject": "收货地址能不能改到公司，送货前请先打电话，谢谢",
        "text": "我的订单什么时候发货？",
    }
    demo.call(agent, "POST", "/api/v1/channels/demo-shop/messages", body)

    def there() -> Any:
        rows = demo.call(agent, "GET", "/api/v1/tickets?view=all&limit=5")["items"]
        return next((row["id"] for row in rows if row["customer"]["name"] == email), None)

    return int(eventually(there, "the ticket"))


def _looks_right(page: Page, where: str) -> None:
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= PHONE["width"], f"{where} is {wide} px wide"
    small = page.evaluate(
        """[...document.querySelectorAll("main button, main a.button, main nav a")]
             .map((one) => [one.textContent.trim(), one.getBoundingClientRect().height])
             .filter(([, height]) => height < 32)"""
    )
    assert small == [], f"{where} has what no finger can hit: {small}"
    assert faults_of(page, where) == []


def _come_in(demo: Demo, page: Page, email: str) -> None:
    page.goto(f"{demo.address}/my")
    _looks_right(page, "the way in")
    page.get_by_label("邮箱").fill(email)
    page.get_by_role("button", name="发送登录链接").click()
    expect(page.get_by_text("登录链接已经在路上了")).to_be_visible()
    _looks_right(page, "after asking")
    link = eventually(lambda: _link_in(demo, email), "the mail with the link")
    page.goto(link)
    _looks_right(page, "the link")
    page.get_by_role("button", name="进入客户中心").click()
    expect(page.get_by_role("link", name=re.compile("收货地址能不能改到公司"))).to_be_visible()
    _looks_right(page, "the list")


def _link_in(demo: Demo, email: str) -> str | None:
    for arrived in demo.outbox.arrived:
        if arrived.recipients == [email]:
            content = message_from_bytes(arrived.content).get_payload(decode=True)
            assert isinstance(content, bytes)
            found = re.search(r"/my/enter\?token=\S+", content.decode())
            return demo.address + found[0] if found else None
    return None


def _read_and_answer(demo: Demo, agent: Page, page: Page, ticket: int) -> None:
    page.get_by_role("link", name=re.compile("收货地址能不能改到公司")).click()
    expect(page.get_by_text("今天已发货，单号 SF1234567890")).to_be_visible()
    _looks_right(page, "the ticket")
    page.get_by_label("回复").fill("好的，谢谢！")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(page.get_by_text("已收到")).to_be_visible()
    eventually(lambda: "好的，谢谢！" in _said(demo, agent, ticket), "the answer on the desk")
    page.reload()
    expect(page.locator("li.mine").last).to_contain_text("好的，谢谢！")


def _close_and_rate(demo: Demo, agent: Page, page: Page, ticket: int) -> None:
    page.get_by_role("button", name="问题已解决").click()
    expect(page.get_by_text("您对这次服务满意吗？")).to_be_visible()
    _looks_right(page, "the rating")
    page.get_by_text("4 · 满意").click()
    page.get_by_text("答复快").click()
    page.get_by_label(re.compile("想说的话")).fill("发货很快")
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("您的评价：4 / 5")).to_be_visible()
    _looks_right(page, "after rating")
    assert demo.call(agent, "GET", f"/api/v1/tickets/{ticket}")["ticket"]["status"] == "solved"


def _write_again(demo: Demo, agent: Page, page: Page, ticket: int) -> None:
    page.get_by_label("问题没有解决？写下来，我们会重新处理。").fill("外箱破了")
    page.get_by_role("button", name="发送", exact=True).click()
    eventually(lambda: "外箱破了" in _said(demo, agent, ticket), "what came after")
    assert demo.call(agent, "GET", f"/api/v1/tickets/{ticket}")["ticket"]["status"] == "open"


def _said(demo: Demo, agent: Page, ticket: int) -> list[str]:
    told = demo.call(agent, "GET", f"/api/v1/tickets/{ticket}/timeline")["items"]
    return [entry["text"] for entry in told if entry["kind"] != "event"]
