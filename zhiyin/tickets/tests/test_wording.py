"""Words that offend: found by region while writing, asked about or refused when sent, by whatever way, and on record."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.wording import ShippedRuleStays, remove_wording_rule
from zhiyin.tickets.models import Message, Ticket, WordingNote, WordingRule
from zhiyin.tickets.queries.wording import remarks_on
from zhiyin.tickets.wording.finding import spans_of
from zhiyin.tickets.wording.shipping import install_shipped_wording

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(owner: Staff) -> Ticket:
    return give_to(make_ticket(group=owner.groups.get()), owner.pk)


@pytest.fixture
def client(owner: Staff) -> ApiClient:
    return client_for(owner)


def reply(client: ApiClient, ticket: Ticket, text: str, key: str = "wording-1", **more: Any) -> Any:
    body = {"text": text, "idempotency_key": key, **more}
    return client.post(f"/api/v1/tickets/{ticket.pk}/replies", body)


def live_in(ticket: Ticket, region: str) -> None:
    Customer.objects.filter(pk=ticket.customer_id).update(region=region)


@pytest.mark.parametrize(
    ("text", "words", "exceptions", "found"),
    [
        ("我们保证三天到", ["保证"], [], ["保证"]),
        ("这是保证金，不能退；我不保证时间", ["保证"], ["保证金", "不保证"], []),
        ("我保 证到货，１００％", ["保证", "100%"], [], ["保 证", "１００％"]),
        ("I GUARANTEE it, guaranteed", ["guarantee"], [], ["GUARANTEE"]),
        ("I will\n definitely call", ["will definitely"], [], ["will\n definitely"]),
        ("unguarantee and rehell", ["guarantee", "hell"], [], []),
        ("绝对值是绝对的", ["绝对"], ["绝对值"], ["绝对"]),
        ("ﬁne 保证", ["保证"], [], ["保证"]),
        ("", ["保证"], [], []),
    ],
)
def test_a_word_is_found_where_it_stands(
    text: str, words: list[str], exceptions: list[str], found: list[str]
) -> None:
    assert [text[span.start : span.end] for span in spans_of(text, words, exceptions)] == found


def test_what_ships_finds_what_it_should_and_leaves_the_rest() -> None:
    told = remarks_on("我保证今天到，您自己没看清楚，加我微信吧", region="")
    assert [(one.text, one.kind, one.action) for one in told] == [
        ("保证", "promise", "hint"),
        ("您自己没", "blame", "hint"),
        ("加我微信", "private_channel", "warn"),
    ]
    assert remarks_on("保证金三天内退回，能不能到不保证，请看滚动消息，没有病毒", region="中国大陆") == []
    assert remarks_on("Our guarantee covers two years; I cannot guarantee Monday", region="")[0].start == 4


def test_where_the_customer_is_decides(client: ApiClient, ticket: Ticket) -> None:
    text = "这款产品保本，一定会赚，绝对没问题"
    actions: dict[str, set[tuple[str, str]]] = {}
    for region in ("", "中国大陆/广东", "日本"):
        live_in(ticket, region)
        told = client.post(f"/api/v1/tickets/{ticket.pk}/wording-checks", {"text": text}).json()
        assert told["region"] == region
        actions[region] = {(one["text"], one["action"]) for one in told["remarks"]}
    assert actions[""] == {("一定会", "hint"), ("绝对", "hint")}
    assert actions["中国大陆/广东"] == {("保本", "block"), ("一定会", "hint"), ("绝对", "hint")}
    assert actions["日本"] == {("一定会", "warn"), ("绝对", "warn"), ("没问题", "warn")}


def test_a_warning_asks_before_sending_and_what_left_is_on_record(
    client: ApiClient, ticket: Ticket, owner: Staff
) -> None:
    live_in(ticket, "日本")
    refused = reply(client, ticket, "我们保证明天到。")
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.risky_words")
    [remark] = refused.json()["params"]["remarks"]
    assert (remark["text"], remark["start"], remark["end"]) == ("保证", 2, 4)
    assert remark["why_en"]
    assert remark["better_zh"]
    assert not Message.objects.filter(kind="outbound").exists()
    note = WordingNote.objects.get()
    assert (note.outcome, note.word, note.region, note.by, note.ticket_id) == (
        "refused",
        "保证",
        "日本",
        owner,
        ticket.pk,
    )
    assert reply(client, ticket, "我们保证明天到。", despite_wording=True).status_code == 201
    sent = WordingNote.objects.get(outcome="sent")
    assert (sent.word, sent.message) == ("保证", Message.objects.get(kind="outbound"))
    [fact] = PendingEvent.objects.filter(type="tickets.risky_words_sent")
    assert fact.payload["rule_ids"] == [sent.rule_id]
    message_id = Message.objects.get(kind="outbound").pk
    assert client.delete(f"/api/v1/tickets/{ticket.pk}/replies/{message_id}").status_code == 200
    assert not WordingNote.objects.filter(outcome="sent").exists(), "what was taken back has not left"


def test_a_ban_can_be_overridden_by_nobody(client: ApiClient, ticket: Ticket) -> None:
    live_in(ticket, "CN/上海")
    for more in ({}, {"despite_wording": True}, {"force": True, "html": "<p>零<b>风险</b></p>"}):
        text = "放心" if "html" in more else "这款产品零风险"
        refused = reply(client, ticket, text, **more)
        assert (refused.status_code, refused.json()["code"]) == (422, "tickets.banned_words")
    assert not Message.objects.filter(kind="outbound").exists()
    assert reply(client, ticket, "并非零风险，请看说明").status_code == 201


def test_the_case_may_be_elsewhere_than_its_customer(client: ApiClient, ticket: Ticket) -> None:
    live_in(ticket, "日本")
    path = f"/api/v1/tickets/{ticket.pk}"
    changed = client.patch(path, {"region": " 德国 ", "language": "de"}).json()
    assert (changed["region"], changed["language"]) == ("德国", "de")
    assert client.patch(path, {"region": ""}).json()["region"] == "日本"
    listed = client.get(f"{path}").json()["ticket"]
    assert (listed["region"], listed["language"]) == ("日本", "de")


def test_bulk_answers_are_judged_by_each_customers_region(
    client: ApiClient, ticket: Ticket, owner: Staff
) -> None:
    other = give_to(make_ticket(group=owner.groups.get(), sender="li@example.com"), owner.pk)
    live_in(other, "中国大陆")
    body = {"ticket_ids": [ticket.pk, other.pk], "text": "稳赚", "idempotency_key": "bulk-words-1"}
    told = client.post("/api/v1/bulk-changes", body).json()
    assert told["outcomes"] == {"done": 1, "refused": 1}
    assert [one.ticket_id for one in Message.objects.filter(kind="outbound")] == [ticket.pk]


def test_a_new_ticket_is_judged_too(client: ApiClient, ticket: Ticket) -> None:
    live_in(ticket, "日本")
    body = {
        "customer_id": ticket.customer_id,
        "subject": "好消息",
        "text": "绝对满意",
        "idempotency_key": "new-words-1",
    }
    before = Ticket.objects.count()
    refused = client.post("/api/v1/tickets", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.risky_words")
    assert Ticket.objects.count() == before
    assert client.post("/api/v1/tickets", body | {"despite_wording": True}).status_code == 201


def test_rules_are_the_companys_to_change(administrator: Staff, client: ApiClient, ticket: Ticket) -> None:
    admin = client_for(administrator, second_factor=True)
    body = {
        "kind": "other",
        "name_zh": "竞品",
        "words": ["对面那家", " 对面那家 "],
        "regions": ["广东"],
        "action": "block",
        "why_zh": "不评论同行",
    }
    made = admin.post("/api/v1/wording-rules", body)
    assert made.status_code == 201
    assert (made.json()["words"], made.json()["name_en"], made.json()["ships"]) == (
        ["对面那家"],
        "竞品",
        False,
    )
    live_in(ticket, "中国大陆/广东")
    assert reply(client, ticket, "对面那家更贵").status_code == 422
    address = f"/api/v1/wording-rules/{made.json()['id']}"
    assert admin.put(address, body | {"active": False}).json()["active"] is False
    assert reply(client, ticket, "对面那家更贵").status_code == 201
    listed = {one["name_zh"]: one for one in admin.get("/api/v1/wording-rules").json()}
    assert (listed["竞品"]["refused"], listed["竞品"]["sent"]) == (1, 0)
    [note] = admin.get("/api/v1/wording-notes").json()
    assert (note["word"], note["outcome"], note["name_zh"]) == ("对面那家", "refused", "竞品")
    assert admin.delete(address).status_code == 204
    assert WordingNote.objects.get().rule is None, "what is on record stays"
    wrong: dict[str, Any]
    for wrong in ({"words": []}, {"words": ["长" * 61]}, {"name_zh": ""}, {"action": "shout"}):
        assert admin.post("/api/v1/wording-rules", body | wrong).status_code == 422
    assert client.get("/api/v1/wording-rules").status_code == 403


def test_what_ships_can_be_switched_off_and_stays_so(administrator: Staff) -> None:
    shipped = WordingRule.objects.get(key="insults")
    with pytest.raises(ShippedRuleStays):
        remove_wording_rule(rule_id=shipped.pk, by=administrator, now=shipped.at)
    WordingRule.objects.filter(pk=shipped.pk).update(active=False, words=["傻"])
    count = WordingRule.objects.count()
    install_shipped_wording()
    assert WordingRule.objects.count() == count
    assert (WordingRule.objects.get(key="insults").active, remarks_on("傻瓜", region="")) == (False, [])


def test_looking_takes_one_query() -> None:
    with CaptureQueriesContext(connection) as queries:
        remarks_on("保证" * 100, region="日本")
    assert len(queries) == 1
