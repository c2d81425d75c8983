"""Rules that set a region, keep a checklist, and write in words that are judged."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.automation.models import Run
from zhiyin.automation.tests.scene import happen, outcomes, rule, told
from zhiyin.channels.models import Channel, Delivery
from zhiyin.customers.models import Customer
from zhiyin.people.models import Staff
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.commands.checking import Step, add_steps, save_template
from zhiyin.tickets.commands.wording import BannedInPrepared
from zhiyin.tickets.declared_actions import ActionGone, BadAction
from zhiyin.tickets.models import ChecklistItem, WordingNote, WordingRule

pytestmark = pytest.mark.django_db


def words(*banned: str, **more: object) -> WordingRule:
    values = {
        "kind": "promise",
        "name_zh": "承诺",
        "name_en": "Promise",
        "better_zh": "说清时间",
        "action": "block",
    }
    return WordingRule.objects.create(words=list(banned), at=timezone.now(), **values | more)


def steps() -> list[tuple[str, bool]]:
    return [(one.text, one.done_at is not None) for one in ChecklistItem.objects.order_by("place")]


def test_a_rule_sets_the_region(administrator: Staff) -> None:
    rule("R", by=administrator, actions={"region": " 中国大陆/广东 "})
    ticket = happen(make_ticket())
    assert (ticket.own_region, ticket.region) == ("中国大陆/广东", "中国大陆/广东")
    assert outcomes(ticket) == [("R", "done")]
    with pytest.raises(BadAction):
        rule("S", by=administrator, actions={"region": "x" * 101})


def test_a_macro_may_set_it_too_and_a_trial_shows_it(administrator: Staff) -> None:
    make_ticket()
    answer = client_for(administrator).post(
        "/api/v1/automation/trials",
        {
            "name": "R",
            "occasion": {"on": "created"},
            "conditions": {"all": []},
            "actions": {"region": "德国"},
        },
    )
    assert answer.status_code == 200, answer.content
    made = {"name": "M", "kind": "macro", "visibility": "me", "text": "", "actions": {"region": "德国"}}
    assert client_for(administrator).post("/api/v1/macros", made).json()["actions"] == {"region": "德国"}


def test_a_rule_puts_a_checklist_on_once_and_ticks_steps(administrator: Staff) -> None:
    template = save_template(
        template_id=None, name="退款", steps=["核对订单", "打款"], active=True, by=administrator
    )
    rule("R", by=administrator, on="customer_wrote", actions={
        "checklist": {"template_id": template.pk, "steps": ["回电", "核对订单"]},
    })  # fmt: skip
    ticket = happen(make_ticket(own_keys=["mid:<first@x>"]))
    assert steps() == [("核对订单", False), ("打款", False), ("回电", False)]
    assert ticket.progress is not None
    assert ticket.progress.total == 3
    arrive(thread_keys=["mid:<first@x>"], text="还没到")
    happen(ticket)
    assert len(steps()) == 3
    assert {one.created_by_id for one in ChecklistItem.objects.all()} == {None}
    rule("T", by=administrator, on="customer_wrote", actions={"steps_done": ["打款", " 回电", "没有这一步"]})
    arrive(thread_keys=["mid:<first@x>"], text="收到了")
    happen(ticket)
    assert steps() == [("核对订单", False), ("打款", True), ("回电", True)]
    assert {one["by_id"] for one in told("tickets.checklist_item_done")} == {None}
    assert Run.objects.filter(outcome="failed").count() == 0
    listed = client_for(administrator).get(f"/api/v1/tickets/{ticket.pk}/steps").json()
    assert [(one["text"], one["done_by"]) for one in listed if one["done_at"]] == [
        ("打款", None),
        ("回电", None),
    ]


def test_steps_that_are_ticked_already_keep_who_ticked_them(administrator: Staff) -> None:
    rule("T", by=administrator, on="note_written", actions={"steps_done": ["打款"]})
    ticket = make_ticket()
    [item] = add_steps(ticket_id=ticket.pk, steps=[Step(text="打款")], by=administrator, now=timezone.now())
    client = client_for(administrator)
    client.patch(f"/api/v1/tickets/{ticket.pk}/steps/{item.pk}", {"done": True})
    client.post(f"/api/v1/tickets/{ticket.pk}/notes", {"text": "好了", "idempotency_key": "note-key-1"})
    happen(ticket)
    item.refresh_from_db()
    assert item.done_by == administrator


@pytest.mark.parametrize(
    "actions",
    [
        {"checklist": {"steps": []}},
        {"checklist": {"steps": "核对"}},
        {"checklist": {"steps": ["x" * 501]}},
        {"checklist": {"what": 1}},
        {"steps_done": [1]},
        {"steps_done": ["x"] * 51},
    ],
)
def test_checklists_that_make_no_sense_are_refused(administrator: Staff, actions: dict[str, object]) -> None:
    with pytest.raises(BadAction):
        rule("R", by=administrator, actions=actions)


def test_a_checklist_template_that_is_gone_is_refused(administrator: Staff) -> None:
    with pytest.raises(ActionGone):
        rule("R", by=administrator, actions={"checklist": {"template_id": 4711, "steps": []}})


def test_banned_words_are_refused_when_the_rule_is_written(administrator: Staff) -> None:
    words("一定赔")
    with pytest.raises(BannedInPrepared) as refusal:
        rule("R", by=administrator, actions={"message": "我们一定赔"})
    assert refusal.value.told("zh").endswith("说清时间")
    assert refusal.value.params["remarks"][0]["text"] == "一定赔"
    client = client_for(administrator)
    body = {
        "name": "R",
        "occasion": {"on": "created"},
        "conditions": {"all": []},
        "actions": {"message": "一定赔"},
    }
    answer = client.post("/api/v1/automation/rules", body)
    assert (answer.status_code, answer.json()["code"]) == (422, "tickets.banned_in_prepared")


def test_what_is_banned_where_the_case_is_does_not_leave_and_says_why(administrator: Staff) -> None:
    words("一定赔", regions=["广东"])
    rule("R", by=administrator, actions={"message": "我们一定赔"})
    elsewhere = happen(make_ticket(sender="a@example.com"))
    assert outcomes(elsewhere) == [("R", "done")]
    assert not WordingNote.objects.exists()
    Channel.objects.update(default_region="中国大陆/广东")
    ticket = happen(make_ticket(sender="b@example.com"))
    assert Delivery.objects.count() == 1
    assert outcomes(ticket) == [("R", "failed")]
    assert "一定赔" in Run.objects.get(ticket=ticket).problems["message"]["zh"]
    note = WordingNote.objects.get()
    assert (note.outcome, note.word, note.region, note.by, note.ticket_id) == (
        "refused",
        "一定赔",
        "中国大陆/广东",
        None,
        ticket.pk,
    )


def test_what_a_rule_of_words_warns_of_leaves_and_is_noted(administrator: Staff) -> None:
    words("尽快", action="warn")
    rule("R", by=administrator, actions={"message": "我们尽快回复"})
    ticket = happen(make_ticket())
    assert outcomes(ticket) == [("R", "done")]
    note = WordingNote.objects.get()
    assert (note.outcome, note.by, note.message and note.message.ticket_id) == ("sent", None, ticket.pk)
    assert told("tickets.risky_words_sent")[0]["by_id"] is None


def test_a_ban_that_came_later_holds_for_rules_there_are(administrator: Staff) -> None:
    rule("R", by=administrator, actions={"message": "我们一定赔", "priority": 4})
    words("一定赔")
    ticket = happen(make_ticket())
    assert (ticket.priority, Delivery.objects.count()) == (4, 0)
    assert list(Run.objects.get().problems) == ["message"]
    assert WordingNote.objects.get().outcome == "refused"


def test_the_customers_region_goes_before_the_channels(administrator: Staff) -> None:
    ticket = make_ticket()
    Channel.objects.update(default_region="日本")
    client = client_for(administrator)
    address = f"/api/v1/tickets/{ticket.pk}"
    assert client.get(address).json()["ticket"]["region"] == "日本"
    Customer.objects.update(region="德国")
    assert client.get(address).json()["ticket"]["region"] == "德国"
    assert client.patch(address, {"region": "法国"}).json()["region"] == "法国"
