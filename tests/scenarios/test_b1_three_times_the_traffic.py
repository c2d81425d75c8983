"""B1, by routing: three times the traffic. Who waits sees their place and how long it takes, urgent people go first and
nobody's place is lost, a call-back keeps the place, and colleagues of another group come in by rule."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from tests.scenarios.host_page import host_page
from tests.scenarios.kit import Person, eventually
from tests.scenarios.team import Team
from tests.scenarios.test_chat_two_windows import LIVE_MS, Visitor
from zhiyin.channels.providers.chat.identity import sign
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import running_centre

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300), pytest.mark.xdist_group("up")]
PHONE: ViewportSize = {"width": 375, "height": 667}
OPENS_AFTER = 45  # seconds
NEVER: list[Any] = [[]] * 6 + [[{"opens": "03:00", "closes": "03:01"}]]


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    with running_centre(tmp_path_factory.mktemp("b1") / "data") as centre:
        yield Team(centre)


@pytest.fixture(scope="module")
def chrome() -> Iterator[Browser]:
    with chromium() as launched:
        yield launched


@pytest.fixture
def http(site: str) -> Iterator[httpx.Client]:
    with httpx.Client(trust_env=False, timeout=20, headers={"Origin": site}) as client:
        yield client


@pytest.fixture(scope="module")
def site(team: Team) -> Iterator[str]:
    with host_page(team.centre.address) as address:
        yield address


class Crowd:
    """Further visitors of the site, each with a browser of their own."""

    def __init__(self, team: Team, http: httpx.Client, secret: str) -> None:
        self.base, self.http, self.secret = f"{team.centre.address}/api/chat/v1/shop", http, secret

    def comes(self, number: int, text: str, *, vip: str = "") -> str:
        """Somebody comes and writes; how they are let in."""
        identity = {"id": vip, "hmac": sign(self.secret, f"{vip}\n\n")} if vip else None
        session = self.http.post(f"{self.base}/sessions", json={"identity": identity}).raise_for_status()
        told = {"Authorization": f"Visitor {session.json()['visitor_token']}"}
        message = {"client_id": f"crowd-{number:04}", "text": text}
        self.http.post(f"{self.base}/messages", json=message, headers=told).raise_for_status()
        return told["Authorization"]

    def wait_of(self, authorization: str) -> Any:
        answer = self.http.get(f"{self.base}/wait", headers={"Authorization": authorization})
        return answer.raise_for_status().json()


def test_three_times_the_traffic(team: Team, chrome: Browser, site: str, http: httpx.Client) -> None:
    secret, queue = _prepare(team, site)
    crowd = Crowd(team, http, secret)
    page = chrome.new_context(viewport=PHONE, locale="zh-CN").new_page()
    asked = _count_waits(page)
    visitor = Visitor(page, f"{site}/?desk={team.centre.address}&channel=shop")
    visitor.come()
    visitor.open()
    visitor.say("订单还没发货")
    status, card = page.locator(".status"), page.locator("section.email")
    expect(status).to_have_text("你是下一位", timeout=20_000)  # nobody is there: no time is promised
    expect(card).to_contain_text("轮到你时我们打给你，位置不变")
    _fits(page)

    others = [crowd.comes(number, f"第 {number} 位，什么时候发货？") for number in range(1, 7)]
    eventually(lambda: crowd.wait_of(others[-1])["place"] == 7, "everybody in the queue")
    times = len(asked)
    crowd.comes(7, "我是贵宾，页面打不开", vip="vip-1")
    expect(status).to_have_text("你排在第 2 位", timeout=20_000)  # told, and not asked for
    assert len(asked) == times

    card.get_by_role("button", name="请给我回电").click()
    card.get_by_label("电话号码").fill("1")
    page.keyboard.press("Enter")
    expect(card.get_by_role("alert")).to_have_text("请填写正确的电话号码。")
    card.get_by_label("电话号码").fill("138 0013 8000")
    page.keyboard.press("Enter")
    expect(card).to_contain_text("轮到你时我们会打给你，位置不变，现在可以离开。", timeout=LIVE_MS)
    eventually(lambda: _call_backs(team.lead), "the promise of a call")
    card.get_by_role("button", name="不用回电了").click()
    expect(card).to_contain_text("轮到你时我们打给你，位置不变", timeout=LIVE_MS)
    eventually(lambda: not _call_backs(team.lead), "the promise taken back")
    card.get_by_role("button", name="请给我回电").click()  # and changes her mind once more
    page.keyboard.press("Enter")
    expect(card).to_contain_text("现在可以离开。", timeout=20_000)  # once the queue has heard of both
    _fits(page)
    page.close()
    promise = eventually(lambda: _call_backs(team.lead), "the promise of a call")[0]
    assert (promise["text"], promise["owner"]) == ("138 0013 8000", None)

    team.centre.kill("worker")
    before = [one["ticket_id"] for one in _work(team)]
    assert len(before) == 8
    team.agent.call("PUT", "/api/v1/people/presence", {"state": "available"})
    team.second.call("PUT", "/api/v1/people/presence", {"state": "available"})
    offer = eventually(lambda: _offers(team.agent), "the offer of the most urgent")[0]
    assert (offer["customer"], offer["tier"], offer["ticket_id"]) == ("贵宾客户", "vip", before[0])
    team.agent.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")

    # she has all she can take: the ring opens to a colleague of another group, and gives him who waits longest
    widened = eventually(lambda: _offers(team.second), "the ring that opens", patience=120)[0]
    assert (widened["ticket_id"], widened["is_call_back"]) == (before[1], True)
    team.second.post(f"/api/v1/routing/offers/{widened['id']}/acceptance")
    [decision] = [one for one in _decisions(team, before[1]) if one["how"] == "push"]
    assert (decision["ring"], decision["staff"]["name"]) == (1, "王强")
    mine = eventually(lambda: _call_backs(team.second, whose="mine"), "the call as his to make")
    assert [one["id"] for one in mine] == [promise["id"]]
    called = {"outcome": "reached", "words": "已告知明天发货"}
    assert team.second.post(f"/api/v1/promises/{promise['id']}/attempts", called)["state"] == "kept"

    assert [one["ticket_id"] for one in _work(team)] == before[2:]  # nobody's place was lost
    assert [crowd.wait_of(one)["place"] for one in others] == [1, 2, 3, 4, 5, 6]
    waits = crowd.wait_of(others[-1])
    assert waits["low"] is not None
    assert 60 <= waits["low"] < waits["seconds"] < waits["high"]
    _shut(team, queue)
    shut = eventually(lambda: _closed(crowd.wait_of(others[0])), "the word that it is shut")
    assert (shut["closed"], shut["place"], shut["seconds"]) == ("今天已下班，明早依次答复。", 1, None)


def _prepare(team: Team, site: str) -> tuple[str, dict[str, Any]]:
    admin = team.admin
    other = admin.post("/api/v1/people/groups", {"name": "物流组"})["id"]
    [second] = [one for one in admin.get("/api/v1/people/staff")["items"] if one["name"] == "王强"]
    moved = admin.call("PATCH", f"/api/v1/people/staff/{second['id']}", {"group_ids": [other]})
    assert moved.status_code == 200, moved.text
    capacity = {"units": 1, "exclusive": False}
    assert admin.call("PUT", "/api/v1/routing/kinds/chat", capacity).status_code == 200
    values = {"allowed_origins": [site]}
    channel = {"kind": "chat", "key": "shop", "name": "商城", "values": values}
    made = admin.post("/api/v1/channels", channel)
    secret = admin.post(f"/api/v1/channels/{made['id']}/identity-secrets")["secret"]
    vip = {"name": "贵宾客户", "identities": [{"kind": "external", "value": "vip-1"}]}
    customer = admin.post("/api/v1/customers", vip)["id"]
    assert admin.call("PATCH", f"/api/v1/customers/{customer}", {"tier": "vip"}).status_code == 200
    queue = {
        "name": "在线",
        "accept_seconds": 120,
        "offers_call_back": True,
        "call_back_minutes": 5,
        "closed_zh": "今天已下班，明早依次答复。",
        "rings": [{"group_ids": [team.group]}, {"after_seconds": OPENS_AFTER, "group_ids": [other]}],
    }
    return secret, admin.post("/api/v1/routing/queues", queue)


def _shut(team: Team, queue: dict[str, Any]) -> None:
    """The queue closes for today."""
    calendar = {"name": "夜里", "zone": "Asia/Shanghai", "week": NEVER}
    made = team.admin.post("/api/v1/calendars", calendar)
    body = {name: value for name, value in queue.items() if name not in ("id", "version")}
    path = f"/api/v1/routing/queues/{queue['id']}"
    assert team.admin.call("PUT", path, body | {"calendar_id": made["id"]}).status_code == 200


def _closed(wait: Any) -> Any:
    return wait if wait["is_closed"] else None


def _count_waits(page: Page) -> list[str]:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/wait") else None)
    return asked


def _fits(page: Page) -> None:
    """Nothing sticks out of the phone's screen."""
    wide = page.evaluate(
        "() => document.querySelector('zhiyin-chat').shadowRoot.querySelector('.panel').scrollWidth"
    )
    assert wide <= PHONE["width"]


def _work(team: Team) -> Any:
    return team.admin.get("/api/v1/routing/work")


def _offers(person: Person) -> Any:
    person.post("/api/v1/people/presence/heartbeats")
    return person.get("/api/v1/routing/offers")


def _call_backs(person: Person, *, whose: str = "all") -> Any:
    return person.get(f"/api/v1/promises?whose={whose}&kind=call_back")["items"]


def _decisions(team: Team, ticket_id: int) -> Any:
    return team.admin.get(f"/api/v1/routing/tickets/{ticket_id}/decisions")
