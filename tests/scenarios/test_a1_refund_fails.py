"""A1 Refund fails because a system is down, as far as mail, chat and the desk reach.

What makes good and how it ends is played in `test_a1_made_good`, the script for the angry in `test_c3_article_wrong`.
"""

from __future__ import annotations

import json
import uuid
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest

from tests.scenarios.kit import Person, eventually, set_up
from zhiyin.testing.centre import RunningCentre, running_centre

SHOP = "https://shop.example"


class Visitor:
    """The customer's browser, with the widget on the shop's page."""

    def __init__(self, centre: RunningCentre, channel: str) -> None:
        self.base = f"{centre.address}/api/chat/v1/{channel}"
        self.token = ""
        self.come_in()

    def come_in(self) -> list[dict[str, Any]]:
        """Open the page (again); what the widget shows of earlier."""
        body = {"visitor_token": self.token or None, "page_url": f"{SHOP}/refund", "locale": "zh-CN"}
        answer = self._post("sessions", body)
        assert answer.status_code == 200, answer.text
        self.token = answer.json()["visitor_token"]
        history: list[dict[str, Any]] = answer.json()["history"]
        return history

    def say(self, text: str) -> None:
        answer = self._post("messages", {"client_id": str(uuid.uuid4()), "text": text, "file_ids": []})
        assert answer.status_code == 201, answer.text

    def _post(self, path: str, body: dict[str, Any]) -> httpx.Response:
        headers = {"Origin": SHOP} | ({"Authorization": f"Visitor {self.token}"} if self.token else {})
        return httpx.post(f"{self.base}/{path}", json=body, headers=headers, timeout=20, trust_env=False)


@pytest.mark.slow
@pytest.mark.xdist_group("up")
@pytest.mark.timeout(180)
def test_a1_refund_fails(tmp_path: Path) -> None:
    with running_centre(tmp_path / "centre") as centre:
        lead = set_up(centre)
        channel = lead.post(
            "/api/v1/channels",
            {"kind": "chat", "key": "shop", "name": "商城", "values": {"allowed_origins": [SHOP]}},
        )
        refund = lead.post("/api/v1/categories", {"name": "退款"})
        visitor = Visitor(centre, channel["key"])
        visitor.say("退款页面一直报错！！你们必须赔偿！")
        ticket_id = _the_case_opens_and_is_claimed(lead, refund["id"])
        _it_is_read_as_angry_and_about_refunds(lead, ticket_id, refund["id"])
        _an_answer_reaches_the_widget(lead, visitor, ticket_id)
        _the_same_complaint_returns_to_the_same_case(lead, visitor, ticket_id)
        _everything_is_on_one_page(lead, ticket_id)


def _it_is_read_as_angry_and_about_refunds(lead: Person, ticket_id: int, refund_id: int) -> None:
    told = eventually(
        lambda: (page := lead.get(f"/api/v1/tickets/{ticket_id}/assist"))["reading"] and page,
        "the case is read",
    )
    reading = told["reading"]
    assert (reading["mood"], reading["category"]["id"]) == ("angry", refund_id)
    assert "赔偿" in reading["mood_evidence"]
    angry = json.dumps({"all": [{"field": "mood", "is": "any_of", "value": ["angry"]}]})
    listed = lead.get(f"/api/v1/tickets?view=all&filter={quote(angry)}")["items"]
    assert [(row["id"], row["mood"]) for row in listed] == [(ticket_id, "angry")]


def _the_case_opens_and_is_claimed(lead: Person, category_id: int) -> int:
    row = eventually(lambda: lead.get("/api/v1/tickets?view=waiting")["items"], "the case")[0]
    assert (row["channel_kind"], row["status"], row["waiting_since"] is not None) == ("chat", "new", True)
    path = f"/api/v1/tickets/{row['id']}"
    assert lead.post(f"{path}/claim", {"expected_assignee_id": None})["assignee"] is not None
    changed = lead.call("PATCH", path, {"category_id": category_id, "priority": 4, "tags": ["赔偿"]}).json()
    assert (changed["category"]["name"], changed["priority"]) == ("退款", 4)
    return int(row["id"])


def _an_answer_reaches_the_widget(lead: Person, visitor: Visitor, ticket_id: int) -> None:
    answer = "非常抱歉，退款服务正在抢修，我两小时内回复您进展。"
    lead.post(f"/api/v1/tickets/{ticket_id}/replies", {"text": answer, "idempotency_key": "a1-answer-1"})
    history = eventually(
        lambda: [line for line in visitor.come_in() if line["from"] == "agent"], "the answer in the widget"
    )
    assert [line["text"] for line in history] == [answer]
    lead.call("PATCH", f"/api/v1/tickets/{ticket_id}", {"status": "solved"})
    assert lead.get("/api/v1/tickets?view=waiting")["items"] == []


def _the_same_complaint_returns_to_the_same_case(lead: Person, visitor: Visitor, ticket_id: int) -> None:
    visitor.say("还是不行，到底什么时候能退？")
    waiting = eventually(lambda: lead.get("/api/v1/tickets?view=waiting")["items"], "the case, back in front")
    assert [row["id"] for row in waiting] == [ticket_id]
    assert (waiting[0]["status"], waiting[0]["preview"]) == ("open", "还是不行，到底什么时候能退？")
    assert len(lead.get("/api/v1/tickets?view=all")["items"]) == 1, "no second case about the same refund"


def _everything_is_on_one_page(lead: Person, ticket_id: int) -> None:
    page = lead.get(f"/api/v1/tickets/{ticket_id}")
    said = [entry["kind"] for entry in page["timeline"]["items"] if entry["kind"] != "event"]
    assert said == ["inbound", "outbound", "inbound"]
    happened = [entry["event"]["type"] for entry in page["timeline"]["items"] if entry["kind"] == "event"]
    assert happened == [
        "tickets.opened",
        "tickets.assigned",
        "tickets.edited",
        "tickets.resolved",
        "tickets.reopened",
    ]
    found = lead.get("/api/v1/search?q=赔偿")["tickets"]
    assert [row["id"] for row in found] == [ticket_id]
