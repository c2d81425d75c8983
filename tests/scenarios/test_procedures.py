"""A4 to A7 and D4: a VIP's task force, a complex complaint, a key account's delay, a refund with its risk check, and
who held what. One centre, real people at the desk, systems that answer, and a browser for what people look at."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import psycopg
import pytest
from playwright.sync_api import expect

from tests.scenarios.kit import Person, eventually
from tests.scenarios.team import Team
from zhiyin.testing.browser import chromium
from zhiyin.testing.centre import running_centre
from zhiyin.testing.receiver import Receiver, receiver

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("up"), pytest.mark.timeout(300)]


class Story:
    """A procedure on a ticket, told by whoever acts."""

    def __init__(self, team: Team, ticket: int, procedure: str, *, by: Person | None = None) -> None:
        self.team, self.ticket, self.path = team, ticket, f"/api/v1/tickets/{ticket}"
        begun = (by or team.agent).post(f"{self.path}/cases", {"procedure_id": team.procedures[procedure]})
        self.case_id = begun["cases"][0]["id"]

    def case(self) -> Any:
        cases = self.team.admin.get(f"{self.path}/cases")["cases"]
        return next(one for one in cases if one["id"] == self.case_id)

    def step(self) -> str:
        case = self.case()
        return str(next((one["key"] for one in case["way"] if one["state"] == "now"), case["state"]))

    def go(self, by: Person, outcome: str, note: str = "", task: int = 0, **values: Any) -> None:
        body = {"outcome": outcome, "values": values, "note": note}
        by.post(f"/api/v1/tasks/{task or self.case()['task_id']}/outcome", body)

    def tick(self, by: Person) -> None:
        task = self.case()["task_id"]
        for number in range(len(by.get(f"/api/v1/tasks/{task}")["checks"])):
            by.call("PUT", f"/api/v1/tasks/{task}/checks/{number}", {"done": True})

    def comes_to(self, step: str) -> None:
        eventually(lambda: self.step() == step, f"the step {step}")


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Team]:
    folder: Path = tmp_path_factory.mktemp("procedures")
    with running_centre(folder / "centre", ZHIYIN_ALLOW_PRIVATE_WEBHOOKS="1") as centre:
        yield Team(centre)


def tasks_of(person: Person) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = person.get("/api/v1/tasks")["items"]
    return items


def test_a4_a_vip_wants_it_solved_today(team: Team) -> None:
    ticket, senior = _comes_to_the_most_senior(team), team.second
    story = Story(team, ticket, "vip_task_force", by=senior)
    wish = {"vip_wish": "今天内换新并送达"}
    path = f"/api/v1/tasks/{story.case()['task_id']}/values"
    senior.call("PATCH", path, {"values": wish})
    assert senior.call("PATCH", story.path, {"status": "solved"}).json()["code"] == "procedures.under_way"
    (engineering,) = [one for one in tasks_of(team.engineer) if one["ticket_id"] == ticket]
    assert engineering["due_at"] is not None
    shown = team.engineer.get(f"/api/v1/tasks/{engineering['id']}")
    assert (shown["may_see_ticket"], shown["shown"]["customer"]) == (False, "贵宾")
    assert team.engineer.call("GET", story.path).status_code == 403
    story.go(team.engineer, "done", task=engineering["id"], engineering_answer="电池批次问题")
    for task in [one for one in tasks_of(team.shipper) if one["ticket_id"] == ticket]:
        key = "product_answer" if task["title"]["en"].startswith("Product") else "logistics_answer"
        story.go(team.shipper, "done", task=task["id"], **{key: "今日 18 点前送达"})
    story.go(senior, "answers")
    story.go(senior, "again", note="已电话告知，正在调货")  # the update at the promised interval
    (update,) = [one for one in story.case()["way"] if one["key"] == "update"]
    assert len(update["stays"]) == 2
    story.go(senior, "solved", note="已送达")
    story.go(senior, "confirmed", vip_confirmed_by="phone")
    assert (story.case()["result"]["en"], senior.get(story.path)["ticket"]["status"]) == (
        "Closed",
        "solved",
    )


def _ready_for(team: Team, skill_id: int, queue_id: int) -> int:
    """How many routing knows to be there for the queue, with the skill."""
    with psycopg.connect(team.centre.told()["environment"]["DATABASE_URL"]) as connection:
        wanted = [str(skill_id), f"queue:{queue_id}"]
        asked = "SELECT count(*) FROM routing_seat WHERE is_ready AND skills ?& %s::text[]"
        return int(connection.execute(asked, [wanted]).fetchall()[0][0])


def _comes_to_the_most_senior(team: Team) -> int:
    """A VIP writes by three channels; the best of those free is offered the case, though a colleague is idle for longer."""
    ways = {
        "app": ("external", "vip-9"),
        "hotline": ("phone", "13900139000"),
        "wechat": ("external", "wx-vip"),
    }
    for key in ("hotline", "wechat"):
        team.admin.post("/api/v1/channels", {"kind": "api", "key": key, "name": key})
    identities = [{"kind": kind, "value": value} for kind, value in ways.values()]
    vip = team.admin.post("/api/v1/customers", {"name": "贵宾", "identities": identities})
    assert team.admin.call("PATCH", f"/api/v1/customers/{vip['id']}", {"tier": "vip"}).status_code == 200
    staff = {one["name"]: one["id"] for one in team.admin.get("/api/v1/people/staff")["items"]}
    levels = [{"id": staff["李娜"], "level": 2}, {"id": staff["王强"], "level": 5}]
    skill = {"name_zh": "投诉处理", "name_en": "Complaints", "kind": "free", "holders": levels}
    skill_id = team.admin.post("/api/v1/people/skills", skill)["id"]
    need = {"condition": {"tier_from": 2}, "level": 1}
    assert team.admin.call("PUT", f"/api/v1/routing/needs/{skill_id}", need).status_code == 204
    queue = {"name": "贵宾", "condition": {"tier_from": 2}, "accept_seconds": 120}
    queue_id = team.admin.post("/api/v1/routing/queues", queue)["id"]
    for person in (team.agent, team.second):
        person.call("PUT", "/api/v1/people/presence", {"state": "available"})
    eventually(lambda: _ready_for(team, skill_id, queue_id) == 2, "both to be ready for such work")
    for channel, (kind, value) in ways.items():
        message = {
            "external_id": f"m-{channel}",
            "thread_id": f"t-{channel}",
            "sender": {"kind": kind, "value": value, "name": "贵宾"},
            "text": "三个渠道都没人管，今天必须解决！",
        }
        team.admin.post(f"/api/v1/channels/{channel}/messages", message)
    offers = eventually(
        lambda: found if len(found := team.second.get("/api/v1/routing/offers")) == 3 else None,
        "all three contacts at the most senior",
    )
    assert team.agent.get("/api/v1/routing/offers") == []
    terms = {term["name"]: term["value"] for term in offers[0]["terms"]}
    assert (terms["skill"], terms["tier"]) == (600, 600)
    for offer in offers:
        team.second.post(f"/api/v1/routing/offers/{offer['id']}/acceptance")
    first, *others = sorted(offer["ticket_id"] for offer in offers)
    team.second.post(f"/api/v1/tickets/{first}/merges", {"merged_ids": others})
    for person in (team.agent, team.second):
        person.call("PUT", "/api/v1/people/presence", {"state": "busy"})
    return int(first)


def test_a5_a_complex_technical_complaint_and_d4_who_held_it(team: Team) -> None:
    ticket = team.opens("周先生", "扫地机器人第三次报错，我要投诉")
    story = Story(team, ticket, "complex_complaint")
    story.tick(team.agent)
    story.go(team.agent, "accepted", severity="urgent", area="hardware", complaint="要求换新")
    assert team.agent.call("GET", f"/api/v1/tasks/{story.case()['task_id']}").json()["due_at"] is not None
    hand_over = {"up": True, "note": "已重启两次，E42 依旧，需要远程"}
    team.agent.post(f"/api/v1/tasks/{story.case()['task_id']}/hand-overs", hand_over)
    (diagnosis,) = [one for one in tasks_of(team.engineer) if one["ticket_id"] == ticket]
    assert team.engineer.get(f"/api/v1/tasks/{diagnosis['id']}")["hand_overs"][0]["note"] == hand_over["note"]
    story.go(
        team.engineer,
        "deeper",
        task=diagnosis["id"],
        model="K-7",
        symptom="error",
        error_code="E42",
        tried="重启",
    )
    remote: dict[str, Any] = {
        "deep_way": "remote",
        "remote_link": "https://assist.example/7",
        "findings": "主板故障",
    }
    story.go(team.engineer, "found", **remote)
    story.go(team.engineer, "offered", solution="换新机，旧机取回")
    assign = {
        "assignee_id": next(
            one["id"] for one in team.admin.get("/api/v1/people/staff")["items"] if one["name"] == "王强"
        )
    }
    assert team.lead.call("PATCH", story.path, assign).status_code == 200
    story.go(team.second, "confirmed", confirmed_by="phone")
    story.go(team.second, "no_answer", note="无人接听")
    story.go(team.second, "satisfied", satisfaction="yes", call_back_words="这次处理得不错")
    story.go(team.second, "filed", cause="product", improvement="主板来料检验")
    assert (story.case()["result"]["en"], team.agent.get(story.path)["ticket"]["status"]) == (
        "Closed",
        "solved",
    )
    record = eventually(lambda: _with_both(team.lead.get(f"{story.path}/record")), "the record of both")
    assert [one["staff"]["name"] for one in record["held"] if one["staff"]] == ["李娜", "王强"]
    asked = {one["en"]: one for one in record["demands"] if one["kind"] == "step"}
    assert (asked["Receive"]["met_by"]["name"], asked["First diagnosis"]["met_by"]["name"]) == (
        "李娜",
        "陈工",
    )
    assert asked["File"]["met_by"]["name"] == "王强"
    did = [(one["what"], one["by"] and one["by"]["name"]) for one in record["deeds"]]
    assert ("handed_over", "李娜") in did
    _the_record_is_one_page(team, ticket)


def _with_both(record: Any) -> Any:
    return record if len([one for one in record["held"] if one["staff"]]) == 2 else None


def _the_record_is_one_page(team: Team, ticket: int) -> None:
    with chromium() as browser:
        context = browser.new_context(locale="zh-CN", viewport={"width": 1280, "height": 900})
        for cookie in team.lead.cookies.jar:
            told = {"name": cookie.name, "value": cookie.value or "", "url": team.centre.address}
            context.add_cookies([told])  # type: ignore[list-item]
        page = context.new_page()
        page.goto(f"{team.centre.address}/tickets/{ticket}")
        page.get_by_role("link", name="责任记录").click()
        expect(page.get_by_role("heading", name="李娜")).to_be_visible(timeout=15_000)
        expect(page.get_by_role("heading", name="王强")).to_be_visible()
        expect(page.get_by_text("已重启两次，E42 依旧，需要远程")).to_be_visible()


def test_a6_a_delay_hits_half_of_a_key_accounts_orders(team: Team) -> None:
    ticket = team.opens("大客户", "我们一半的订单都没有到")
    story = Story(team, ticket, "key_account_delay")
    story.go(team.agent, "assessed", supplier="恒远", delay_cause="产线停工", new_date="2026-12-20")
    for task in [one for one in tasks_of(team.shipper) if one["ticket_id"] == ticket and one["is_required"]]:
        story.go(team.shipper, "done", task=task["id"], route_answer="空运，3 天")
    story.go(team.agent, "planned", alternatives="一：空运；二：换型号", chosen="空运")
    done = _import_orders(team, story, count=45)
    assert (done["total"], done["done"], len(done["refused"])) == (46, 45, 1)
    links = team.agent.get(f"{story.path}/links")
    assert sum(one["relation"] == "child" for one in links) == 45
    story.tick(team.agent)
    story.go(team.agent, "notified")
    story.go(team.agent, "still", note="已起飞，明早到")
    story.go(team.agent, "arrived")
    story.go(team.agent, "reviewed", timeline_words="12-01 停工，12-05 全部送达", lessons="增加第二供应商")
    assert story.case()["result"]["en"] == "Closed"


def _import_orders(team: Team, story: Story, *, count: int) -> Any:
    rows = (
        [("订单号", "姓名", "邮箱")]
        + [(f"KA-{n}", f"客户{n}", f"ka{n}@example.com") for n in range(count)]
        + [("KA-x", "没有邮箱", "")]
    )
    sheet = io.StringIO()
    csv.writer(sheet).writerows(rows)
    with httpx.Client(trust_env=False, timeout=60, cookies=team.agent.cookies) as client:
        files = {"file": ("orders.csv", sheet.getvalue().encode("gb18030"), "text/csv")}
        stored = client.post(
            f"{team.centre.address}/api/v1/files", files=files, headers=team.agent._headers()
        ).json()
    body = {
        "file_id": stored["id"],
        "subject": "订单 {{order}} 延误",
        "text": "{{name}}您好，订单 {{order}} 预计晚到。",
    }
    team.agent.post(f"{story.path}/child-imports", body)
    look: Callable[[], Any] = lambda: team.agent.get(f"{story.path}/child-imports")[0]  # noqa: E731
    return eventually(lambda: look() if look()["state"] == "finished" else None, "the whole list")


def test_a7_a_refund_that_used_to_need_three_departments(team: Team) -> None:
    with receiver() as risk, receiver() as payments:
        _connect(team, "risk", risk)
        _connect(team, "payments", payments)
        _passes_and_is_paid_once(team, risk, payments)
        _is_refused_and_goes_to_people(team, risk, payments)
    _is_down_and_goes_to_people(team)


def _connect(team: Team, key: str, to: Receiver) -> None:
    system = next(one for one in team.admin.get("/api/v1/outside-systems") if one["key"] == key)
    body = {name: system[name] for name in ("key", "name_zh", "name_en")} | {"url": to.url}
    assert team.admin.call("PUT", f"/api/v1/outside-systems/{system['id']}", body).status_code == 200


def _says(outcome: str) -> tuple[int, dict[str, str], bytes]:
    return 200, {}, json.dumps({"outcome": outcome}).encode()


def _passes_and_is_paid_once(team: Team, risk: Receiver, payments: Receiver) -> None:
    risk.answers, payments.answers = [_says("pass")], [(503, {}, b""), (503, {}, b""), _says("paid")]
    story = Story(team, team.opens("退款一", "退款页面报错"), "refund")
    story.go(team.agent, "check", order_no="R-1", amount=99, refund_cause="system_error")
    story.comes_to("confirm")
    story.go(team.agent, "pay")
    story.comes_to("tell_paid")  # the payment system was down twice
    assert len(payments.received) == 3
    assert len({one.headers["idempotency-key"] for one in payments.received}) == 1
    story.go(team.agent, "told")
    assert story.case()["result"]["en"] == "Refunded"


def _is_refused_and_goes_to_people(team: Team, risk: Receiver, payments: Receiver) -> None:
    risk.answers, payments.answers = [_says("refuse")], [_says("paid")]
    payments.received.clear()
    story = Story(team, team.opens("退款二", "请退 680 元"), "refund")
    story.go(team.agent, "check", order_no="R-2", amount=680, refund_cause="faulty", refund_words="收到即坏")
    story.comes_to("approval")
    for person in (team.lead, team.manager):  # above 500: a lead, then a manager
        approval = eventually(
            lambda who=person: [  # type: ignore[misc]
                one for one in who.get("/api/v1/approvals")["items"] if one["ticket"]["id"] == story.ticket
            ],
            "the approval",
        )[0]
        person.post(f"/api/v1/approvals/{approval['id']}/answers", {"approved": True})
    story.comes_to("tell_paid")
    assert len(payments.received) == 1


def _is_down_and_goes_to_people(team: Team) -> None:
    system = next(one for one in team.admin.get("/api/v1/outside-systems") if one["key"] == "risk")
    body = {name: system[name] for name in ("key", "name_zh", "name_en")} | {"url": ""}
    assert team.admin.call("PUT", f"/api/v1/outside-systems/{system['id']}", body).status_code == 200
    story = Story(team, team.opens("退款三", "请退 80 元"), "refund")
    story.go(team.agent, "check", order_no="R-3", amount=80, refund_cause="changed_mind")
    story.comes_to("approval")
    approval = story.case()["waits_for"]["approval_id"]
    team.lead.post(f"/api/v1/approvals/{approval}/answers", {"approved": False, "words": "超过期限"})
    story.comes_to("tell_no")
    story.go(team.agent, "told")
    assert story.case()["result"]["en"] == "No refund"
