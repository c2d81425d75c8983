"""C4: many countries, many tones. Cases carry language and region; scripts and banned words are the region's; a service
translates both ways; who speaks the dialect gets the customer who does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.scenarios.demo import window
from tests.scenarios.kit import (
    SECRET,
    Outside,
    Person,
    arrives,
    browser_of,
    eventually,
    joins,
    published,
    put,
    set_up,
    written_and_published,
)
from zhiyin.assist.tests.replay import Replay, replaying
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import running_centre

WARM, FORMAL = "您稍等哈，我这就帮您看看～", "感谢您的来信。我们正在核实，将于今日内答复。"
GERMAN, TRANSLATED = "Wann bekomme ich mein Geld zurück?", "我什么时候能拿到退款？"
DRAFT, IN_GERMAN = "款项将在三个工作日内退回。", "Der Betrag wird innerhalb von drei Werktagen erstattet."


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.xdist_group("up")
@pytest.mark.timeout(300)
def test_c4_many_countries_many_tones(tmp_path: Path) -> None:
    with (
        Outside().open() as app,
        replaying() as service,
        running_centre(
            tmp_path / "centre", ZHIYIN_ALLOW_PRIVATE_WEBHOOKS="1", ZHIYIN_UNDO_SECONDS="0"
        ) as centre,
        chromium() as chrome,
    ):
        lead = set_up(centre)
        callback = {"callback_url": app.url, "callback_secret": SECRET}
        lead.post("/api/v1/channels", {"kind": "api", "key": "app", "name": "手机应用", "values": callback})
        author = joins(lead, centre, "knowledge_author", "qin@shop.example", "秦若兰")
        agent = joins(lead, centre, "agent", "wang@shop.example", "王雨桐")
        page = browser_of(agent, window(chrome))
        south, abroad = _cases_carry_language_and_region(lead, agent)
        _scripts_are_the_regions(author, lead, agent, south, abroad)
        _the_composer_warns_where_it_offends(lead, agent, page, south, abroad, app)
        _programs_are_checked_and_a_ban_holds(lead, agent, south, app)
        _what_left_is_on_record(lead, window(chrome), abroad)
        _a_service_translates_both_ways(lead, agent, page, service, app)
        _who_speaks_the_dialect_gets_the_customer(lead, agent)


def _cases_carry_language_and_region(lead: Person, agent: Person) -> tuple[int, int]:
    south, abroad = (arrives(lead, agent, number, f"请问退款进度（{number}）") for number in (1, 2))
    for case, language, region in ((south, "zh-CN", "中国大陆/广东"), (abroad, "ja", "日本")):
        customer = agent.get(f"/api/v1/tickets/{case}")["customer"]["id"]
        changed = lead.call(
            "PATCH", f"/api/v1/customers/{customer}", {"language": language, "region": region}
        )
        assert changed.status_code == 200
        told = agent.get(f"/api/v1/tickets/{case}")["ticket"]
        assert (told["language"], told["region"]) == (language, region)
    moved = agent.call("PATCH", f"/api/v1/tickets/{abroad}", {"language": "zh-CN"}).json()
    assert (moved["language"], moved["region"]) == ("zh-CN", "日本"), (
        "a case may speak otherwise than its customer"
    )
    return south, abroad


def _scripts_are_the_regions(author: Person, lead: Person, agent: Person, south: int, abroad: int) -> None:
    """One script, worded warmly for one region and formally for another."""
    script = written_and_published(author, lead, "script", "请稍等 退款进度", WARM, region="广东")
    path = f"/api/v1/knowledge/entries/{script['entry_id']}/editions"
    body = {"language": "zh-CN", "region": "日本", "title": "请稍等 退款进度", "text": FORMAL}
    published(author, lead, author.post(path, body))

    def offered(case: int) -> list[str]:
        return [one["text"] for one in agent.get(f"/api/v1/tickets/{case}/knowledge?kind=script")]

    eventually(lambda: offered(south) == [WARM], "the warm wording in the south")
    eventually(lambda: offered(abroad) == [FORMAL], "the formal wording abroad")


def _the_composer_warns_where_it_offends(
    lead: Person, agent: Person, page: Page, south: int, abroad: int, app: Outside
) -> None:
    text = "我们保证明天到账。"
    page.goto(f"{agent.address}/tickets/{abroad}")
    field = page.get_by_label("回复", exact=True)
    field.fill(text)
    said = page.get_by_label("用语提醒")
    expect(said).to_contain_text("发送前请斟酌", timeout=10_000)
    expect(said.locator("mark")).to_have_text("保证")
    expect(said).to_contain_text("这些地区的客户把绝对的说法看作轻率")
    expect(said).to_contain_text("建议：用正式、留有余地的说法")
    page.get_by_role("button", name="发送", exact=True).click()
    expect(said).to_contain_text("还没有发出")
    assert text not in {words for _, words in app.arrived}
    expect(field).to_have_value(text)
    said.get_by_role("button", name="仍然发送").click()
    eventually(lambda: text in {words for _, words in app.arrived}, "what was meant, sent")
    page.goto(f"{agent.address}/tickets/{south}")
    page.get_by_label("回复", exact=True).fill(text)
    expect(page.get_by_label("用语提醒")).to_contain_text("可以说得更好", timeout=10_000)  # only a hint there
    page.get_by_label("回复", exact=True).fill("")


def _programs_are_checked_and_a_ban_holds(lead: Person, agent: Person, south: int, app: Outside) -> None:
    path = f"/api/v1/tickets/{south}/replies"
    body = {"text": "这款理财保本，您放心。", "idempotency_key": "c4-banned-1", "despite_wording": True}
    refused = agent.call("POST", path, body)
    assert (refused.status_code, refused.json()["code"]) == (422, "tickets.banned_words")
    assert refused.json()["params"]["remarks"][0]["better_zh"].startswith("说明产品的风险等级")
    own = {
        "kind": "other",
        "name_zh": "不提同行",
        "words": ["对面那家"],
        "regions": ["广东"],
        "action": "block",
    }
    lead.post("/api/v1/wording-rules", own)
    refused = agent.call("POST", path, {"text": "对面那家更慢", "idempotency_key": "c4-banned-2"})
    assert (refused.status_code, refused.json()["code"]) == (422, "tickets.banned_words")
    assert not {words for _, words in app.arrived} & {body["text"], "对面那家更慢"}


def _what_left_is_on_record(lead: Person, context: BrowserContext, abroad: int) -> None:
    notes = [
        (one["word"], one["outcome"], one["region"], one["ticket_id"] == abroad)
        for one in lead.get("/api/v1/wording-notes")
    ]
    assert notes == [
        ("对面那家", "refused", "中国大陆/广东", False),
        ("保本", "refused", "中国大陆/广东", False),
        ("保证", "sent", "日本", True),
        ("保证", "refused", "日本", True),
    ]
    page = browser_of(lead, context)
    page.goto(f"{lead.address}/settings/wording")
    expect(page.get_by_role("table", name="最近的记录")).to_contain_text("保证", timeout=20_000)
    rules = page.get_by_role("table", name="用语规则")
    expect(rules.get_by_role("row", name="绝对化的承诺（严谨地区）")).to_contain_text("仍然发出 1")


def _a_service_translates_both_ways(
    lead: Person, agent: Person, page: Page, service: Replay, app: Outside
) -> None:
    case = arrives(lead, agent, 3, GERMAN)
    page.goto(f"{agent.address}/tickets/{case}")
    menu = page.get_by_role("log").get_by_role("button", name="更多操作").first
    menu.click()
    page.get_by_text("翻译", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text("接入模型服务", timeout=10_000)  # says what to do
    endpoint = {"url": service.url, "model": "replayed", "active": True, "tasks": ["translation"]}
    put(lead, "/api/v1/assist/endpoint", endpoint)
    service.answers.append(TRANSLATED)
    page.reload()
    menu.click()
    page.get_by_text("翻译", exact=True).click()
    expect(page.get_by_role("log")).to_contain_text(TRANSLATED, timeout=10_000)
    agent.call("PATCH", f"/api/v1/tickets/{case}", {"language": "de", "region": "德国"})
    page.reload()
    field = page.get_by_label("回复", exact=True)
    field.fill(DRAFT)
    service.answers.append(IN_GERMAN)
    page.get_by_role("button", name="翻译草稿").click()
    page.get_by_role("button", name="替换草稿").click()
    expect(field).to_have_value(IN_GERMAN)
    assert "German" in str(service.asked[-1]["messages"][0]["content"])
    page.get_by_role("button", name="发送", exact=True).click()
    eventually(lambda: IN_GERMAN in {words for _, words in app.arrived}, "the translated answer")


def _who_speaks_the_dialect_gets_the_customer(lead: Person, agent: Person) -> None:
    """Cantonese is a skill. What is written in it asks for it, and so does what comes from where it is spoken."""
    skill = lead.post(
        "/api/v1/people/skills", {"name_zh": "粤语", "name_en": "Cantonese", "kind": "language"}
    )["id"]
    need = {"condition": {"regions": ["广东"]}, "level": 2}
    assert lead.call("PUT", f"/api/v1/routing/needs/{skill}", need).status_code == 204
    lead.post("/api/v1/routing/queues", {"name": "在线", "accept_seconds": 120, "rings": [{}]})
    me = agent.get("/api/v1/session")["staff"]["id"]
    put(lead, f"/api/v1/people/staff/{me}/skills", {"levels": {str(skill): 3}})
    for person in (lead, agent):
        person.call("PUT", "/api/v1/people/presence", {"state": "available"})
    known = {"kind": "external", "value": "u-1", "name": "客户1"}
    body = {"external_id": "m-south", "thread_id": "t-south", "sender": known, "text": "再问一个问题"}
    lead.post("/api/v1/channels/app/messages", body)

    def offered() -> Any:
        for person in (lead, agent):
            person.post("/api/v1/people/presence/heartbeats")
        return [one for one in agent.get("/api/v1/routing/offers") if one["preview"] == body["text"]]

    eventually(offered, "the offer to who speaks it")
    assert body["text"] not in [one["preview"] for one in lead.get("/api/v1/routing/offers")]
