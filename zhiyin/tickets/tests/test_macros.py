"""Prepared answers: who may write and see them, what they say on a ticket, what they do to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.customers.models import Customer
from zhiyin.people.models import Company, Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.files.files import store_upload
from zhiyin.testing.people import ApiClient, client_for, make_group, make_staff
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.models import Category, Macro, Message, Ticket
from zhiyin.tickets.placeholders import fill, values_for
from zhiyin.tickets.sounding import sounds_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(name="Lead", roles=["lead"], groups=[support])


def write(client: ApiClient, name: str = "退款到账时间", **more: Any) -> Any:
    body = {"name": name, "text": "{{customer.name}}您好，三个工作日到账。"} | more
    return client.post("/api/v1/macros", body)


def offered(client: ApiClient, ticket: Ticket, **query: str) -> list[str]:
    return [one["name"] for one in client.get(f"/api/v1/tickets/{ticket.pk}/macros", query).json()]


def test_everybody_writes_macros_for_themselves_and_nobody_else_sees_them(
    ticket: Ticket, owner: Staff, colleague: Staff, administrator: Staff
) -> None:
    made = write(client_for(owner))
    assert made.status_code == 201
    assert (made.json()["visibility"], made.json()["is_editable"]) == ("me", True)
    assert offered(client_for(owner), ticket) == ["退款到账时间"]
    assert offered(client_for(colleague), ticket) == []
    for other in (colleague, administrator):
        path = f"/api/v1/macros/{made.json()['id']}"
        assert client_for(other).get(path).status_code == 404
        assert client_for(other).delete(path).status_code == 404
    assert Macro.objects.count() == 1


@pytest.mark.parametrize("visibility", ["group", "everyone"])
def test_sharing_needs_the_permission(owner: Staff, support: Group, visibility: str) -> None:
    group_id = support.pk if visibility == "group" else None
    answer = write(client_for(owner), visibility=visibility, group_id=group_id)
    assert (answer.status_code, answer.json()["code"]) == (403, "tickets.macro_not_yours_to_share")
    assert not Macro.objects.exists()


def test_a_lead_shares_with_their_group_and_no_further(
    ticket: Ticket, lead: Staff, owner: Staff, stranger: Staff, support: Group
) -> None:
    client = client_for(lead)
    made = write(client, visibility="group", group_id=support.pk)
    assert made.status_code == 201
    assert offered(client_for(owner), ticket) == ["退款到账时间"]
    assert client_for(owner).get("/api/v1/macros").json()["items"][0]["is_editable"] is False
    assert client_for(stranger).get("/api/v1/macros").json()["items"] == []
    for further in (
        {"visibility": "everyone"},
        {"visibility": "group", "group_id": make_group("Billing").pk},
    ):
        assert write(client, "更远", **further).json()["code"] == "tickets.macro_not_yours_to_share"
    answer = client_for(owner).put(f"/api/v1/macros/{made.json()['id']}", {"name": "改名", "text": "x"})
    assert answer.status_code == 404
    assert Macro.objects.get().name == "退款到账时间"


def test_a_macro_without_words_and_actions_says_nothing_and_a_script_is_words_only(owner: Staff) -> None:
    client = client_for(owner)
    refused = [
        write(client, text=" "),
        write(client, kind="script", text=""),
        write(client, kind="script", actions={"status": "solved"}),
    ]
    assert [answer.json()["code"] for answer in refused] == ["tickets.macro_says_nothing"] * 3
    assert not Macro.objects.exists()
    assert write(client, text="", actions={"status": "solved"}).json()["actions"] == {"status": "solved"}


def test_actions_point_to_what_there_is(owner: Staff) -> None:
    gone = Category.objects.create(name="旧分类", active=False)
    for actions in ({"category_id": gone.pk}, {"group_id": 0}, {"assignee": 0}):
        assert write(client_for(owner), actions=actions).json()["code"] == "tickets.action_gone"
    assert not Macro.objects.exists()


def test_placeholders_are_filled_once_and_what_is_missing_is_named(ticket: Ticket, owner: Staff) -> None:
    Company.objects.create(pk=1, name="鹿汀智能", timezone="Asia/Shanghai", created_at=datetime.now(UTC))
    Customer.objects.update(name="{{agent.name}}", language="zh")
    ticket = Ticket.objects.select_related("customer", "category", "group").get(pk=ticket.pk)
    values = values_for(ticket, by=owner, now=datetime(2026, 3, 4, 18, tzinfo=UTC))
    filled = fill(
        "{{ customer.name }}：{{ticket.number}}，{{company.name}}，{{today}}，{{customer.company}}{{phase}}",
        values,
    )
    assert filled.text == (
        f"{{{{agent.name}}}}：#{ticket.pk}，鹿汀智能，2026 年 3 月 5 日，{{{{customer.company}}}}{{{{phase}}}}"
    )
    assert (filled.empty, filled.unknown) == (["customer.company"], ["phase"])
    Customer.objects.update(language="en")
    ticket.refresh_from_db()
    assert values_for(ticket, by=owner, now=datetime(2026, 3, 4, 18, tzinfo=UTC))["today"] == "5 March 2026"


def test_a_placeholder_of_ours_never_leaves_raw(ticket: Ticket, owner: Staff) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/replies"
    answer = client.post(path, {"text": "{{customer.company}}您好", "idempotency_key": "k-12345678"})
    assert (answer.status_code, answer.json()["code"]) == (422, "tickets.unfilled_placeholders")
    assert "{{customer.company}}" in answer.json()["detail"]
    forced = client.post(
        path,
        {
            "text": "x",
            "html": "<p>{{ ticket.reference }}</p>",
            "idempotency_key": "k-22345678",
            "force": True,
        },
    )
    assert forced.json()["code"] == "tickets.unfilled_placeholders"
    assert not Message.objects.filter(kind="outbound").exists()
    theirs = {"text": "模板里写 {{ user }} 即可", "idempotency_key": "k-32345678"}
    assert client.post(path, theirs).status_code == 201


def test_the_picker_offers_what_is_used_most_with_its_words_filled(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    ids = {name: write(client, name).json()["id"] for name in ("甲", "乙", "丙", "丁")}
    for name in ("乙", "丁", "丁"):
        assert client.post(f"/api/v1/macros/{ids[name]}/uses").status_code == 204
    client.put(f"/api/v1/macros/{ids['丙']}/favourite")
    assert offered(client, ticket) == ["丙", "丁", "乙", "甲"]
    first = client.get(f"/api/v1/tickets/{ticket.pk}/macros").json()[1]
    assert first["filled"] == {"text": "王芳您好，三个工作日到账。", "empty": [], "unknown": []}
    assert (first["own_count"], first["used_count"], first["is_favourite"]) == (2, 2, False)
    client.delete(f"/api/v1/macros/{ids['丙']}/favourite")
    assert offered(client, ticket)[:2] == ["丁", "乙"]


@pytest.mark.parametrize(
    "query", ["退款", "tkdz", "tuikuan", "财务", "急躁", "三个工作日", "退款 财务", "TKDZ"]
)
def test_the_picker_finds_by_name_pinyin_initials_tags_mood_and_text(
    ticket: Ticket, owner: Staff, query: str
) -> None:
    client = client_for(owner)
    write(client, tags=["财务"], mood="急躁")
    write(client, "物流查询", text="请稍等")
    assert offered(client, ticket, q=query) == ["退款到账时间"]


def test_the_customers_language_comes_first(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    write(client, "A 中文", languages=["zh"])
    write(client, "B English", languages=["en"])
    write(client, "C any")
    Customer.objects.update(language="en")
    assert offered(client, ticket) == ["B English", "C any", "A 中文"]


def test_pinyin_is_of_chinese_names_only() -> None:
    assert sounds_of("退款安抚") == "tkaf tuikuananfu"
    assert sounds_of("Refund") == ""


def test_the_picker_takes_a_fixed_number_of_queries(ticket: Ticket, owner: Staff) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/macros"
    file = store_upload(content=b"x", name="a.pdf", media_type="application/pdf", owner=owner.upload_owner)
    write(client, attachment_ids=[file.pk])
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        assert client.get(path).json()[0]["attachments"][0]["name"] == "a.pdf"
    for number in range(12):
        write(client, f"第 {number} 条", attachment_ids=[file.pk])
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(many) == len(few) <= 12


def test_macros_come_in_pages_by_name(owner: Staff) -> None:
    client = client_for(owner)
    for name in "DACB":
        write(client, name)
    page = client.get("/api/v1/macros?limit=3").json()
    rest = client.get("/api/v1/macros", {"cursor": page["next_cursor"], "limit": 3}).json()
    assert [one["name"] for one in page["items"] + rest["items"]] == ["A", "B", "C", "D"]


def test_applying_does_all_its_actions_by_the_usual_commands(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    category = Category.objects.create(name="退货退款")
    Ticket.objects.filter(pk=ticket.pk).update(tags=["旧", "急"])
    client = client_for(owner)
    actions = {
        "status": "pending",
        "priority": 4,
        "category_id": category.pk,
        "tags_add": ["退款", "急"],
        "tags_remove": ["旧"],
        "assignee": colleague.pk,
        "note": "{{customer.name}}要求退款",
    }
    macro = write(client, actions=actions).json()
    path = f"/api/v1/tickets/{ticket.pk}/macros/{macro['id']}/application"
    row = client.post(path, {"idempotency_key": "k-12345678"}).json()
    assert (row["status"], row["priority"], row["category"]["name"]) == ("pending", 4, "退货退款")
    assert (row["tags"], row["assignee"]["id"]) == (["急", "退款"], colleague.pk)
    assert list(Message.objects.filter(kind="note").values_list("text", flat=True)) == ["王芳要求退款"]
    told = PendingEvent.objects.filter(subject=f"ticket:{ticket.pk}").order_by("pk")
    assert list(told.values_list("type", flat=True))[-4:] == [
        "tickets.note_written",
        "tickets.edited",
        "tickets.set_pending",
        "tickets.assigned",
    ]
    again = client.post(path, {"idempotency_key": "k-12345678"})
    assert again.status_code == 200
    assert (told.count(), Message.objects.filter(kind="note").count()) == (len(told), 1)


def test_actions_go_with_the_answer_once_and_both_or_neither(ticket: Ticket, owner: Staff) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/replies"
    body = {
        "text": "已退款",
        "idempotency_key": "k-12345678",
        "actions": {"status": "solved", "tags_add": ["退款"]},
    }
    gone = client.post(path, body | {"actions": {"status": "solved", "assignee": 0}})
    assert gone.json()["code"] == "tickets.action_gone"
    assert not Message.objects.filter(kind="outbound").exists()
    assert client.post(path, body).status_code == 201
    give_to(ticket, owner.pk)
    assert client.post(path, body).status_code == 201
    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags, Message.objects.filter(kind="outbound").count()) == (
        "open",
        ["退款"],
        1,
    )


def test_a_preview_is_for_those_who_see_the_ticket(ticket: Ticket, owner: Staff, stranger: Staff) -> None:
    body = {"text": "{{customer.name}}{{x}}", "ticket_id": ticket.pk}
    assert client_for(owner).post("/api/v1/macros/previews", body).json() == {
        "text": "王芳{{x}}",
        "empty": [],
        "unknown": ["x"],
    }
    assert client_for(stranger).post("/api/v1/macros/previews", body).status_code == 404


def test_an_export_can_be_read_in_again_and_changes_nothing(
    owner: Staff, administrator: Staff, support: Group
) -> None:
    category = Category.objects.create(name="退货退款")
    client = client_for(administrator)
    write(
        client,
        "=SUM(A1)",
        text="-开头,带逗号\n和换行",
        visibility="group",
        group_id=support.pk,
        tags=["a", "b"],
        languages=["zh"],
        actions={
            "category_id": category.pk,
            "assignee": owner.pk,
            "group_id": support.pk,
            "priority": 3,
            "tags_add": ["x", "y"],
        },
    )
    write(client, "话术", kind="script", mood="急躁", visibility="everyone")
    before = list(Macro.objects.order_by("pk").values("name", "text", "actions", "tags", "group_id", "mood"))
    exported = client.get("/api/v1/macros/export").content.decode()
    assert "'=SUM(A1)" in exported
    answer = client.post("/api/v1/macros/imports", {"csv": exported}).json()
    assert answer == {"added": 0, "changed": 2, "refused": []}
    after = list(Macro.objects.order_by("pk").values("name", "text", "actions", "tags", "group_id", "mood"))
    assert after == before


def test_an_import_takes_what_fits_and_names_the_lines_that_do_not(owner: Staff) -> None:
    table = (
        "name,text,visibility,status,priority,folder\n"
        "问候,您好，请讲,,,,开头\n"
        "共享,您好,everyone,,,\n"
        "坏状态,您好,,finished,,\n"
        ",没有名字,,,,\n"
    ).replace("您好，请讲,,,,开头", '"您好，请讲",,,,开头')
    client = client_for(owner)
    trial = client.post("/api/v1/macros/imports", {"csv": table, "is_trial": True}).json()
    assert (trial["added"], [line["line"] for line in trial["refused"]]) == (1, [3, 4, 5])
    assert not Macro.objects.exists()
    assert "finished" in trial["refused"][1]["reason"]
    client.post("/api/v1/macros/imports", {"csv": table})
    assert list(Macro.objects.values_list("name", "text", "folder")) == [("问候", "您好，请讲", "开头")]
    refused = client.post("/api/v1/macros/imports", {"csv": "标题\n甲\n"})
    assert refused.json()["code"] == "tickets.not_macros"
