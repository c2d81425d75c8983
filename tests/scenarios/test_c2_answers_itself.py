"""C2: simple questions answer themselves, with their source and in the customer's language, only when that is sure. A person
is there at once for whoever asks, with everything said before; what nobody had an answer to stands on the authors' list."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.scenarios.host_page import host_page
from tests.scenarios.kit import Person, eventually, joins, put, set_up, written_and_published
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import RunningCentre, running_centre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(700), pytest.mark.xdist_group("up")]
ANSWERED_MS = 45_000  # on a machine that does other things as well
REPAY, REPAY_TEXT = "信用卡还款日是哪天？", "还款日是账单日后第 20 天，可在“我的账单”里查看。"
BILLING, BILLING_TEXT = (
    "When is my billing date?",
    "Your billing date is the 5th of each month. See it under My bills.",
)
OTHERS = [
    ("怎么修改收货地址？", "发货前可在订单详情里修改收货地址。", "zh-CN"),
    ("如何开具电子发票？", "订单完成后，在订单详情点击“申请发票”。", "zh-CN"),
    ("忘记登录密码怎么办？", "在登录页点击“忘记密码”，用手机验证码重设。", "zh-CN"),
    ("会员积分什么时候过期？", "积分自获得起 24 个月后过期。", "zh-CN"),
    ("How do I change my delivery address?", "Open the order and choose Change address.", "en"),
    ("How do I reset my password?", "Choose Forgot password on the sign-in page.", "en"),
]
HEAD_UNIT = "请先长按电源键 10 秒重启车机；仍不行请拨 400-000-0000。"
BOOKED = "已为您登记，安装组会联系您。"
SERVICES = [{"value": "fix", "zh": "维修", "en": "Repair"}, {"value": "swap", "zh": "换货", "en": "Exchange"}]
PAPER, PAPER_TEXT = "如何开具纸质发票？", "在订单详情点击“申请发票”，选择纸质发票，随货寄出。"
UNKNOWN = "你们在冰岛有没有线下维修网点"
LOOKS = os.environ.get("ZHIYIN_LOOKS", "")  # a folder for pictures, for whoever wants to look


@pytest.fixture
def chrome() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


class Visitor:
    """Somebody on the shop's page."""

    def __init__(
        self, browser: Browser, centre: RunningCentre, site: str, *, lang: str = "zh", **look: Any
    ) -> None:
        locale = "zh-CN" if lang == "zh" else "en-GB"
        self.context: BrowserContext = browser.new_context(locale=locale, **look)
        self.page: Page = self.context.new_page()
        dark = "&dark" if look.get("color_scheme") == "dark" else ""
        self.page.goto(f"{site}/?desk={centre.address}&channel=shop&lang={lang}{dark}")
        self.page.locator(".launcher").click(timeout=ANSWERED_MS)

    def asks(self, text: str) -> None:
        self.page.locator(".write").fill(text)
        self.page.keyboard.press("Enter")

    def hears(self, text: str) -> None:
        expect(self.page.locator(".row.other .bubble", has_text=text).last).to_be_visible(timeout=ANSWERED_MS)

    def button(self, name: str) -> Any:
        return self.page.get_by_role("button", name=name, exact=True)


def test_c2_simple_questions_answer_themselves(tmp_path: Path, chrome: Browser) -> None:
    with running_centre(tmp_path / "centre") as centre, host_page(centre.address) as site:
        lead = set_up(centre)
        author = joins(lead, centre, "knowledge_author", "qin@shop.example", "秦若兰")
        _knows(author, lead)
        chat = _has_a_chat(lead, site)
        _switched_on_by_the_manager(lead, author, chat)
        _a_sure_answer_helps_and_nobody_is_offered_the_chat(chrome, centre, site, lead)
        _no_help_brings_a_person_who_sees_it_all(chrome, centre, site, lead)
        _in_english_and_a_person_by_one_word(chrome, centre, site, lead)
        _what_is_not_known_is_not_guessed_and_becomes_a_gap(chrome, centre, site, lead, author)
        _the_figures_say_so(chrome, centre, lead, author)
        _has_words_of_its_own(lead, author, chat)
        _a_keyword_one_question_back_and_a_form(chrome, centre, site, lead)
        _the_pages_of_them(chrome, centre, lead)
        _one_channel_answers_nothing_by_default(chrome, centre, lead, chat)


def _knows(author: Person, lead: Person) -> None:
    written_and_published(author, lead, "faq", REPAY, REPAY_TEXT, audience="public")
    for title, text, language in [(BILLING, BILLING_TEXT, "en"), *OTHERS]:
        written_and_published(author, lead, "faq", title, text, audience="public", language=language)


def _has_a_chat(lead: Person, site: str) -> int:
    values = {"allowed_origins": [site]}
    told = lead.post(
        "/api/v1/channels", {"kind": "chat", "key": "shop", "name": "青禾商城", "values": values}
    )
    lead.post("/api/v1/routing/queues", {"name": "在线", "accept_seconds": 600})
    lead.call("PUT", "/api/v1/people/presence", {"state": "available", "reason": "早班"})
    return int(told["id"])


def _switched_on_by_the_manager(lead: Person, author: Person, chat: int) -> None:
    """Off at first; an author may look and try, and only who manages assistance may change it."""
    page = author.get("/api/v1/assist/answering")
    [channel] = [one for one in page["channels"] if one["id"] == chat]
    assert (channel["mode"], page["may_change"]) == ("off", False)
    assert set(page["expected"]) == {"zh", "en"}
    body = {name: channel[name] for name in ("most_answers", "says_unsure", "words_by_endpoint")}
    body |= {"mode": "answer", "threshold": 0.7}
    path = f"/api/v1/assist/answering/channels/{chat}"
    assert author.call("PUT", path, body).status_code == 403
    assert put(lead, path, body)["mode"] == "answer"

    def trial() -> Any:
        question = {"text": "我的信用卡还款日是哪天", "channel_id": chat}
        told = author.post("/api/v1/assist/answering/trials", question)
        return told if told["outcome"] == "answer" else None

    told = eventually(trial, "the index knows the entry")
    assert (told["title"], told["text"]) == (REPAY, REPAY_TEXT)
    assert told["chance"] >= 0.7


def _offers(lead: Person) -> list[Any]:
    lead.post("/api/v1/people/presence/heartbeats")
    return list(lead.get("/api/v1/routing/offers"))


def _a_sure_answer_helps_and_nobody_is_offered_the_chat(
    chrome: Browser, centre: RunningCentre, site: str, lead: Person
) -> None:
    visitor = Visitor(chrome, centre, site, viewport={"width": 1280, "height": 800})
    expect(visitor.button("转人工")).to_be_visible()  # before anything is said
    visitor.asks("请问信用卡的还款日是哪天")
    visitor.hears(REPAY_TEXT)
    page = visitor.page
    expect(page.locator(".auto").last).to_have_text("自动回答")
    source = page.locator(".sources a")
    expect(source).to_have_text(REPAY)
    _look(page, "widget-answer-zh")
    with visitor.context.expect_page() as opened:
        source.click()
    expect(opened.value.get_by_text("账单日后第 20 天").first).to_be_visible(timeout=ANSWERED_MS)
    opened.value.close()
    assert _offers(lead) == []
    visitor.button("有帮助").click()
    expect(page.get_by_text("很高兴帮到你。")).to_be_visible()
    ticket = _ticket(lead, REPAY_TEXT, status="solved")
    assert ticket["assignee"] is None
    page.reload()
    page.locator(".launcher").click(timeout=ANSWERED_MS)
    expect(page.get_by_text("很高兴帮到你。")).to_be_visible(timeout=ANSWERED_MS)  # it was kept
    visitor.context.close()


def _no_help_brings_a_person_who_sees_it_all(
    chrome: Browser, centre: RunningCentre, site: str, lead: Person
) -> None:
    visitor = Visitor(chrome, centre, site, viewport={"width": 375, "height": 667}, color_scheme="dark")
    visitor.asks("忘了登录密码，怎么找回")
    visitor.hears("忘记密码")
    _look(visitor.page, "widget-answer-dark-375")
    visitor.button("没帮到").click()
    visitor.hears("已为您转人工")
    expect(visitor.button("转人工")).to_be_hidden()
    [offer] = eventually(lambda: _offers(lead), "the offer to a person")
    lead.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")
    desk = _desk(chrome, centre, lead)
    desk.goto(f"{centre.address}/tickets/{offer['ticket_id']}")
    for words in ("忘了登录密码，怎么找回", "自动回答", "没帮到"):
        expect(desk.get_by_text(words).first).to_be_visible(timeout=ANSWERED_MS)
    expect(desk.get_by_role("link", name="忘记登录密码怎么办？").first).to_be_visible()
    expect(desk.get_by_text("客户说自动回答没帮到").first).to_be_visible()
    _look(desk, "desk-timeline")
    reply = {"text": "我来帮您重设。", "idempotency_key": "c2-reply"}
    lead.post(f"/api/v1/tickets/{offer['ticket_id']}/replies", reply)
    visitor.hears("我来帮您重设。")
    visitor.context.close()
    desk.context.close()


def _in_english_and_a_person_by_one_word(
    chrome: Browser, centre: RunningCentre, site: str, lead: Person
) -> None:
    visitor = Visitor(chrome, centre, site, lang="en", viewport={"width": 1280, "height": 800})
    visitor.asks("What is my billing date?")
    expect(visitor.page.locator(".meta")).to_contain_text("Delivered", timeout=ANSWERED_MS)
    centre.kill("worker")  # whoever goes on decides, once
    visitor.hears(BILLING_TEXT)
    expect(visitor.page.locator(".auto").last).to_have_text("Automatic answer")
    _look(visitor.page, "widget-answer-en")
    visitor.asks("agent")
    visitor.hears("A colleague takes over")
    offers = eventually(lambda: _offers(lead), "the offer to a person")
    ticket = offers[0]["ticket_id"]
    texts = [
        entry["text"] for entry in lead.get(f"/api/v1/tickets/{ticket}/timeline")["items"] if entry["text"]
    ]
    assert texts[:3] == ["What is my billing date?", BILLING_TEXT, "agent"]
    lead.post(f"/api/v1/routing/offers/{offers[0]['id']}/acceptance")
    visitor.asks("How do I reset my password?")  # people have it now: no machine answers any more
    visitor.page.wait_for_timeout(4_000)
    expect(visitor.page.locator(".opinion")).to_have_count(1)
    visitor.context.close()


def _what_is_not_known_is_not_guessed_and_becomes_a_gap(
    chrome: Browser, centre: RunningCentre, site: str, lead: Person, author: Person
) -> None:
    visitor = Visitor(chrome, centre, site, viewport={"width": 1280, "height": 800})
    visitor.asks(UNKNOWN)
    visitor.hears("没有把握")
    expect(visitor.page.locator(".opinion")).to_have_count(0)
    [offer] = eventually(lambda: _offers(lead), "the offer to a person")
    assert offer["preview"]
    gaps = author.get("/api/v1/knowledge/insights/questions?days=30")["gaps"]
    assert UNKNOWN in [gap["text"] for gap in gaps]
    visitor.context.close()


def _the_figures_say_so(chrome: Browser, centre: RunningCentre, lead: Person, author: Person) -> None:
    told = author.get("/api/v1/assist/answering/figures?days=30")
    nested = [told[name] for name in ("involved", "answered", "contained", "confirmed")]
    assert nested == [4, 3, 1, 1]
    assert (told["helped"], told["unhelpful"], told["handed_over"]) == (1, 1, 2)
    assert told["left"] in ({"asked_for_person": 1, "unsure": 1}, {"asked_for_person": 1, "nothing_found": 1})
    desk = _desk(chrome, centre, lead)
    desk.goto(f"{centre.address}/knowledge/answers")
    expect(desk.get_by_role("heading", name="自动回答", exact=True)).to_be_visible(timeout=ANSWERED_MS)
    desk.get_by_label("客户的问题").fill(UNKNOWN)
    desk.get_by_role("button", name="看看怎么答").click()
    expect(desk.get_by_text("会留给同事")).to_be_visible(timeout=ANSWERED_MS)
    _look(desk, "desk-answers")
    desk.context.close()


def _has_words_of_its_own(lead: Person, author: Person, chat: int) -> None:
    """A keyword by an author, a form by the manager, and a second entry that a short question can't tell from the first."""
    author.post("/api/v1/assist/answering/keywords", {"keywords": ["车机问题"], "text_zh": HEAD_UNIT})
    slots = [
        {"key": "order", "kind": "order", "prompt_zh": "请发订单号。", "prompt_en": "Your order number?"},
        {"key": "day", "kind": "date", "when": "future", "prompt_zh": "希望哪天上门？"},
        {"key": "what", "kind": "choice", "prompt_zh": "要哪种服务？", "options": SERVICES},
        {
            "key": "fault",
            "kind": "text",
            "prompt_zh": "哪里坏了？",
            "only_if": [{"key": "what", "any_of": ["fix"]}],
        },
        {
            "key": "model",
            "kind": "text",
            "prompt_zh": "换成哪个型号？",
            "only_if": [{"key": "what", "any_of": ["swap"]}],
        },
    ]
    content = {"slots": slots, "ending": {"text_zh": BOOKED}}
    form = {"name": "预约安装", "keywords": ["预约安装"], "content": content, "active": True}
    lead.post("/api/v1/assist/answering/dialogues", form)
    written_and_published(author, lead, "faq", PAPER, PAPER_TEXT, audience="public")

    def trial() -> Any:
        told = author.post("/api/v1/assist/answering/trials", {"text": "可以开发票吗", "channel_id": chat})
        return told if told["outcome"] == "ask" else None

    assert set(eventually(trial, "the index knows both entries", patience=150)["choices"]) == {
        OTHERS[1][0],
        PAPER,
    }


def _a_keyword_one_question_back_and_a_form(
    chrome: Browser, centre: RunningCentre, site: str, lead: Person
) -> None:
    visitor = Visitor(chrome, centre, site, viewport={"width": 375, "height": 667})
    visitor.asks("車機問題！")
    visitor.hears(HEAD_UNIT)
    visitor.asks("可以开发票吗")
    visitor.hears("您想问的是哪一个")
    _look(visitor.page, "widget-which-375")
    visitor.button(PAPER).click()
    visitor.hears(PAPER_TEXT)
    visitor.asks("预约安装")
    visitor.hears("请发订单号")
    centre.kill("worker")  # what is waited for is in the database
    visitor.asks("SO-2026-001234")
    visitor.hears("希望哪天上门")
    visitor.asks("尽快")
    visitor.hears("没有认出日期")
    visitor.asks("明天")
    visitor.hears("要哪种服务")
    _look(visitor.page, "widget-form-375")
    visitor.button("换货").click()
    visitor.hears("换成哪个型号")
    visitor.asks("R7 白色")
    visitor.hears(BOOKED)
    ticket = _ticket(lead, BOOKED, status="new")
    assert ticket["assignee"] is None
    timeline = lead.get(f"/api/v1/tickets/{ticket['id']}/timeline")["items"]
    [note] = [entry["text"] for entry in timeline if entry["kind"] == "note"]
    assert "SO-2026-001234" in note
    assert "换货" in note
    assert "换成哪个型号？ R7 白色" in note
    assert "哪里坏了" not in note
    texts = [entry["text"] for entry in timeline if entry["kind"] != "event"]
    assert texts.count("请发订单号。") == 1
    visitor.context.close()


def _the_pages_of_them(chrome: Browser, centre: RunningCentre, lead: Person) -> None:
    for look, locale in (("light", "zh-CN"), ("dark", "en")):
        desk = _desk(chrome, centre, lead, color_scheme=look)
        lead.call("PATCH", "/api/v1/profile", {"locale": locale, "theme": look})
        desk.goto(f"{centre.address}/knowledge/answers/keywords")
        expect(desk.get_by_text("车机问题").first).to_be_visible(timeout=ANSWERED_MS)
        _look(desk, f"desk-keywords-{locale}")
        desk.goto(f"{centre.address}/knowledge/answers/dialogues")
        expect(desk.get_by_text("预约安装").first).to_be_visible(timeout=ANSWERED_MS)
        desk.get_by_role("button", name="编辑" if look == "light" else "Edit").first.click()
        expect(desk.get_by_role("group", name="第 3 项" if look == "light" else "Question 3")).to_be_visible()
        _look(desk, f"desk-dialogue-{locale}")
        desk.goto(f"{centre.address}/knowledge/answers")
        expect(desk.locator(".sums").first).to_be_visible(timeout=ANSWERED_MS)
        _look(desk, f"desk-answers-{locale}")
        desk.context.close()


def _one_channel_answers_nothing_by_default(
    chrome: Browser, centre: RunningCentre, lead: Person, chat: int
) -> None:
    """By keyboard, in the matrix of categories and channels."""
    lead.call("PATCH", "/api/v1/profile", {"locale": "zh-CN", "theme": "light"})
    desk = _desk(chrome, centre, lead)
    desk.goto(f"{centre.address}/knowledge/answers")
    cell = desk.get_by_role("button", name="默认 × 青禾商城")
    expect(cell).to_have_text("回答", timeout=ANSWERED_MS)
    cell.focus()
    desk.keyboard.press("Enter")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("ArrowDown")
    desk.keyboard.press("Enter")
    expect(cell).to_have_text("留给同事", timeout=ANSWERED_MS)
    trial = {"text": REPAY, "channel_id": chat}
    told = lead.post("/api/v1/assist/answering/trials", trial)
    assert (told["outcome"], told["reason"]) == ("left", "category_off")
    assert told["switched_off"]["from_channel_id"] == chat
    desk.context.close()


def _ticket(lead: Person, preview: str, *, status: str) -> Any:
    def found() -> Any:
        rows = lead.get("/api/v1/tickets?view=all")["items"]
        return next((row for row in rows if row["preview"] == preview and row["status"] == status), None)

    return eventually(found, f"the ticket that says {preview}, {status}")


def _desk(chrome: Browser, centre: RunningCentre, person: Person, **look: Any) -> Page:
    """The desk, signed in as this person."""
    context = chrome.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900}, **look)
    context.add_cookies(
        [{"name": name, "value": value, "url": centre.address} for name, value in person.cookies.items()]
    )
    return context.new_page()


def _look(page: Page, name: str) -> None:
    if LOOKS:
        page.screenshot(path=f"{LOOKS}/{name}.png", full_page=True)
