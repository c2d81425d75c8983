"""The widget, grown: forms before the chat and in its place, greetings, ratings, a page of its own, dropped networks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.scenarios.test_chat_two_windows import LIVE_MS, Agent, Visitor, agent, centre, chrome, site
from zhiyin.testing.centre import RunningCentre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
__all__ = ["agent", "centre", "chrome", "site"]  # fixtures of the neighbouring scene
BACK_MS = 30_000  # a part that was killed is started again
NOBODY: list[Any] = [[]] * 6 + [[{"opens": "03:00", "closes": "03:01"}]]


@pytest.fixture
def window(chrome: Browser) -> Iterator[BrowserContext]:
    context = chrome.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def come(window: BrowserContext, centre: RunningCentre, site: str, agent: Agent) -> Callable[..., Visitor]:
    """A visitor on the site of a chat with these settings."""

    def coming(key: str, *, page: Page | None = None, **values: Any) -> Visitor:
        told = {"allowed_origins": [site], **values}
        agent.ask("POST", "/api/v1/channels", {"kind": "chat", "key": key, "name": key, "values": told})
        visitor = Visitor(page or window.new_page(), f"{site}/?desk={centre.address}&channel={key}")
        visitor.come()
        return visitor

    return coming


def mailbox(agent: Agent, key: str) -> str:
    values = {"address": f"{key}@shop.example", "sign_in": "password", "password": "x"}
    values |= {"imap_host": "127.0.0.1", "smtp_host": "127.0.0.1"}
    body = {"kind": "email", "key": key, "name": key, "values": values, "active": True}
    agent.ask("POST", "/api/v1/channels", body)
    return key


def whole_timeline(agent: Agent, ticket_id: int) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = agent.ask("GET", f"/api/v1/tickets/{ticket_id}/timeline")["items"]
    return entries


def test_a_form_before_the_chat_is_filled_in_by_keyboard_alone(
    come: Callable[..., Visitor], agent: Agent
) -> None:
    form = {
        "intro": {"zh": "先认识一下"},
        "fields": [
            {"key": "name", "type": "name", "required": True},
            {"key": "topic", "type": "choice", "label": {"zh": "想咨询什么"}, "options": [{"zh": "订单"}, {"zh": "退款"}]},
            {"key": "agree", "type": "consent", "label": {"zh": "同意隐私政策"}, "required": True},
        ],
    }  # fmt: skip
    visitor = come("grown-form", pre_chat=[form])
    page, keys = visitor.page, visitor.page.keyboard
    page.locator(".launcher").focus()
    keys.press("Enter")
    name = page.get_by_label("姓名")
    expect(name).to_be_focused()
    keys.press("Enter")  # nothing is filled in yet: the first wrong question has the focus and says why
    expect(name).to_be_focused()
    expect(name).to_have_attribute("aria-invalid", "true")
    keys.type("林晓")
    keys.press("Tab")
    keys.press("ArrowDown")
    keys.press("ArrowDown")
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    expect(page.locator(".write")).to_be_focused(timeout=LIVE_MS)
    keys.type("钱什么时候到？")
    keys.press("Enter")
    ticket = agent.ticket_that_says("钱什么时候到？")
    assert ticket["customer"]["name"] == "林晓"
    [entry] = agent.timeline(ticket["id"])
    assert [(one["label"], one["value"]) for one in entry["answers"]] == [
        ("姓名", "林晓"),
        ("想咨询什么", "退款"),
        ("同意隐私政策", "同意"),
    ]
    keys.press("Escape")
    expect(page.locator(".launcher")).to_be_focused()
    assert visitor.troubles == []


def test_a_message_left_without_a_network_arrives_once_when_it_is_back(
    come: Callable[..., Visitor], agent: Agent, centre: RunningCentre, window: BrowserContext
) -> None:
    week = {"name": "从不", "zone": "UTC", "week": NOBODY}
    calendar = agent.ask("POST", "/api/v1/calendars", week)
    box = mailbox(agent, "grown-box")
    visitor = come("grown-left", calendar=str(calendar["id"]), continue_by=box)
    page = visitor.page
    visitor.open()
    expect(page.locator(".status")).to_contain_text("现在休息中")
    expect(page.locator(".write")).to_be_hidden()
    page.get_by_label("邮箱地址").locator("visible=true").fill("lin@example.com")
    page.get_by_label("想问什么？").fill("门锁没电了怎么办")
    window.set_offline(True)
    page.get_by_role("button", name="提交留言").click()
    expect(page.get_by_text("留言已保存在这里")).to_be_visible()
    centre.kill("web-1")
    window.set_offline(False)
    expect(page.get_by_text("我们会答复到 lin@example.com")).to_be_visible(timeout=BACK_MS)
    ticket = agent.ticket_that_says("门锁没电了怎么办")
    assert [entry["text"] for entry in agent.timeline(ticket["id"])] == ["门锁没电了怎么办"]


def test_a_greeting_joins_the_talk_when_it_is_answered(come: Callable[..., Visitor], agent: Agent) -> None:
    rule = {"id": "hello", "text": {"zh": "在挑选尺寸吗？"}, "after_seconds": 1}
    visitor = come("grown-greeting", greetings=[rule])
    teaser = visitor.page.locator(".teaser .say")
    expect(teaser).to_contain_text("在挑选尺寸吗？", timeout=LIVE_MS)
    assert agent.ask("GET", "/api/v1/tickets?view=all")["items"] is not None
    teaser.click()
    visitor.say("对，我一米七五")
    ticket = agent.ticket_that_says("对，我一米七五")
    expect(visitor.page.locator(".bubble")).to_have_text(
        ["在挑选尺寸吗？", "对，我一米七五"], timeout=LIVE_MS
    )
    [entry] = agent.timeline(ticket["id"])
    assert (entry["text"], entry["greeting"]) == ("对，我一米七五", "在挑选尺寸吗？")


def test_a_greeting_waved_away_never_comes_again(come: Callable[..., Visitor]) -> None:
    rule = {"id": "hello", "text": {"zh": "需要帮忙吗？"}, "after_seconds": 1}
    visitor = come("grown-dismissed", greetings=[rule], greet_every_hours=0)
    teaser = visitor.page.locator(".teaser")
    expect(teaser).to_be_visible(timeout=LIVE_MS)
    visitor.page.get_by_label("关闭提示").click()
    visitor.page.reload()
    expect(visitor.page.locator(".launcher")).to_be_visible()
    visitor.page.wait_for_timeout(3_000)
    expect(teaser).to_be_hidden()


def test_a_solved_ticket_is_rated_in_the_window_and_shows_it_on_the_desk(
    come: Callable[..., Visitor], agent: Agent, centre: RunningCentre
) -> None:
    visitor = come("grown-rating")
    visitor.open()
    visitor.say("评价前先问一句")
    ticket = agent.ticket_that_says("评价前先问一句")
    agent.reply(ticket["id"], "好的，已处理。")
    visitor.sees("好的，已处理。")
    agent.ask("PATCH", f"/api/v1/tickets/{ticket['id']}", {"status": "solved"})
    page = visitor.page
    expect(page.get_by_text("这次服务怎么样？")).to_be_visible(timeout=LIVE_MS)
    page.get_by_role("radio", name="4 分").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="答复快").click()
    page.get_by_role("button", name="提交评价").click()
    expect(page.get_by_text("谢谢你的评价！")).to_be_visible(timeout=LIVE_MS)

    def ratings() -> list[dict[str, Any]]:
        events = [entry["event"] for entry in whole_timeline(agent, ticket["id"]) if entry["event"]]
        return [event["params"] for event in events if event["type"] == "tickets.rated"]

    centre.wait_for(ratings, "the rating on the ticket")
    [told] = ratings()
    assert (told["score"], told["reasons"]) == (4, ["quick"])
    agent.page.goto(f"{centre.address}/tickets/{ticket['id']}")
    expect(agent.page.get_by_text("客户评价：4 分")).to_be_visible(timeout=LIVE_MS)


def test_the_page_of_its_own_fits_a_phone_and_opens_no_window(
    chrome: Browser, centre: RunningCentre, come: Callable[..., Visitor], agent: Agent
) -> None:
    come("grown-page")
    context = chrome.new_context(viewport={"width": 375, "height": 667}, has_touch=True, is_mobile=True)
    page = context.new_page()
    refused: list[str] = []
    page.on("console", lambda told: refused.append(told.text) if "Content Security" in told.text else None)
    page.goto(f"{centre.address}/chat/grown-page?lang=zh#name=林晓")
    expect(page.locator(".write")).to_be_visible(timeout=LIVE_MS)
    assert "#" not in page.url
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.locator(".write").evaluate("(it) => getComputedStyle(it).fontSize") == "16px"
    page.locator(".write").fill("看这里 https://a.example/x")
    page.keyboard.press("Enter")
    ticket = agent.ticket_that_says("看这里 https://a.example/x")
    assert ticket["customer"]["name"] == "林晓"
    expect(page.locator(".bubble a")).not_to_have_attribute("target", "_blank")
    assert page.context.cookies() == []
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_visible()
    assert refused == []
    context.close()


def test_what_is_written_while_the_network_and_the_server_are_away_arrives_once_and_in_order(
    come: Callable[..., Visitor], agent: Agent, centre: RunningCentre, window: BrowserContext
) -> None:
    visitor = come("grown-network")
    visitor.open()
    visitor.say("第一句")
    ticket = agent.ticket_that_says("第一句")
    window.set_offline(True)
    expect(visitor.page.locator(".notice")).to_contain_text("网络已断开")
    visitor.say("第二句")
    visitor.say("第三句")
    centre.kill("web-1")
    window.set_offline(False)
    visitor.say("第四句")
    expect(visitor.page.locator(".row.sending")).to_have_count(0, timeout=BACK_MS)
    centre.wait_for(centre.answers, "the web part to be back")
    agent.sees_in(ticket["id"], ["第一句", "第二句", "第三句", "第四句"])
    assert visitor.bubbles() == ["第一句", "第二句", "第三句", "第四句"]
