"""C3: a rule changes. The article is flagged from a case, corrected, read and published by a second person, and the
customers who were told the old rule are found and told; on the way the script part of A1: words for the angry."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.scenarios.kit import (
    SECRET,
    Outside,
    Person,
    arrives,
    eventually,
    joins,
    published,
    put,
    set_up,
    written_and_published,
)
from zhiyin.testing.centre import running_centre

OLD, NEW = "退款 7 个工作日内到账。", "退款 3 个工作日内到账。"


@pytest.mark.slow
@pytest.mark.xdist_group("up")
@pytest.mark.timeout(300)
def test_c3_an_article_is_wrong(tmp_path: Path) -> None:
    with (
        Outside().open() as app,
        running_centre(tmp_path / "centre", ZHIYIN_ALLOW_PRIVATE_WEBHOOKS="1") as centre,
    ):
        lead = set_up(centre)
        callback = {"callback_url": app.url, "callback_secret": SECRET}
        lead.post("/api/v1/channels", {"kind": "api", "key": "app", "name": "手机应用", "values": callback})
        author = joins(lead, centre, "knowledge_author", "qin@shop.example", "秦若兰")
        agent = joins(lead, centre, "agent", "wang@shop.example", "王雨桐")
        old = written_and_published(author, lead, "faq", "退款多久到账", OLD)
        _the_angry_get_their_script(author, lead, agent)
        told = [_answered_from(agent, lead, number, old, OLD) for number in (1, 2)]
        _flagged_from_the_case(agent, told[1], old)
        new = _corrected_by_the_author_and_published_by_a_second_person(author, lead, old)
        later = _answered_from(agent, lead, 3, new, NEW)
        _nobody_answers_with_the_old_version_any_more(agent, later, old)
        _cases_of_the_old_version_are_listed_and_told(agent, app, old, new, told)


def _the_angry_get_their_script(author: Person, lead: Person, agent: Person) -> None:
    """A1: beside the composer stands first what to say to angry customers in this situation, filled for this one."""
    text = "{{customer.name}}您好，换作是我也会生气。您的工单 {{ticket.number}} 我马上处理。"
    written_and_published(author, lead, "script", "问候", "您好，很高兴为您服务。", mood="pleased")
    late = {"mood": "angry", "situation": "物流"}
    written_and_published(author, lead, "script", "物流迟了", "让您久等了。", **late)
    more = {"mood": "angry", "situation": "退款"}
    script = written_and_published(author, lead, "script", "安抚生气的客户", text, **more)
    case = arrives(lead, agent, 9, "退款页面一直报错！！你们必须赔偿！")
    path = f"/api/v1/tickets/{case}"

    def offered() -> Any:
        found = agent.get(f"{path}/knowledge")
        return found if found and found[0]["because"] == "mood" else []

    first, second, *_ = eventually(offered, "the case is read as angry")
    assert (first["version_id"], second["title"]) == (script["id"], "物流迟了")
    assert first["text"].startswith("客户9您好，换作是我也会生气。")
    assert (first["empty"], first["unknown"]) == ([], [])
    suggested = agent.post(f"{path}/assist/uses", {"task": "answers"})["evidence"][0]
    assert (suggested["version_id"], suggested["text"]) == (script["id"], first["text"])


def _answered_from(agent: Person, lead: Person, number: int, version: Any, text: str) -> int:
    case = arrives(lead, agent, number, f"我的退款什么时候到（{number}）")
    agent.post(f"/api/v1/tickets/{case}/knowledge-uses", {"version_id": version["id"]})
    reply = {"text": f"您好，{text}", "idempotency_key": f"c3-reply-{number}"}
    agent.post(f"/api/v1/tickets/{case}/replies", reply)
    return case


def _flagged_from_the_case(agent: Person, case: int, version: Any) -> None:
    body = {"version_id": version["id"], "reason": "outdated", "note": "现在是 3 个工作日"}
    answer = agent.call("POST", f"/api/v1/tickets/{case}/knowledge-flags", body)
    assert answer.status_code == 201


def _corrected_by_the_author_and_published_by_a_second_person(author: Person, lead: Person, old: Any) -> Any:
    [flag] = author.get("/api/v1/knowledge/flags?mine=true")
    assert (flag["version_number"], flag["note"]) == (1, "现在是 3 个工作日")
    draft = author.post(f"/api/v1/knowledge/editions/{old['edition_id']}/versions", {})
    body = {"title": draft["title"], "text": NEW, "revision": draft["revision"], "settles": [flag["id"]]}
    saved = put(author, f"/api/v1/knowledge/versions/{draft['id']}", body)
    compared = lead.get(f"/api/v1/knowledge/versions/{draft['id']}/comparison?number=1")
    assert [(piece["op"], piece["text"]) for piece in compared["text"] if piece["op"] != "same"] == [
        ("removed", "7"),
        ("added", "3"),
    ]
    new = published(author, lead, saved)
    assert (new["number"], new["state"]) == (2, "published")
    assert author.get("/api/v1/knowledge/flags?mine=true") == []
    entry = author.get(f"/api/v1/knowledge/entries/{old['entry_id']}")
    assert [(one["number"], one["state"]) for one in entry["versions"]] == [(2, "published"), (1, "retired")]
    assert [(one["state"], one["corrected_by_number"]) for one in entry["flags"]] == [("corrected", 2)]
    return new


def _nobody_answers_with_the_old_version_any_more(agent: Person, case: int, old: Any) -> None:
    refused = agent.call("POST", f"/api/v1/tickets/{case}/knowledge-uses", {"version_id": old["id"]})
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.knowledge_no_longer_valid")


def _cases_of_the_old_version_are_listed_and_told(
    agent: Person, app: Outside, old: Any, new: Any, told: list[int]
) -> None:
    path = f"/api/v1/knowledge/entries/{old['entry_id']}/cases"
    listed = agent.get(f"{path}?version_id={old['id']}")
    assert sorted(case["ticket_id"] for case in listed["items"]) == sorted(told)
    assert {case["how"] for case in listed["items"]} == {"inserted"}
    assert listed["by_version"] == {str(old["id"]): 2, str(new["id"]): 1}
    words = "{{customer.name}}您好，更正：" + NEW
    body = {"ticket_ids": told, "text": words, "idempotency_key": "c3-correction"}
    assert agent.post("/api/v1/bulk-changes", body)["outcomes"] == {"done": 2}
    expected = {f"客户{number}您好，更正：{NEW}" for number in (1, 2)}
    eventually(lambda: expected <= {text for _, text in app.arrived}, "the corrections at the customers")
