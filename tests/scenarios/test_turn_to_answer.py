"""Two colleagues at one ticket: who answers, who takes over, and what is seen of what changed meanwhile."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.scenarios.demo import Demo, window
from tests.scenarios.kit import eventually
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.xdist_group("up")]
LIVE_MS = 10_000
FIRST, SECOND = "lu.yaqin", "zhao.qihang"  # 陆雅琴, 赵启航


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def both(demo: Demo, chrome: Browser) -> Iterator[tuple[Page, Page]]:
    contexts = [window(chrome) for _ in range(2)]
    yield (
        demo.sign_in(contexts[0], FIRST, locale="zh-CN", theme="light"),
        demo.sign_in(contexts[1], SECOND, locale="zh-CN", theme="light"),
    )
    for context in contexts:
        context.close()


def _ask(demo: Demo, page: Page, number: int, text: str) -> int:
    """A customer's message by the shop's channel; its ticket."""
    sender = {"kind": "external", "value": f"turn-{number}", "name": f"陆先生{number}"}
    body = {
        "external_id": f"turn-{number}-{text}",
        "thread_id": f"turn-{number}",
        "sender": sender,
        "text": text,
    }
    demo.call(page, "POST", "/api/v1/channels/demo-shop/messages", body)

    def there() -> Any:
        rows = demo.call(page, "GET", "/api/v1/tickets?view=all&limit=5")["items"]
        return next((row["id"] for row in rows if row["customer"]["name"] == sender["name"]), None)

    return int(eventually(there, "the ticket"))


def _open(demo: Demo, page: Page, ticket: int, text: str) -> Any:
    page.goto(f"{demo.address}/tickets/{ticket}")
    expect(page.get_by_role("log")).to_contain_text(text, timeout=15_000)
    return page.get_by_label("回复", exact=True)


def _answers(demo: Demo, page: Page, ticket: int) -> list[str]:
    told = demo.call(page, "GET", f"/api/v1/tickets/{ticket}/timeline")["items"]
    return [entry["text"] for entry in told if entry["kind"] == "outbound"]


def test_one_answers_and_the_other_takes_over(demo: Demo, both: tuple[Page, Page], chrome: Browser) -> None:
    first, second = both
    programs = window(chrome)
    program = demo.sign_in(programs, "shen.zhixing", locale="zh-CN", theme="light")
    ticket = _ask(demo, program, 1, "空气炸锅有异响")
    ours = _open(demo, first, ticket, "空气炸锅有异响")
    theirs = _open(demo, second, ticket, "空气炸锅有异响")
    ours.press_sequentially("您好，请")
    expect(second.get_by_text("陆雅琴 正在回复这张工单。")).to_be_visible(timeout=LIVE_MS)
    theirs.fill("我来答复")
    expect(second.get_by_role("button", name="发送", exact=True)).to_be_disabled()
    second.get_by_role("button", name="接手回复").click()
    expect(second.get_by_role("button", name="发送", exact=True)).to_be_enabled(timeout=LIVE_MS)
    expect(first.get_by_text("赵启航 接手了回复。")).to_be_visible(timeout=LIVE_MS)
    expect(ours).to_have_value("您好，请")  # what was written is kept
    expect(first.get_by_role("button", name="发送", exact=True)).to_be_disabled()
    second.get_by_role("button", name="发送", exact=True).click()
    expect(first.get_by_role("log")).to_contain_text("我来答复", timeout=LIVE_MS)
    assert _answers(demo, program, ticket) == ["我来答复"]
    expect(first.get_by_text("赵启航 接手了回复。")).to_be_hidden(timeout=LIVE_MS)  # the turn is free again
    programs.close()


def test_what_changed_meanwhile_stands_beside_the_text(
    demo: Demo, both: tuple[Page, Page], chrome: Browser
) -> None:
    first, second = both
    programs = window(chrome)
    program = demo.sign_in(programs, "shen.zhixing", locale="zh-CN", theme="light")
    ticket = _ask(demo, program, 2, "想换一个颜色")
    ours = _open(demo, first, ticket, "想换一个颜色")
    ours.press_sequentially("好的，换")
    _open(demo, second, ticket, "想换一个颜色")
    second.keyboard.press("n")
    second.get_by_label("备注", exact=True).fill("白色缺货")
    second.keyboard.press("Control+Enter")
    beside = first.get_by_role("status").filter(has_text="你开始写之后：")
    expect(beside).to_contain_text("白色缺货", timeout=LIVE_MS)
    expect(beside).to_contain_text("赵启航")
    beside.get_by_role("button", name="知道了").click()
    expect(beside).to_be_hidden()
    _ask(demo, program, 2, "不换了，退货吧")
    expect(beside).to_contain_text("不换了，退货吧", timeout=LIVE_MS)
    expect(ours).to_have_value("好的，换")
    ours.fill("好的，已为您登记退货。")
    first.keyboard.press("Control+Enter")
    held = first.get_by_role("alert").filter(has_text="你书写期间")
    expect(held).to_be_visible(timeout=LIVE_MS)
    assert _answers(demo, program, ticket) == []  # it was not seen yet
    held.get_by_role("button", name="仍然发送").click()
    eventually(lambda: _answers(demo, program, ticket) == ["好的，已为您登记退货。"], "the answer")
    programs.close()
