from __future__ import annotations

from typing import Any

import pytest

from zhiyin.people.models import Group, Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.http.errors import Invalid
from zhiyin.sla.commands.policies import (
    PolicyInUse,
    add_policy,
    arrange_policies,
    publish_version,
    remove_policy,
    switch_policy,
)
from zhiyin.sla.models import Clock, Coverage, Policy, PolicyVersion
from zhiyin.sla.shipped import packs
from zhiyin.sla.tests.scene import after, clock_of, form, metric, pass_time, policy
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.fields.trees import BadCondition, PersonalCondition

pytestmark = pytest.mark.django_db


def act(**values: Any) -> dict[str, Any]:
    return {"at": 90, "do": [values]}


def test_each_publication_is_a_version_and_in_the_audit_trail(administrator: Staff) -> None:
    made = policy(metric(target=60), by=administrator)
    publish_version(policy_id=made.pk, form=form(metric(target=30)), by=administrator, now=after(0))
    versions = list(made.versions.order_by("number").values_list("number", "metrics__0__targets__2"))
    assert versions == [(1, 60), (2, 30)]
    made.refresh_from_db()
    assert made.version == PolicyVersion.objects.get(number=2)
    entries = AuditEntry.objects.filter(action="sla.policy_published").order_by("pk")
    assert [entry.details["version"] for entry in entries] == [1, 2]


@pytest.mark.parametrize(
    ("metrics", "place", "what"),
    [
        ([], "metrics", "required"),
        ([metric(), metric()], "metrics.1.metric", "twice"),
        ([metric(targets={})], "metrics.0.targets", "required"),
        ([metric("group_ownership", groups=[10**6])], "metrics.0.groups", "unknown"),
        ([metric(levels=[act(act="notify")])], "metrics.0.levels.0.do.0", "required"),
        ([metric(levels=[act(act="assign")])], "metrics.0.levels.0.do.0", "required"),
        ([metric(levels=[act(act="open_task", title=" ")])], "metrics.0.levels.0.do.0", "required"),
        ([metric(levels=[act(act="assign", staff_id=10**6)])], "metrics.0.levels.0.do.0", "unknown"),
        ([metric(levels=[act(act="tell_lead")] * 2)], "metrics.0.levels", "twice"),
    ],
)
def test_what_could_not_work_is_refused_with_its_place(
    administrator: Staff, metrics: list[Any], place: str, what: str
) -> None:
    with pytest.raises(Invalid) as refused:
        add_policy(form=form(*metrics), by=administrator, now=after(0))
    assert refused.value.params["fields"] == {place: what}
    assert not Policy.objects.exists()


def test_a_policy_has_a_name_and_a_calendar_that_is_there(administrator: Staff) -> None:
    with pytest.raises(Invalid) as refused:
        add_policy(form=form(metric(), name_en=" ", calendar_id=9), by=administrator, now=after(0))
    assert refused.value.params["fields"] == {"name_zh": "required", "calendar_id": "unknown"}


@pytest.mark.parametrize(
    ("condition", "refusal"),
    [
        ({"field": "assignee", "is": "any_of", "value": ["me"]}, PersonalCondition),
        ({"field": "mentioned", "is": "yes"}, PersonalCondition),
        ({"field": "nonsense", "is": "yes"}, BadCondition),
    ],
)
def test_conditions_mean_the_same_to_everybody(
    administrator: Staff, condition: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        policy(metric(), by=administrator, conditions={"all": [condition]})
    assert not Policy.objects.exists()


def test_a_policy_that_timed_tickets_stays(administrator: Staff, support: Group) -> None:
    made = policy(by=administrator)
    make_ticket(group=support, at=after(0))
    pass_time(after(0))
    with pytest.raises(PolicyInUse):
        remove_policy(policy_id=made.pk, by=administrator, now=after(1))
    assert Policy.objects.get().version is not None


def test_a_policy_nobody_was_under_goes(administrator: Staff) -> None:
    made = policy(by=administrator)
    remove_policy(policy_id=made.pk, by=administrator, now=after(1))
    assert not Policy.objects.exists()
    assert not PolicyVersion.objects.exists()


def test_open_tickets_leave_a_policy_that_is_switched_off(administrator: Staff, support: Group) -> None:
    made = policy(by=administrator)
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(0))
    switch_policy(policy_id=made.pk, active=False, by=administrator, now=after(5))
    pass_time(after(5))
    assert (clock_of(ticket).state, Coverage.objects.count()) == ("cancelled", 0)
    ticket.refresh_from_db()
    assert ticket.deadline_at is None


def test_open_tickets_come_under_a_new_policy_where_that_is_wanted(
    administrator: Staff, support: Group
) -> None:
    first, second = make_ticket(group=support, at=after(-30)), make_ticket(at=after(-20), sender="li@x.cn")
    policy(by=administrator, includes_open=True)
    pass_time(after(0))
    assert [clock_of(ticket).due_at for ticket in (first, second)] == [after(30), after(40)]


def test_the_order_of_policies_decides(administrator: Staff, support: Group) -> None:
    slow, quick = policy(metric(target=60), by=administrator), policy(metric(target=5), by=administrator)
    arrange_policies(policy_ids=[quick.pk, slow.pk], by=administrator, now=after(0))
    ticket = make_ticket(group=support, at=after(0))
    pass_time(after(0))
    assert clock_of(ticket).due_at == after(5)


def test_everything_that_ships_can_be_published(administrator: Staff, support: Group) -> None:
    for pack in packs():
        made = form(*pack.metrics, name_zh=pack.name_zh, conditions=pack.conditions, track=pack.track)
        add_policy(form=made, by=administrator, now=after(0))
    assert [pack.key for pack in packs()] == ["customer", "12345", "12315", "internal"]
    ticket = make_ticket(group=support, at=after(1))
    type(ticket).objects.filter(pk=ticket.pk).update(tags=["12345"])
    pass_time(after(1))
    due = dict(Clock.objects.filter(ticket=ticket, track="regulator").values_list("metric", "due_at"))
    assert due == {"first_reply": after(1441), "total_resolution": after(1 + 10080)}
