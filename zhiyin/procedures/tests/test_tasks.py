"""Tasks of others: what they see, and what they may do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.procedures.models import Task, TaskFile
from zhiyin.procedures.tests.play import Desk, skilled
from zhiyin.sla.models import Clock
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.merging import merge_tickets
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support, text="我的手机一充电就发烫")


@pytest.fixture
def desk(owner: Staff, ticket: Ticket) -> Desk:
    return Desk(owner, ticket)


@pytest.fixture
def engineer(db: None) -> Staff:
    """Somebody of another department, with the light seat."""
    engineer = make_staff(name="Engineer", roles=["collaborator"])
    skilled("研发", engineer)
    return engineer


def mine(staff: Staff) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = client_for(staff).get("/api/v1/tasks").json()["items"]
    return items


def test_a_collaborator_sees_the_task_and_what_it_needs_and_nothing_else(desk: Desk, engineer: Staff) -> None:
    desk.start("vip_task_force")
    desk.client.patch(f"/api/v1/tasks/{desk.task_id()}/values", {"values": {"vip_wish": "今天内解决"}})
    client = client_for(engineer)
    (task,) = mine(engineer)
    assert (task["title"]["en"], task["owner"]["en"]) == ("Engineering: find the cause", "Engineering")
    full = client.get(f"/api/v1/tasks/{task['id']}").json()
    assert (full["may_see_ticket"], full["may_settle"]) == (False, True)
    assert full["shown"]["customer"] == "王芳"
    assert [one["text"] for one in full["shown"]["conversation"]] == ["我的手机一充电就发烫"]
    assert [(one["key"], one["value"]) for one in full["shown"]["values"]] == [("vip_wish", "今天内解决")]
    for path in (
        "/api/v1/tickets?view=open",
        desk.path,
        f"{desk.path}/cases",
        "/api/v1/customers",
        "/api/v1/people/staff",
    ):
        assert client.get(path).status_code == 403, path
    others = Task.objects.exclude(pk=task["id"])
    assert [client.get(f"/api/v1/tasks/{one.pk}").status_code for one in others] == [404] * others.count()


def test_the_notes_of_colleagues_are_not_among_what_is_shown(desk: Desk, engineer: Staff) -> None:
    desk.client.post(f"{desk.path}/notes", {"text": "客户脾气很大", "idempotency_key": "note-note-1"})
    desk.start("vip_task_force")
    (task,) = mine(engineer)
    shown = client_for(engineer).get(f"/api/v1/tasks/{task['id']}").json()["shown"]
    assert "脾气" not in str(shown)


def test_through_a_settled_task_nobody_follows_what_is_said_later(desk: Desk, engineer: Staff) -> None:
    desk.start("vip_task_force")
    (task,) = mine(engineer)
    client = client_for(engineer)
    assert desk.settle("refused", note="不归我们", task=task["id"]).status_code == 403
    settled = client.post(f"/api/v1/tasks/{task['id']}/outcome", {"outcome": "refused", "note": "不归我们"})
    assert (settled.status_code, settled.json()["may_go_up"]) == (200, False)
    reply = {"text": "后来的话", "idempotency_key": "reply-later-1"}
    assert desk.client.post(f"{desk.path}/replies", reply).status_code == 201
    shown = client.get(f"/api/v1/tasks/{task['id']}").json()["shown"]
    assert [one["text"] for one in shown["conversation"]] == ["我的手机一充电就发烫"]


def test_the_step_waits_for_the_tasks_it_asked_for_and_drops_those_it_did_not(
    desk: Desk, engineer: Staff
) -> None:
    for name in ("产品", "物流"):
        skilled(name, engineer)
    desk.start("vip_task_force")
    early = desk.settle("answers", {"vip_wish": "今天解决"})
    assert early.json()["code"] == "procedures.not_complete"
    client = client_for(engineer)
    answers = {
        "product": "product_answer",
        "engineering": "engineering_answer",
        "logistics": "logistics_answer",
    }
    for task in Task.objects.filter(kind=Task.Kind.BESIDE):
        body = {"outcome": "done", "values": {answers[task.key]: "已查明"}}
        assert client.post(f"/api/v1/tasks/{task.pk}/outcome", body).status_code == 200
    desk.go("answers", vip_wish="今天解决")
    assert desk.now() == "update"
    assert Task.objects.get(key="product").case.values["product_answer"] == "已查明"  # type: ignore[union-attr]


def test_saying_that_it_is_not_possible_takes_a_word(desk: Desk, engineer: Staff) -> None:
    desk.start("vip_task_force")
    (task,) = mine(engineer)
    path = f"/api/v1/tasks/{task['id']}/outcome"
    client = client_for(engineer)
    assert client.post(path, {"outcome": "done"}).json()["code"] == "tickets.fields_missing"
    assert client.post(path, {"outcome": "refused"}).json()["code"] == "procedures.note_needed"
    assert client.post(path, {"outcome": "refused", "note": "没有样机"}).status_code == 200
    assert Task.objects.get(pk=task["id"]).outcome == "refused"
    assert mine(engineer) == []


def test_a_task_is_taken_by_one(desk: Desk, engineer: Staff) -> None:
    other = make_staff(name="Other", roles=["collaborator"])
    skilled("研发", other)
    desk.start("vip_task_force")
    (task,) = mine(engineer)
    path = f"/api/v1/tasks/{task['id']}/holder"
    assert client_for(engineer).put(path).json()["assignee"]["name"] == "Engineer"
    assert client_for(other).put(path).json()["code"] == "procedures.task_taken"
    assert (mine(other), len(mine(engineer))) == ([], 1)


def test_somebody_is_asked_by_hand_hears_of_it_and_answers(desk: Desk, owner: Staff, engineer: Staff) -> None:
    due = timezone.now() + timedelta(hours=2)
    body = {"title": "看一下日志", "assignee_id": engineer.pk, "due_at": due.isoformat(), "shows": []}
    made = desk.client.post(f"{desk.path}/tasks", body)
    assert made.status_code == 201
    assert Clock.objects.get(key=f"task:{made.json()['id']}").state == "running"
    let_events_happen()
    bell = client_for(engineer).get("/api/v1/notifications").json()["items"]
    assert [one["text"]["en"] for one in bell] == ["There is a task for you"]
    shown = client_for(engineer).get(f"/api/v1/tasks/{made.json()['id']}").json()["shown"]
    assert (shown["customer"], shown["conversation"]) == (None, [])
    client_for(engineer).post(
        f"/api/v1/tasks/{made.json()['id']}/outcome", {"outcome": "done", "note": "没有异常"}
    )
    let_events_happen()
    bell = client_for(owner).get("/api/v1/notifications").json()["items"]
    assert "task_done" in [one["reason"] for one in bell]
    assert Clock.objects.get(key=f"task:{made.json()['id']}").state == "fulfilled"


def test_what_was_asked_by_hand_can_be_taken_back_but_a_step_can_not(desk: Desk, engineer: Staff) -> None:
    made = desk.client.post(f"{desk.path}/tasks", {"title": "看日志", "assignee_id": engineer.pk}).json()
    desk.start("refund")
    assert desk.client.delete(f"/api/v1/tasks/{desk.task_id()}").status_code == 404
    assert desk.client.delete(f"/api/v1/tasks/{made['id']}").status_code == 204
    assert mine(engineer) == []
    assert desk.client.post(f"{desk.path}/tasks", {"title": "看"}).json()["code"] == "procedures.nobody_named"


def test_a_task_goes_to_a_colleague_or_a_group(desk: Desk, colleague: Staff) -> None:
    desk.start("refund")
    task = desk.task_id()
    path = f"/api/v1/tasks/{task}/hand-overs"
    assert desk.client.post(path, {"note": "请接着"}).json()["code"] == "procedures.nobody_named"
    assert desk.client.post(path, {"staff_id": colleague.pk, "note": "请接着"}).status_code == 204
    assert [one["id"] for one in mine(colleague)] == [task]
    assert desk.settle("withdrawn", note="x").json()["code"] == "procedures.not_your_task"
    told = client_for(colleague).get(f"/api/v1/tasks/{task}").json()["hand_overs"]
    assert [(one["to_name"], one["note"]) for one in told] == [("Colleague", "请接着")]


def test_cases_and_tasks_go_where_their_ticket_goes(desk: Desk, administrator: Staff, support: Group) -> None:
    into = make_ticket(group=support, sender="wang@example.com", subject="还是那件事")
    desk.start("refund")
    merge_tickets(
        into_id=into.pk,
        merged_ids=[desk.ticket.pk],
        across_customers=True,
        by=administrator,
        now=timezone.now(),
    )
    let_events_happen()
    there = Desk(administrator, into)
    assert there.now() == "request"
    assert not Clock.objects.filter(ticket=desk.ticket, metric="step").exists()
    running = Clock.objects.get(ticket=into, metric="step")
    assert running.state == "running"
    into.refresh_from_db()
    assert into.deadline_at == running.due_at
    there.go("withdrawn", note="客户撤回")
    assert set(Clock.objects.filter(track="procedure").values_list("state", flat=True)) == {"fulfilled"}


def test_a_sub_procedure_that_runs_on_both_is_waited_for_after_a_merge(
    desk: Desk, administrator: Staff, support: Group
) -> None:
    into = make_ticket(group=support, subject="还是那件事")
    there = Desk(administrator, into)
    there.start("repair_order")
    desk.start("complex_complaint")
    desk.tick_all()
    desk.go("accepted", severity="urgent", area="hardware", complaint="要求换新")
    skilled("技术支持", administrator)
    here = Desk(administrator, desk.ticket)
    here.go("deeper", model="K-7", symptom="dead", tried="换电源")
    here.go("repair", deep_way="repair", findings="要拆机")
    merge_tickets(into_id=into.pk, merged_ids=[desk.ticket.pk], by=administrator, now=timezone.now())
    let_events_happen()
    assert there.case("Complex")["waits_for"]["kind"] == "procedure"
    there.settle("opened", {"repair_no": "R-9", "repair_place": "sent_in"}, task=there.task_id("Repair"))
    there.settle("repaired", {"repair_report": "换主板"}, task=there.task_id("Repair"))
    assert there.now("Complex") == "solution"


def test_the_list_takes_a_fixed_number_of_queries(
    desk: Desk, owner: Staff, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        desk.client.post(f"{desk.path}/tasks", {"title": f"任务 {number}", "assignee_id": owner.pk})
    client = client_for(owner)
    client.get("/api/v1/tasks")
    with django_assert_max_num_queries(5):
        assert len(client.get("/api/v1/tasks").json()["items"]) == 5


def test_a_collaborator_hands_a_task_to_those_whose_it_is_without_seeing_more(
    desk: Desk, engineer: Staff, stranger: Staff
) -> None:
    second = make_staff(name="Second engineer", email="second@example.com", roles=["collaborator"])
    skilled("研发", second)
    desk.start("vip_task_force")
    (task,) = mine(engineer)
    client = client_for(engineer)
    path = f"/api/v1/tasks/{task['id']}"
    receivers = client.get(f"{path}/receivers").json()
    assert [one["name"] for one in receivers["people"]] == ["Engineer", "Second engineer"]
    assert receivers["groups"] == []
    refused = client.post(f"{path}/hand-overs", {"staff_id": stranger.pk, "note": "你来"})
    assert refused.status_code == 422
    assert Task.objects.get(pk=task["id"]).assignee is None
    handed = client.post(f"{path}/hand-overs", {"staff_id": second.pk, "note": "你来"})
    assert handed.status_code == 204
    assert [one["id"] for one in mine(second)] == [task["id"]]
    assert client.get(desk.path).status_code == 403
    everybody = desk.client.get(f"/api/v1/tasks/{desk.task_id()}/receivers").json()["people"]
    assert stranger.name in [one["name"] for one in everybody]


def test_forms_ask_for_customers_and_files(desk: Desk, administrator: Staff, engineer: Staff) -> None:
    asked = [
        {"key": "payer", "kind": "customer", "zh": "付款人", "en": "Payer"},
        {"key": "proof", "kind": "file", "zh": "凭证", "en": "Proof", "required": True},
    ]
    beside = {
        "key": "check",
        "zh": "核对",
        "en": "Check",
        "owner": {"to": "person", "id": engineer.pk},
        "shows": ["proof"],
        "required": False,
    }
    done = [{"key": "on", "zh": "走", "en": "On", "to": "end"}]
    steps = [
        {"key": "one", "zh": "一", "en": "One", "fields": asked, "outcomes": done, "tasks": [beside]},
        {"key": "end", "kind": "end", "zh": "完", "en": "End"},
    ]
    body = {"key": "own", "name_zh": "自有", "name_en": "Own", "content": {"start": "one", "steps": steps}}
    assert client_for(administrator).post("/api/v1/procedures", body).status_code == 201
    desk.start("own")
    path = f"/api/v1/tasks/{desk.task_id()}"
    proof, foreign = (
        client.post(
            "/api/v1/files", {"file": SimpleUploadedFile("a.txt", b"paid")}, content_type=MULTIPART_CONTENT
        ).json()["id"]
        for client in (desk.client, client_for(engineer))
    )
    wrong = desk.client.patch(f"{path}/values", {"values": {"payer": 10**9, "proof": [foreign]}})
    assert (wrong.status_code, sorted(wrong.json()["params"]["fields"])) == (422, ["payer", "proof"])
    assert not TaskFile.objects.exists()
    values = {"payer": desk.ticket.customer_id, "proof": [proof]}
    told = desk.client.patch(f"{path}/values", {"values": values}).json()
    assert [one["id"] for one in told["customers"]] == [desk.ticket.customer_id]
    assert [one["name"] for one in told["files"]] == ["a.txt"]
    assert TaskFile.objects.get().file_id == proof
    (theirs,) = mine(engineer)
    seen = client_for(engineer).get(f"/api/v1/tasks/{theirs['id']}").json()
    assert (seen["customers"], [one["name"] for one in seen["files"]]) == ([], ["a.txt"])
    emptied = desk.client.patch(f"{path}/values", {"values": {"proof": None}})
    assert (emptied.status_code, TaskFile.objects.exists()) == (200, False)
    assert desk.settle("on").json()["code"] == "tickets.fields_missing"
