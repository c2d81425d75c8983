"""A case led from step to step."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.people.commands.skills import remove_skill
from zhiyin.people.models import Group, Skill, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.procedures.commands.defining import ProcedureForm, publish_procedure
from zhiyin.procedures.commands.overdue import note_overdue
from zhiyin.procedures.commands.starting import start_where_it_fits
from zhiyin.procedures.models import Case, Definition, HandOver, Rhythm, Task, Visit
from zhiyin.procedures.tests.play import Desk, shipped, skilled
from zhiyin.sla.models import Clock
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.by_customer import solve_by_customer
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.models import Category, Ticket

pytestmark = pytest.mark.django_db
RECEIVED = {"severity": "urgent", "area": "hardware", "complaint": "要求换新"}


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


@pytest.fixture
def desk(owner: Staff, ticket: Ticket) -> Desk:
    return Desk(owner, ticket)


def test_a_complaint_is_led_to_its_end_and_solves_the_ticket(desk: Desk) -> None:
    panel = desk.start("complex_complaint")
    assert [step["state"] for step in panel["cases"][0]["way"]][:2] == ["now", "ahead"]
    assert panel["startable"]
    assert "Complex complaint" not in [one["name_en"] for one in panel["startable"]]
    desk.tick_all()
    desk.go("accepted", **RECEIVED)
    desk.go("deeper", model="K-7", symptom="error", error_code="E42", tried="重启无效")
    desk.go("found", deep_way="remote", remote_link="https://assist.example/7", findings="主板故障")
    desk.go("offered", solution="换新")
    desk.go("confirmed", confirmed_by="phone")
    desk.go("no_answer", note="无人接听")
    assert desk.now() == "call_back"
    desk.go("satisfied", satisfaction="yes")
    desk.go("filed", cause="product")
    case = desk.case()
    assert (case["state"], case["result"]["en"]) == ("ended", "Closed")
    desk.ticket.refresh_from_db()
    assert desk.ticket.status == "solved"
    kept = Case.objects.get().values
    assert (kept["error_code"], kept["cause"], kept["severity"]) == ("E42", "product", "urgent")
    assert Task.objects.open().count() == 0
    assert Visit.objects.filter(step="call_back").count() == 2


def test_the_customer_hears_from_us_while_a_procedure_runs(desk: Desk) -> None:
    desk.start("vip_task_force")
    assert Rhythm.objects.get(ticket=desk.ticket).every_minutes == 120
    desk.start("complex_complaint")
    assert Rhythm.objects.get(ticket=desk.ticket).every_minutes == 120  # the closer one stays


def test_the_rhythm_of_a_procedure_that_began_by_itself_stays_while_it_runs(
    administrator: Staff, support: Group
) -> None:
    ticket = make_ticket(group=support)
    told = content(work("one", ("on", "end"))) | {"updates_minutes": 120}
    publish(None, told, administrator, _is("customer_tier", "standard"))
    start_where_it_fits(changed={ticket.pk: timezone.now()})
    desk = Desk(administrator, ticket)
    assert desk.client.patch(desk.path, {"priority": 4}).status_code == 200
    let_events_happen()
    assert Rhythm.objects.get(ticket=ticket).every_minutes == 120
    desk.go("on")
    assert not Rhythm.objects.filter(ticket=ticket).exists()


def test_what_a_step_asks_must_be_there_before_it_is_left_and_nothing_changes_on_a_refusal(
    desk: Desk,
) -> None:
    desk.start("complex_complaint")
    missing = desk.settle("accepted", {"severity": "urgent", "area": "hardware"})
    assert (missing.status_code, missing.json()["code"]) == (422, "tickets.fields_missing")
    unticked = desk.settle("accepted", RECEIVED)
    assert (unticked.status_code, unticked.json()["code"]) == (409, "procedures.not_complete")
    unfit = desk.settle("accepted", {**RECEIVED, "severity": "huge"})
    assert unfit.json()["code"] == "tickets.fields_do_not_fit"
    assert desk.settle("flown").json()["code"] == "procedures.no_such_outcome"
    assert desk.settle("no_complaint").json()["code"] == "procedures.note_needed"
    assert (desk.now(), Case.objects.get().values, Visit.objects.count()) == ("receive", {}, 1)
    desk.go("no_complaint", note="重复来信")  # needs neither form nor check-list
    assert desk.case()["result"]["en"] == "No complaint"
    desk.ticket.refresh_from_db()
    assert desk.ticket.status == "new"


def test_values_are_kept_while_they_are_filled_in(desk: Desk) -> None:
    desk.start("complex_complaint")
    path = f"/api/v1/tasks/{desk.task_id()}"
    desk.client.patch(f"{path}/values", {"values": {"severity": "routine"}})
    assert desk.client.get(path).json()["values"] == {"severity": "routine"}
    desk.client.patch(f"{path}/values", {"values": {"severity": None}})
    assert desk.client.get(path).json()["values"] == {}


def test_a_settled_task_is_not_settled_again(desk: Desk) -> None:
    desk.start("refund")
    task = desk.task_id()
    desk.go("withdrawn", note="客户不要了")
    again = desk.settle("withdrawn", note="客户不要了", task=task)
    assert (again.status_code, again.json()["code"]) == (409, "procedures.task_settled")
    assert Visit.objects.count() == 2  # the step, and its end


def test_a_ticket_is_held_until_its_procedure_ends(desk: Desk) -> None:
    desk.start("complex_complaint")
    held = desk.client.patch(desk.path, {"status": "solved"})
    assert (held.status_code, held.json()["code"]) == (409, "procedures.under_way")
    desk.ticket.refresh_from_db()
    assert desk.ticket.status == "new"
    desk.client.delete(f"/api/v1/cases/{desk.case()['id']}")
    assert desk.client.patch(desk.path, {"status": "solved"}).status_code == 200
    assert (desk.case()["state"], Task.objects.get().state) == ("cancelled", "cancelled")


def test_a_customer_who_says_it_is_solved_leaves_it_to_a_person_how_the_procedure_goes_on(
    desk: Desk, owner: Staff
) -> None:
    desk.start("refund")
    told = {"ticket_id": desk.ticket.pk, "customer_id": desk.ticket.customer_id}
    for _ in range(2):  # said, opened again, and said again
        change_status(ticket_id=desk.ticket.pk, status="open", by=owner, now=timezone.now())
        solve_by_customer(**told, now=timezone.now())
        let_events_happen()
    asked = Task.objects.get(kind="asked")
    assert (asked.state, asked.group_id, desk.now()) == ("open", desk.ticket.group_id, "request")
    assert "Refund" in asked.title_en
    desk.go("withdrawn", note="客户撤回")
    asked.refresh_from_db()
    assert asked.state == "cancelled"


def test_a_procedure_runs_once_on_a_ticket_and_only_on_an_open_one(desk: Desk) -> None:
    desk.start("complex_complaint")
    body = {"procedure_id": shipped("complex_complaint").pk}
    assert desk.client.post(f"{desk.path}/cases", body).json()["code"] == "procedures.runs_already"
    Definition.objects.filter(key="refund").update(active=False)
    retired = desk.client.post(f"{desk.path}/cases", {"procedure_id": shipped("refund").pk})
    assert retired.json()["code"] == "procedures.out_of_use"
    Ticket.objects.update(status="closed")
    body = {"procedure_id": shipped("vip_task_force").pk}
    assert desk.client.post(f"{desk.path}/cases", body).json()["code"] == "procedures.ticket_is_done"
    assert Case.objects.count() == 1


def test_each_stay_has_a_clock_of_its_own_by_severity(desk: Desk) -> None:
    desk.start("complex_complaint")
    first = Clock.objects.get(ticket=desk.ticket, track="procedure")
    assert (first.target_minutes, first.state) == (1440, "running")
    desk.tick_all()
    desk.go("accepted", **RECEIVED)
    first.refresh_from_db()
    second = Clock.objects.filter(track="procedure").latest("pk")
    assert (first.state, second.target_minutes, second.state) == ("fulfilled", 240, "running")
    visit = Visit.objects.latest("pk")
    assert visit.due_at == second.due_at
    note_overdue(clock_key=second.key, now=timezone.now() + timedelta(hours=5))
    note_overdue(clock_key=second.key, now=timezone.now() + timedelta(hours=6))
    let_events_happen()
    assert Event.objects.filter(type="procedures.task_overdue").count() == 1


def test_a_step_goes_up_the_path_with_a_note_and_later_steps_stay_there(
    desk: Desk, colleague: Staff, owner: Staff
) -> None:
    skilled("技术支持", colleague)
    desk.start("complex_complaint")
    desk.tick_all()
    desk.go("accepted", **RECEIVED)
    path = f"/api/v1/tasks/{desk.task_id()}/hand-overs"
    assert desk.client.post(path, {"up": True, "note": " "}).status_code == 422
    assert desk.client.post(path, {"up": True, "note": "已重启两次，需要看日志"}).status_code == 204
    refused = desk.settle("deeper")
    assert (refused.status_code, refused.json()["code"]) == (403, "procedures.not_your_task")
    assert "技术支持" in refused.json()["detail"]
    theirs = Desk(colleague, desk.ticket)
    mine = theirs.client.get("/api/v1/tasks").json()["items"]
    assert [one["title"]["en"] for one in mine] == ["First diagnosis"]
    theirs.client.put(f"/api/v1/tasks/{mine[0]['id']}/holder")
    theirs.go("known", model="K-7", symptom="dead", tried="看了日志")
    assert theirs.case()["level"] == 1
    assert theirs.client.get("/api/v1/tasks").json()["items"][0]["title"]["en"] == "Solution"
    told = HandOver.objects.get()
    assert (told.level, told.note, told.by) == (1, "已重启两次，需要看日志", owner)


def test_the_top_of_the_path_is_the_end_of_it(desk: Desk, owner: Staff) -> None:
    for name in ("技术支持", "研发"):
        skilled(name, owner)
    desk.start("complex_complaint")
    for _ in range(2):
        desk.client.post(f"/api/v1/tasks/{desk.task_id()}/hand-overs", {"up": True, "note": "再上"})
    full = desk.client.get(f"/api/v1/tasks/{desk.task_id()}").json()
    assert full["may_go_up"] is False
    top = desk.client.post(f"/api/v1/tasks/{desk.task_id()}/hand-overs", {"up": True, "note": "再上"})
    assert top.json()["code"] == "procedures.top_of_the_path"
    assert Case.objects.get().level == 2


def test_a_sub_procedure_runs_inside_and_its_values_come_along(desk: Desk, owner: Staff) -> None:
    skilled("技术支持", owner)
    desk.start("complex_complaint")
    desk.tick_all()
    desk.go("accepted", **RECEIVED)
    desk.go("deeper", model="K-7", symptom="dead", tried="换电源")
    desk.go("repair", deep_way="repair", findings="要拆机")
    assert desk.case("Complex")["waits_for"]["kind"] == "procedure"
    inner = desk.task_id("Repair")
    desk.settle("opened", {"repair_no": "R-9", "repair_place": "sent_in"}, task=inner)
    desk.settle("repaired", {"repair_report": "换主板"}, task=desk.task_id("Repair"))
    assert desk.now("Complex") == "solution"
    assert Case.objects.get(definition__key="complex_complaint").values["repair_no"] == "R-9"
    assert desk.case("Repair")["state"] == "ended"


def test_breaking_off_takes_what_runs_inside_along(desk: Desk, owner: Staff) -> None:
    skilled("技术支持", owner)
    desk.start("complex_complaint")
    desk.tick_all()
    desk.go("accepted", **RECEIVED)
    desk.go("deeper", model="K-7", symptom="dead", tried="换电源")
    desk.go("repair", deep_way="repair", findings="要拆机")
    desk.client.delete(f"/api/v1/cases/{desk.case('Complex')['id']}")
    assert set(Case.objects.values_list("state", flat=True)) == {"cancelled"}
    assert Task.objects.open().count() == 0
    assert not Clock.objects.filter(track="procedure", state="running").exists()


def test_breaking_off_what_runs_inside_leaves_it_to_a_person_how_to_go_on(desk: Desk, owner: Staff) -> None:
    skilled("技术支持", owner)
    desk.start("complex_complaint")
    desk.tick_all()
    desk.go("accepted", **RECEIVED)
    desk.go("deeper", model="K-7", symptom="dead", tried="换电源")
    desk.go("repair", deep_way="repair", findings="要拆机")
    assert desk.client.delete(f"/api/v1/cases/{desk.case('Repair')['id']}").status_code == 200
    waiting = desk.case("Complex")
    assert (waiting["state"], waiting["waits_for"]) == ("running", None)
    assert desk.settle("done", task=desk.task_id("Complex")).status_code == 200
    assert desk.now("Complex") == "solution"


def test_an_owner_that_was_taken_away_leaves_the_step_to_whoever_has_the_ticket(
    desk: Desk, administrator: Staff
) -> None:
    desk.start("complex_complaint")
    desk.tick_all()
    desk.go("accepted", **RECEIVED)
    support = Skill.objects.get(name_zh="技术支持")
    remove_skill(skill_id=support.pk, by=administrator, now=timezone.now())
    desk.go("deeper", model="K-7", symptom="dead", tried="换电源")
    connection.check_constraints()
    assert Task.objects.get(visit__left_at=None, kind="step").skill is None


def content(*steps: dict[str, Any]) -> dict[str, Any]:
    end = {"key": "end", "kind": "end", "zh": "完", "en": "End"}
    return {"start": steps[0]["key"], "steps": [*steps, end]}


def work(key: str, *outcomes: tuple[str, str], **more: Any) -> dict[str, Any]:
    told = [{"key": one, "zh": one, "en": one, "to": to} for one, to in outcomes]
    return {"key": key, "zh": key, "en": key, "outcomes": told, **more}


def _is(field: str, *values: Any) -> dict[str, Any]:
    return {"field": field, "is": "any_of", "value": list(values)}


def publish(
    definition: Definition | None, told: dict[str, Any], by: Staff, *starts: dict[str, Any]
) -> Definition:
    form = ProcedureForm(key="own", name_zh="自有", name_en="Own", starts={"all": list(starts)}, content=told)
    return publish_procedure(
        definition_id=definition.pk if definition else None, form=form, by=by, now=timezone.now()
    )


def test_a_running_case_stays_on_its_version_and_can_be_moved_where_its_step_is_still_there(
    desk: Desk, administrator: Staff
) -> None:
    made = publish(None, content(work("one", ("on", "two")), work("two", ("on", "end"))), administrator)
    desk.client.post(f"{desk.path}/cases", {"procedure_id": made.pk})
    publish(
        made,
        content(work("one", ("on", "three")), work("three", ("back", "one"), ("on", "end"))),
        administrator,
    )
    assert (desk.case()["version"], desk.case()["latest"]) == (1, 2)
    desk.go("on")
    assert desk.now() == "two"
    moved = desk.client.put(f"/api/v1/cases/{desk.case()['id']}/version", {"number": 2})
    assert (moved.status_code, moved.json()["code"]) == (409, "procedures.step_is_gone")
    desk.go("on")
    assert desk.case()["state"] == "ended"
    desk.client.post(f"{desk.path}/cases", {"procedure_id": made.pk})
    publish(made, content(work("one", ("on", "end"))), administrator)
    assert desk.client.put(f"/api/v1/cases/{desk.case()['id']}/version", {"number": 3}).status_code == 200
    desk.go("on")
    assert (desk.case()["version"], desk.case()["state"]) == (3, "ended")


def test_the_same_content_again_makes_no_new_version(administrator: Staff) -> None:
    told = content(work("one", ("on", "end")))
    made = publish(None, told, administrator)
    assert publish(made, told, administrator).latest == 1
    assert made.versions.count() == 1


def test_a_procedure_begins_by_itself_on_tickets_of_its_category_and_what_is_beneath(
    desk: Desk, administrator: Staff
) -> None:
    above = Category.objects.create(name="投诉")
    below = Category.objects.create(name="质量", parent=above)
    publish(None, content(work("one", ("on", "end"))), administrator, _is("category", above.pk))
    let_events_happen()
    assert Case.objects.count() == 0
    desk.client.patch(desk.path, {"category_id": below.pk})
    let_events_happen()
    case = Case.objects.get()
    assert (case.definition.key, case.started_by) == ("own", None)
    desk.go("on")
    assert start_where_it_fits(changed={desk.ticket.pk: timezone.now()}) == []  # once is enough


def test_only_who_may_design_publishes_and_a_bad_one_is_refused_with_its_places(
    owner: Staff, administrator: Staff
) -> None:
    body = {
        "key": "own",
        "name_zh": "自有",
        "name_en": "Own",
        "content": content(work("one", ("on", "gone"))),
    }
    assert client_for(owner).post("/api/v1/procedures", body).status_code == 403
    refused = client_for(administrator).post("/api/v1/procedures", body)
    assert refused.json()["code"] == "procedures.unfit"
    assert next(one["place"] for one in refused.json()["params"]["problems"]) == "steps.0.outcomes.0.to"
    assert not Definition.objects.filter(key="own").exists()
    told = client_for(administrator).post("/api/v1/procedures/check", {"content": body["content"]}).json()
    assert next(one["place"] for one in told) == "steps.0.outcomes.0.to"


def test_who_does_not_see_the_ticket_sees_nothing_of_its_procedures(desk: Desk, stranger: Staff) -> None:
    desk.start("complex_complaint")
    other = client_for(make_staff(groups=["Other"]))
    for client in (other, client_for(stranger)):
        assert client.get(f"{desk.path}/cases").status_code in (403, 404)
        assert client.get(f"/api/v1/tasks/{desk.task_id()}").status_code in (403, 404)
        assert client.get(f"{desk.path}/record").status_code in (403, 404)
