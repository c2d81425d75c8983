"""Two windows: a visitor on somebody's web site, an agent at the desk, and a talk between them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.scenarios.host_page import host_page
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import RunningCentre, running_centre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
PASSWORD = "rainy-Tuesday-7-lanterns"
LIVE_MS = 5_000  # what must be seen live is waited for so long at most
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000008000000080802000000"
    "4b6d29dc0000001549444154789c63f8cfc0c08015fec72e3ce8750000adb23fc17ebc3f780000000049454e44ae426082"
)

IN_AGENTS_WINDOW = """
async ([method, path, body]) => {
  const csrf = document.cookie.match(/csrftoken=([^;]+)/)?.[1] ?? "";
  const options = { method, headers: { "X-CSRFToken": csrf, "Content-Type": "application/json" } };
  if (body !== null) options.body = JSON.stringify(body);
  const answer = await fetch(path, options);
  const text = await answer.text();
  if (!answer.ok) throw new Error(method + " " + path + " " + answer.status + " " + text);
  return text ? JSON.parse(text) : null;
}
"""
LISTEN = """
() => new Promise((open) => {
  window.heard = [];
  const stream = new EventSource("/api/v1/stream");
  for (const name of ["ticket", "presence"])
    stream.addEventListener(name, (event) => window.heard.push({ name, ...JSON.parse(event.data) }));
  stream.addEventListener("hello", open);
})
"""


class Agent:
    """An agent's window: signed in, listening to the desk's live stream."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        return self.page.evaluate(IN_AGENTS_WINDOW, [method, path, body])

    def hears(self, condition: str) -> None:
        """Wait until something heard on the stream meets the condition (of JavaScript, over `it`)."""
        self.page.wait_for_function(f"() => window.heard.some((it) => {condition})", timeout=LIVE_MS)

    def ticket_that_says(self, preview: str) -> dict[str, Any]:
        """Wait until a ticket's newest words are these."""
        deadline = time.monotonic() + LIVE_MS / 1000
        while True:
            rows: list[dict[str, Any]] = self.ask("GET", "/api/v1/tickets?view=all")["items"]
            if (found := next((row for row in rows if row["preview"] == preview), None)) is not None:
                return found
            assert time.monotonic() < deadline, rows
            self.page.wait_for_timeout(50)

    def timeline(self, ticket_id: int) -> list[dict[str, Any]]:
        entries: list[dict[str, Any]] = self.ask("GET", f"/api/v1/tickets/{ticket_id}/timeline")["items"]
        return [entry for entry in entries if entry["kind"] in ("inbound", "outbound")]

    def sees_in(self, ticket_id: int, texts: list[str]) -> None:
        """Wait until the ticket's timeline says this, and nothing else."""
        deadline = time.monotonic() + LIVE_MS / 1000
        while (said := [entry["text"] for entry in self.timeline(ticket_id)]) != texts:
            assert time.monotonic() < deadline, said
            self.page.wait_for_timeout(50)

    def reply(self, ticket_id: int, text: str) -> None:
        body = {"text": text, "idempotency_key": f"reply-{text}"}
        self.ask("POST", f"/api/v1/tickets/{ticket_id}/replies", body)


class Visitor:
    """A visitor's window on the shop's page."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address
        self.troubles: list[str] = []
        page.on("pageerror", lambda error: self.troubles.append(str(error)))
        page.on(
            "console",
            lambda told: self.troubles.append(told.text) if "Content Security" in told.text else None,
        )

    def come(self) -> None:
        self.page.goto(self.address)
        expect(self.page.locator(".launcher")).to_be_visible(timeout=LIVE_MS)

    def open(self) -> None:
        self.page.locator(".launcher").click()
        expect(self.page.locator(".panel")).to_be_visible()

    def say(self, text: str) -> None:
        self.page.locator(".write").fill(text)
        self.page.keyboard.press("Enter")

    def bubbles(self) -> list[str]:
        return self.page.locator(".bubble").all_inner_texts()

    def sees(self, text: str) -> None:
        expect(self.page.locator(".bubble", has_text=text)).to_be_visible(timeout=LIVE_MS)


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningCentre]:
    with running_centre(tmp_path_factory.mktemp("chat") / "data") as running:
        yield running


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture(scope="module")
def site(centre: RunningCentre) -> Iterator[str]:
    with host_page(centre.address) as address:
        yield address


@pytest.fixture(scope="module")
def agent(centre: RunningCentre, chrome: Browser, site: str) -> Agent:
    """The first administrator, who has set up the chat for the site."""
    centre.wait_for(lambda: "/setup?token=" in centre.output(), "the set-up link")
    found = re.search(r"\S+/setup\?token=\S+", centre.output())
    assert found is not None
    page = chrome.new_context(locale="zh-CN").new_page()
    page.goto(f"{centre.address}/sign-in")
    agent = Agent(page)
    agent.ask(
        "POST",
        "/api/v1/setup",
        {
            "token": parse_qs(urlsplit(found[0]).query)["token"][0],
            "company": "青禾",
            "name": "王小雨",
            "email": "wang@shop.example",
            "password": PASSWORD,
        },
    )
    values = {"allowed_origins": [site], "title_zh": "青禾客服", "title_en": "Qinghe support"}
    agent.ask(
        "POST", "/api/v1/channels", {"kind": "chat", "key": "shop", "name": "青禾商城", "values": values}
    )
    page.goto(f"{centre.address}/")
    page.evaluate(LISTEN)
    return agent


@pytest.fixture
def window(chrome: Browser) -> Iterator[BrowserContext]:
    context = chrome.new_context(viewport={"width": 1280, "height": 800}, locale="zh-CN")
    yield context
    context.close()


@pytest.fixture
def visitor(window: BrowserContext, centre: RunningCentre, site: str, agent: Agent) -> Visitor:
    agent.page.evaluate("() => { window.heard = []; }")
    visitor = Visitor(window.new_page(), f"{site}/?desk={centre.address}&channel=shop")
    visitor.come()
    return visitor


def test_a_talk_between_two_windows(visitor: Visitor, agent: Agent) -> None:
    desk = agent.page
    desk.get_by_text("待分配").first.click()
    visitor.open()
    visitor.say("你好，退款页面一直报错")
    expect(visitor.page.locator(".meta")).to_contain_text("已送达", timeout=LIVE_MS)

    desk.get_by_text("你好，退款页面一直报错").first.click(
        timeout=LIVE_MS
    )  # the ticket came to the list by itself
    answer = desk.get_by_label("回复", exact=True)
    expect(answer).to_be_visible(timeout=LIVE_MS)
    expect(visitor.page.locator(".meta")).to_contain_text("已读", timeout=LIVE_MS)

    answer.press_sequentially("您好，已经修好了，")
    expect(visitor.page.locator(".typing")).to_be_visible(timeout=LIVE_MS)
    answer.press_sequentially("请再试一次。")
    answer.press("Control+Enter")
    visitor.sees("您好，已经修好了，请再试一次。")
    expect(visitor.page.locator(".typing")).to_be_hidden()
    expect(visitor.page.locator(".name")).to_have_text("王小雨")

    visitor.page.locator(".write").press_sequentially("好")
    expect(desk.get_by_text(re.compile("访客 .*正在输入"))).to_be_visible(timeout=LIVE_MS)
    visitor.say("好的，谢谢！")
    timeline = desk.get_by_role("main")
    expect(timeline.get_by_text("好的，谢谢！").first).to_be_visible(timeout=LIVE_MS)
    ticket = agent.ticket_that_says("好的，谢谢！")
    agent.sees_in(ticket["id"], ["你好，退款页面一直报错", "您好，已经修好了，请再试一次。", "好的，谢谢！"])

    visitor.page.reload()
    expect(visitor.page.locator(".launcher")).to_be_visible()
    visitor.open()
    visitor.sees("好的，谢谢！")
    assert visitor.bubbles() == ["你好，退款页面一直报错", "您好，已经修好了，请再试一次。", "好的，谢谢！"]
    assert visitor.troubles == []


def test_an_answer_that_comes_while_the_panel_is_closed_shows_at_the_launcher(
    visitor: Visitor, agent: Agent
) -> None:
    visitor.open()
    visitor.say("我先去忙")
    agent.hears("it.type === 'tickets.customer_wrote'")
    ticket = agent.ticket_that_says("我先去忙")
    visitor.page.keyboard.press("Escape")
    expect(visitor.page.locator(".panel")).to_be_hidden()
    agent.reply(ticket["id"], "好的，回来再说。")
    expect(visitor.page.locator(".badge")).to_have_text("1", timeout=LIVE_MS)
    expect(visitor.page.locator("#unread")).to_have_text("(1)")
    visitor.page.locator(".teaser .say").click()
    visitor.sees("好的，回来再说。")
    expect(visitor.page.locator(".badge")).to_be_hidden()


def test_what_is_written_without_a_network_survives_a_reload_and_is_sent_once(
    visitor: Visitor, agent: Agent
) -> None:
    visitor.open()
    visitor.say("第一句")
    agent.hears("it.type === 'tickets.customer_wrote'")
    visitor.page.route("**/messages", lambda route: route.abort())
    visitor.say("断网时写的")
    expect(visitor.page.locator(".row.sending")).to_have_count(1)
    visitor.page.reload()
    expect(visitor.page.locator(".launcher")).to_be_visible()
    visitor.page.unroute("**/messages")
    visitor.open()
    expect(visitor.page.locator(".row.sending")).to_have_count(0, timeout=15_000)
    ticket = agent.ticket_that_says("断网时写的")
    agent.sees_in(ticket["id"], ["第一句", "断网时写的"])


def test_an_answer_missed_while_offline_is_there_afterwards(
    visitor: Visitor, agent: Agent, window: BrowserContext
) -> None:
    visitor.open()
    visitor.say("我在地铁上")
    agent.hears("it.type === 'tickets.customer_wrote'")
    ticket = agent.ticket_that_says("我在地铁上")
    window.set_offline(True)
    expect(visitor.page.locator(".notice")).to_contain_text("网络已断开")
    agent.reply(ticket["id"], "不急，出站再看。")
    visitor.say("信号不好")
    expect(visitor.page.locator(".meta").last).to_contain_text("等待网络")
    window.set_offline(False)
    visitor.sees("不急，出站再看。")
    expect(visitor.page.locator(".row.sending")).to_have_count(0, timeout=LIVE_MS)


def test_a_picture_reaches_the_agent(visitor: Visitor, agent: Agent) -> None:
    visitor.open()
    picture = {"name": "截图.png", "mimeType": "image/png", "buffer": PNG}
    visitor.page.locator("input[type=file]").set_input_files(picture)  # type: ignore[arg-type]
    expect(visitor.page.locator(".send")).to_have_attribute("aria-disabled", "false", timeout=LIVE_MS)
    visitor.say("请看截图")
    agent.hears("it.type === 'tickets.customer_wrote'")
    ticket = agent.ticket_that_says("请看截图")
    (entry,) = agent.timeline(ticket["id"])
    assert [(file["name"], file["media_type"]) for file in entry["attachments"]] == [
        ("截图.png", "image/png")
    ]
    image = visitor.page.locator(".picture img")
    expect(image).to_be_visible(timeout=LIVE_MS)
    assert image.evaluate("(image) => image.decode().then(() => image.naturalWidth)") == 8
    assert visitor.troubles == []


def test_the_enter_that_ends_a_chinese_composition_does_not_send(visitor: Visitor) -> None:
    visitor.open()
    write = visitor.page.locator(".write")
    session = visitor.page.context.new_cdp_session(visitor.page)
    write.focus()
    session.send("Input.imeSetComposition", {"text": "nihao", "selectionStart": 5, "selectionEnd": 5})
    session.send(
        "Input.dispatchKeyEvent", {"type": "rawKeyDown", "key": "Enter", "windowsVirtualKeyCode": 229}
    )
    expect(visitor.page.locator(".bubble")).to_have_count(0)
    session.send("Input.insertText", {"text": "你好"})
    expect(write).to_have_value("你好")
    visitor.page.keyboard.press("Shift+Enter")
    expect(write).to_have_value("你好\n")
    visitor.page.keyboard.press("Enter")
    visitor.sees("你好")


def test_the_panel_opens_at_once_and_by_keyboard_alone(visitor: Visitor) -> None:
    page = visitor.page
    took = page.evaluate(
        """() => new Promise((done) => {
          const began = performance.now();
          ZhiyinChat("open");
          requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
        })"""
    )
    assert took < 100, f"opening took {took:.0f} ms"
    page.keyboard.press("Escape")
    expect(page.locator(".launcher")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".write")).to_be_focused()
    inside = "() => document.activeElement === document.querySelector('zhiyin-chat')"
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate(inside)
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        assert page.evaluate(inside)
    page.keyboard.press("Escape")
    expect(page.locator(".launcher")).to_be_focused()


def test_a_phone_shows_the_chat_on_the_whole_screen(
    chrome: Browser, centre: RunningCentre, site: str, agent: Agent
) -> None:
    phone = chrome.new_context(
        viewport={"width": 375, "height": 667},
        is_mobile=True,
        has_touch=True,
        device_scale_factor=2,
        locale="en",
    )
    try:
        visitor = Visitor(phone.new_page(), f"{site}/?lang=en&desk={centre.address}&channel=shop")
        visitor.come()
        visitor.page.locator(".launcher").tap()
        panel = visitor.page.locator(".panel")
        expect(panel).to_be_visible()
        visitor.page.wait_for_timeout(250)
        assert panel.bounding_box() == {"x": 0, "y": 0, "width": 375, "height": 667}
        expect(visitor.page.locator(".title")).to_have_text("Qinghe support")
        visitor.say("From my phone")
        visitor.sees("From my phone")
        for control in (".send", ".line .tool", ".head .tool >> nth=-1"):
            box = visitor.page.locator(control).bounding_box()
            assert box is not None
            assert min(box["width"], box["height"]) >= 42
        assert visitor.page.evaluate("document.documentElement.scrollWidth") == 375
    finally:
        phone.close()


def test_a_site_that_is_not_allowed_shows_no_chat(
    window: BrowserContext, centre: RunningCentre, agent: Agent
) -> None:
    with host_page(centre.address) as stranger:
        page = window.new_page()
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        page.goto(f"{stranger}/?desk={centre.address}&channel=shop")
        page.wait_for_timeout(1_500)
        expect(page.locator("zhiyin-chat")).to_have_count(0)
        assert any("CORS" in text for text in told), json.dumps(told)
