"""A lead at the live monitor: work is moved, opened wider and given to somebody; weights are looked at and changed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.scenarios.demo import ADMINISTRATOR, Demo, go, window
from tests.scenarios.kit import eventually
from zhiyin.testing.browser import chromium

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(180), pytest.mark.xdist_group("up")]
LIVE_MS = 15_000
WHO = "宋文博"
MONITOR, WORK = "/api/v1/routing/monitor", "/api/v1/routing/work"


@pytest.fixture
def desk(demo: Demo) -> Iterator[Page]:
    with chromium() as chrome:
        opened = demo.sign_in(window(chrome), ADMINISTRATOR, locale="zh-CN", theme="light")
        opened.goto(f"{demo.address}/views/all")
        yield opened


@pytest.fixture
def queue(demo: Demo, desk: Page) -> Iterator[dict[str, Any]]:
    """A queue that nothing comes into by itself, with a second ring that doesn't open by itself either."""
    body: dict[str, Any] = {"name": f"现场 {uuid4().hex[:6]}", "position": 9999, "dispatch": "pull"}
    body["rings"] = [{"after_seconds": after, "group_ids": [], "without": []} for after in (0, 80_000)]
    made = demo.call(desk, "POST", "/api/v1/routing/queues", body)
    yield made
    now = next(q for q in demo.call(desk, "GET", "/api/v1/routing/queues") if q["id"] == made["id"])
    demo.call(desk, "PUT", f"/api/v1/routing/queues/{made['id']}", {**now, "is_active": False})


@pytest.fixture
def somebody(demo: Demo, desk: Page) -> Iterator[int]:
    """Who is there and busy; their id."""
    people = demo.call(desk, "GET", MONITOR)["people"]
    staff = int(next(person["id"] for person in people if person["name"] == WHO))
    demo.call(desk, "PUT", f"/api/v1/people/staff/{staff}/presence", {"state": "busy"})
    yield staff
    demo.call(desk, "PUT", f"/api/v1/people/staff/{staff}/presence", {"state": "offline"})


def _waiting(demo: Demo, desk: Page, words: str) -> dict[str, Any]:
    """A customer has written by the shop's channel; the work that waits."""
    sender = {"kind": "external", "value": words, "name": f"客人 {words}"}
    message = {"external_id": words, "thread_id": words, "sender": sender, "text": f"在吗 {words}"}
    demo.call(desk, "POST", "/api/v1/channels/demo-shop/messages", message)
    return _work(demo, desk, sender["name"])


def _work(demo: Demo, desk: Page, customer: str) -> dict[str, Any]:
    def found() -> dict[str, Any] | None:
        rows: list[dict[str, Any]] = demo.call(desk, "GET", WORK)
        return next((row for row in rows if row["customer"] == customer and row["state"] == "waiting"), None)

    return eventually(found, f"the work of {customer}")


def _row(desk: Page, work: dict[str, Any]) -> Locator:
    return desk.get_by_role("row").filter(has=desk.get_by_role("link", name=work["number"]))


def _choose(desk: Page, label: str, option: str) -> None:
    desk.get_by_label(label, exact=True).click()
    desk.locator(".n-base-select-option").filter(has_text=option).click()


def test_a_lead_moves_work_opens_it_wider_and_gives_it(
    demo: Demo, desk: Page, queue: dict[str, Any], somebody: int
) -> None:
    work = _waiting(demo, desk, uuid4().hex[:6])
    go(desk, "/monitor")
    row = _row(desk, work)
    expect(row).to_contain_text(work["queue"], timeout=LIVE_MS)
    _choose(desk, f"移到… {work['number']}", queue["name"])
    expect(row).to_contain_text(queue["name"], timeout=LIVE_MS)
    _stays_where_a_person_put_it(demo, desk, work, row, queue["name"])
    row.get_by_role("button", name="扩大一圈").dblclick()  # the second click must not do more
    expect(row).to_contain_text("第 2 圈", timeout=LIVE_MS)
    expect(row.get_by_role("button", name="扩大一圈")).to_have_count(0)  # there is no wider one
    _choose(desk, f"指派给… {work['number']}", WHO)
    desk.get_by_role("dialog").get_by_role("button", name="仍要指派").click(timeout=LIVE_MS)  # they are busy
    expect(row).to_have_count(0, timeout=LIVE_MS)
    ticket = demo.call(desk, "GET", f"/api/v1/tickets/{work['ticket_id']}")
    assert ticket["ticket"]["assignee"]["id"] == somebody


def _stays_where_a_person_put_it(
    demo: Demo, desk: Page, work: dict[str, Any], row: Locator, queue: str
) -> None:
    """Whatever its conditions say, until somebody lets them decide again."""
    expect(row).to_contain_text("移来", timeout=LIVE_MS)
    demo.call(desk, "PATCH", f"/api/v1/tickets/{work['ticket_id']}", {"priority": 4})
    eventually(lambda: _work(demo, desk, work["customer"])["priority"] == 4, "the work to be urgent")
    assert _work(demo, desk, work["customer"])["queue"] == queue
    row.get_by_role("button", name="交回条件决定").click()
    expect(row).to_contain_text(work["queue"], timeout=LIVE_MS)
    _choose(desk, f"移到… {work['number']}", queue)
    expect(row).to_contain_text(queue, timeout=LIVE_MS)


def test_weights_are_looked_at_before_they_hold(demo: Demo, desk: Page, queue: dict[str, Any]) -> None:
    first, urgent = (_waiting(demo, desk, uuid4().hex[:6]) for _ in range(2))
    demo.call(desk, "PATCH", f"/api/v1/tickets/{urgent['ticket_id']}", {"priority": 4})
    eventually(lambda: _work(demo, desk, urgent["customer"])["priority"] == 4, "the work to be urgent, too")
    for work in (first, urgent):
        demo.call(desk, "POST", f"{WORK}/{work['id']}/move", {"queue_id": queue["id"]})

    def order() -> list[int]:
        return [row["id"] for row in demo.call(desk, "GET", f"{WORK}?queue={queue['id']}")]

    eventually(lambda: order() == [urgent["id"], first["id"]], "the urgent one in front")
    go(desk, f"/settings/queues/{queue['id']}")
    desk.get_by_label("紧急优先级").fill("0")
    desk.get_by_label("紧急优先级").press("Tab")
    desk.get_by_role("button", name="预览").click()
    moved = desk.get_by_role("row").filter(has_text=first["number"]).filter(has_text="↑1")
    expect(moved).to_be_visible(timeout=LIVE_MS)
    assert order() == [urgent["id"], first["id"]]  # nothing has changed yet
    desk.get_by_role("button", name="保存", exact=True).click()
    eventually(lambda: order() == [first["id"], urgent["id"]], "the order by the new weights")
