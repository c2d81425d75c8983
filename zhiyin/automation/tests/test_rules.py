from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from zhiyin.automation.commands.considering import consider
from zhiyin.automation.commands.rules import (
    PersonalCondition,
    RuleDoesNothing,
    arrange_rules,
    publish_rule,
    remove_rule,
    switch_rule,
)
from zhiyin.automation.commands.transferring import NotRules, export_rules, import_rules
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Rule, RuleVersion, Run
from zhiyin.automation.reactions import let_rules_have_their_turn
from zhiyin.automation.tests.scene import (
    after,
    condition,
    edit,
    form,
    happen,
    outcomes,
    rule,
    told,
)
from zhiyin.channels.models import Delivery
from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.http.errors import Invalid
from zhiyin.procedures.models import Task
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.declared_actions import ActionGone, BadAction
from zhiyin.tickets.events import CustomerWrote
from zhiyin.tickets.fields.trees import BadCondition
from zhiyin.tickets.models import Follower, Message, Ticket

pytestmark = pytest.mark.django_db


def test_a_rule_acts_when_its_conditions_hold_and_the_timeline_says_which(administrator: Staff) -> None:
    made = rule("VIP", by=administrator, conditions=condition("subject", "contains", "退款"),
                actions={"priority": 3, "tags_add": ["refund"]})  # fmt: skip
    ticket = happen(make_ticket())
    other = happen(make_ticket(subject="发票", sender="li@example.com"))
    assert (ticket.priority, ticket.tags) == (3, ["refund"])
    assert (other.priority, other.tags) == (2, [])
    assert told("automation.rule_acted") == [
        {
            "ticket_id": ticket.pk,
            "rule_id": made.pk,
            "version": 1,
            "name": "VIP",
            "actions": ["priority", "tags_add"],
            "because": f"rules:{made.pk}",
        }
    ]
    edited = told("tickets.edited")[0]
    assert edited["by_id"] is None
    assert edited["because"] == f"rules:{made.pk}"
    assert outcomes(ticket) == [("VIP", "done")]
    assert outcomes(other) == []


def test_rules_go_in_their_order_and_each_sees_what_those_before_did(administrator: Staff) -> None:
    urgent = rule("urgent", by=administrator, actions={"priority": 4})
    seen = rule("seen", by=administrator, conditions=condition("priority", "any_of", [4]))
    ticket = happen(make_ticket())
    assert outcomes(ticket) == [("urgent", "done"), ("seen", "done")]
    arrange_rules(rule_ids=[seen.pk, urgent.pk], by=administrator, now=after(1))
    other = happen(make_ticket(sender="li@example.com"))
    assert outcomes(other) == [("urgent", "done")]


def test_a_last_rule_gives_no_turn_to_those_behind_it(administrator: Staff) -> None:
    rule("last", by=administrator, is_last=True, conditions=condition("subject", "contains", "退款"))
    rule("behind", by=administrator)
    assert happen(make_ticket()).tags == ["last"]
    assert happen(make_ticket(subject="发票", sender="li@example.com")).tags == ["behind"]


@pytest.mark.parametrize(
    ("occasion", "fits"),
    [
        ({"on": "priority_changed", "was": [2], "now": [4]}, True),
        ({"on": "priority_changed", "was": [3]}, False),
        ({"on": "priority_changed", "now": [3]}, False),
        ({"on": "priority_changed"}, True),
        ({"on": "tags_changed"}, False),
        ({"on": "type_changed"}, False),
    ],
)
def test_values_before_and_after_are_told_apart(
    administrator: Staff, occasion: dict[str, Any], fits: bool
) -> None:
    rule("R", by=administrator, on=occasion)
    ticket = edit(happen(make_ticket()), administrator, priority=4)
    assert outcomes(ticket) == ([("R", "done")] if fits else [])


def test_of_tags_those_added_and_those_taken_away_count(administrator: Staff) -> None:
    rule("R", by=administrator, on={"on": "tags_changed", "now": ["vip"]}, actions={"priority": 4})
    ticket = edit(happen(make_ticket()), administrator, tags=["vip"])
    assert ticket.priority == 4
    Ticket.objects.filter(pk=ticket.pk).update(priority=2)
    assert edit(ticket, administrator, tags=["vip", "more"]).priority == 2  # vip was there already


def test_status_changes_by_whoever_made_them(administrator: Staff) -> None:
    rule("R", by=administrator, on={"on": "status_changed", "now": ["solved"]})
    ticket = happen(make_ticket())
    change_status(ticket_id=ticket.pk, status="solved", by=administrator, now=after(5))
    assert happen(ticket).tags == ["R"]


def test_machines_that_answer_are_no_customers_who_write(administrator: Staff) -> None:
    rule("R", by=administrator, on="customer_wrote", actions={"message": "收到"})
    ticket = happen(make_ticket(automatic="auto_reply"))
    assert (outcomes(ticket), Delivery.objects.count()) == ([], 0)


def test_a_message_leaves_by_the_guards_of_all_that_nobody_writes(administrator: Staff) -> None:
    rule("R", by=administrator, actions={"message": "{{customer.name}}，我们收到了 {{ticket.number}}"})
    ticket = happen(make_ticket())
    assert Delivery.objects.get().text == f"王芳，我们收到了 {ticket.number}"
    robot = happen(make_ticket(sender="bot@example.com", automatic="auto_reply"))
    assert outcomes(robot) == [("R", "failed")]
    assert (
        Run.objects.get(ticket=robot).problems["message"]["en"].startswith("The customer was not written to")
    )
    assert Delivery.objects.count() == 1


def test_each_action_stands_alone(administrator: Staff, colleague: Staff) -> None:
    rule("R", by=administrator, actions={"assignee": colleague.pk, "priority": 4})
    Staff.objects.filter(pk=colleague.pk).update(is_active=False)
    ticket = happen(make_ticket())
    assert (ticket.priority, ticket.assignee_id) == (4, None)
    run = Run.objects.get()
    assert (run.outcome, run.did, list(run.problems)) == ("failed", {"priority": 4}, ["assignee"])


def test_everything_a_rule_can_do(administrator: Staff, colleague: Staff, support: Group) -> None:
    rule("R", by=administrator, actions={
        "status": "pending", "raise_priority": True, "group_id": support.pk, "assignee": colleague.pk,
        "follow": [administrator.pk], "note": "看 {{ticket.number}}", "snooze": {"amount": 2, "unit": "hours"},
        "notify": {"whom": "", "staff_ids": [administrator.pk]}, "task": {"title": "回电", "staff_id": colleague.pk},
        "web_hook": 7,
    })  # fmt: skip
    ticket = happen(make_ticket())
    assert Run.objects.get().problems == {}
    assert (ticket.priority, ticket.status, ticket.group_id, ticket.assignee_id) == (
        3,
        "pending",
        support.pk,
        colleague.pk,
    )
    assert Follower.objects.get().staff_id == administrator.pk
    note = Message.objects.get(ticket=ticket, kind="note")
    assert (note.text, note.staff_id) == (f"看 {ticket.number}", None)
    assert Task.objects.get().title_zh == "回电"
    assert told("automation.notice_wanted")[0]["staff_ids"] == [administrator.pk]
    assert told("automation.web_hook_wanted")[0]["webhook_id"] == 7
    assert told("tickets.snoozed")[0]["by_id"] is None


def test_what_is_so_already_is_noted_and_not_done_again(administrator: Staff) -> None:
    rule("R", by=administrator, on="customer_wrote", actions={"tags_add": ["x"], "priority": 3})
    ticket = happen(make_ticket(own_keys=["mid:<first@x>"]))
    arrive(thread_keys=["mid:<first@x>"], text="还没到")
    ticket = happen(ticket)
    assert outcomes(ticket) == [("R", "done"), ("R", "unchanged")]
    assert len(told("automation.rule_acted")) == 1


def test_off_means_off_and_a_new_version_holds_at_once(administrator: Staff) -> None:
    made = rule("R", by=administrator, active=False)
    assert happen(make_ticket()).tags == []
    switch_rule(rule_id=made.pk, active=True, by=administrator, now=after(0))
    assert happen(make_ticket(sender="a@example.com")).tags == ["R"]
    publish_rule(
        rule_id=made.pk, form=form("R", actions={"tags_add": ["two"]}), by=administrator, now=after(1)
    )
    assert happen(make_ticket(sender="b@example.com")).tags == ["two"]
    assert list(RuleVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    remove_rule(rule_id=made.pk, by=administrator, now=after(2))
    assert happen(make_ticket(sender="c@example.com")).tags == []
    actions = AuditEntry.objects.filter(action__startswith="automation.").values_list("action", flat=True)
    assert sorted(set(actions)) == [
        "automation.rule_published",
        "automation.rule_removed",
        "automation.rule_switched",
    ]


@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, Invalid),
        ({"name": "x" * 101}, Invalid),
        ({"actions": {}}, RuleDoesNothing),
        ({"actions": {"nonsense": 1}}, BadAction),
        ({"actions": {"priority": 9}}, BadAction),
        ({"actions": {"status": "new"}}, BadAction),
        ({"actions": {"assignee": "me"}}, BadAction),
        ({"actions": {"group_id": 10**7}}, ActionGone),
        ({"actions": {"follow": [10**7]}}, ActionGone),
        ({"actions": {"snooze": {"amount": -1, "unit": "days"}}}, BadAction),
        ({"actions": {"note": "\0"}}, BadAction),
        ({"actions": {"task": {"title": ""}}}, BadAction),
        ({"actions": {"notify": {"whom": "everybody"}}}, BadAction),
        ({"conditions": {"all": [{"field": "nonsense", "is": "any_of", "value": [1]}]}}, BadCondition),
        ({"conditions": condition("assignee", "any_of", ["me"])}, PersonalCondition),
        ({"on": {"on": "field_changed", "field": "nonsense"}}, Invalid),
        ({"on": {"on": "time", "since": "waiting", "minutes": 5, "calendar_id": 10**7}}, Invalid),
    ],
)
def test_what_could_not_work_is_refused_and_nothing_kept(
    administrator: Staff, values: dict[str, Any], refusal: type[Exception]
) -> None:
    values = {"name": "R", **values}
    with pytest.raises(refusal):
        rule(by=administrator, **values)
    assert not Rule.objects.exists()


@pytest.mark.parametrize(
    "occasion",
    [
        {"on": "nonsense"},
        {"on": "time", "since": "waiting"},
        {"on": "time", "minutes": 5},
        {"on": "hours", "clock": "25:00", "weekdays": [1]},
        {"on": "hours", "clock": "09:00", "weekdays": []},
        {"on": "created", "now": [1]},
        {"on": "status_changed", "now": ["nonsense"]},
        {"on": "field_changed"},
        {"on": "rated", "now": [6]},
    ],
)
def test_an_occasion_that_never_comes_is_refused(occasion: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Occasion(**occasion)


def test_facts_of_a_batch_cost_the_same_queries_however_many(
    administrator: Staff, django_assert_num_queries: Any
) -> None:
    for number in range(5):
        rule(
            f"R{number}",
            by=administrator,
            on="customer_wrote",
            conditions=condition("priority", "any_of", [4]),
        )
    tickets = [make_ticket(sender=f"{number}@example.com") for number in range(50)]
    facts = [CustomerWrote(ticket_id=one.pk, message_id=1, at=after(1), position=one.pk) for one in tickets]
    consider(facts[:1])
    for batch in (facts[:1], facts[:2], facts):
        with django_assert_num_queries(2):
            let_rules_have_their_turn(batch)
    Rule.objects.update(active=False, active_since=None)
    arrange_rules(rule_ids=[], by=administrator, now=after(2))
    consider(facts)
    with django_assert_num_queries(1):
        let_rules_have_their_turn(facts)


def test_facts_in_a_row_are_considered_together_and_in_their_order(administrator: Staff) -> None:
    rule("一", by=administrator, on="created")
    rule("二", by=administrator, on="customer_wrote", conditions=condition("tags", "has_any", ["一"]))
    tickets = [make_ticket(sender=f"{number}@example.com") for number in range(20)]
    for ticket in tickets:
        assert happen(ticket).tags == ["一", "二"]


def test_rules_go_into_a_file_by_names_and_come_back(administrator: Staff, support: Group) -> None:
    rule(
        "到组",
        by=administrator,
        conditions=condition("group", "none_of", [support.pk]),
        actions={"group_id": support.pk},
    )
    rule("钩子", by=administrator, actions={"web_hook": 3})
    file = export_rules()
    assert file["rules"][0]["actions"] == {"group_id": {"name": "Support"}}
    assert file["rules"][0]["conditions"]["all"][0]["value"] == [{"name": "Support"}]
    for one in Rule.objects.all():
        remove_rule(rule_id=one.pk, by=administrator, now=after(1))
    file["rules"].append(
        {**file["rules"][0], "name": "没有的组", "actions": {"group_id": {"name": "Nowhere"}}}
    )
    done = import_rules(told=file, by=administrator, now=after(2))
    assert (done.added, done.changed) == (["到组"], [])
    assert [(one["name"], one["en"][:20]) for one in done.refused] == [
        ("钩子", "Web-hooks do not com"), ("没有的组", "There is no group ca"),
    ]  # fmt: skip
    back = Rule.objects.get()
    assert (back.active, back.version and back.version.actions) == (False, {"group_id": support.pk})
    assert import_rules(told=file, by=administrator, now=after(3)).changed == ["到组"]
    strange: Any
    for strange in ({"rules": []}, {"format": "zhiyin.automation/1", "rules": 3}, []):
        with pytest.raises(NotRules):
            import_rules(told=strange, by=administrator, now=after(4))


def test_a_rule_whose_assignee_answers_is_told_by_whom(administrator: Staff, owner: Staff) -> None:
    rule("R", by=administrator, on="answered", actions={"note": "谢谢"})
    ticket = happen(make_ticket())
    write_reply(
        ticket_id=ticket.pk, reply=ReplyText(text="好的"), idempotency_key="1", by=administrator, now=after(9)
    )
    assert outcomes(happen(ticket)) == [("R", "done")]
