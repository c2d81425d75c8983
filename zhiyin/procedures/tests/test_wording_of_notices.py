"""What many customers are told at once is judged like an answer: when it is written, and where it leaves."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.channels.models import Delivery
from zhiyin.customers.models import Customer
from zhiyin.people.models import Group, Staff
from zhiyin.procedures.commands.policies import change_survey_policy
from zhiyin.procedures.models import ChildNotice, Incident, SurveyPolicy
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.linking import link_tickets
from zhiyin.tickets.commands.wording import BannedInPrepared
from zhiyin.tickets.models import Ticket, WordingNote, WordingRule

pytestmark = pytest.mark.django_db


def words(*banned: str, **more: object) -> WordingRule:
    values = {"kind": "promise", "name_zh": "承诺", "name_en": "Promise", "action": "block"}
    return WordingRule.objects.create(words=list(banned), at=timezone.now(), **values | more)


@pytest.fixture
def parent(owner: Staff, support: Group) -> Ticket:
    return give_to(make_ticket(group=support, sender="parent@example.com"), owner.pk)


def child_of(parent: Ticket, sender: str, owner: Staff) -> Ticket:
    assert parent.group is not None
    child = give_to(make_ticket(group=parent.group, sender=sender), owner.pk)
    link_tickets(ticket_id=child.pk, other_id=parent.pk, relation="parent", by=owner, now=timezone.now())
    return child


def test_banned_words_are_refused_before_anybody_is_told(parent: Ticket, owner: Staff) -> None:
    child_of(parent, "a@example.com", owner)
    words("全额退款")
    refused = client_for(owner).post(f"/api/v1/tickets/{parent.pk}/child-notices", {"text": "我们会全额退款"})
    assert (refused.status_code, refused.json()["code"]) == (422, "tickets.banned_in_prepared")
    assert (ChildNotice.objects.count(), Delivery.objects.count()) == (0, 0)


def test_who_lives_where_it_is_banned_is_not_told_and_is_listed(parent: Ticket, owner: Staff) -> None:
    here, there = (child_of(parent, f"{name}@example.com", owner) for name in ("here", "there"))
    Customer.objects.filter(pk=here.customer_id).update(region="德国")
    words("全额退款", regions=["德国"])
    told = client_for(owner).post(f"/api/v1/tickets/{parent.pk}/child-notices", {"text": "我们会全额退款"})
    assert told.status_code == 201
    notice = ChildNotice.objects.get()
    assert (notice.told, notice.unreached) == (1, [here.pk])
    assert Delivery.objects.get().recipient == "there@example.com"
    note = WordingNote.objects.get()
    assert (note.outcome, note.ticket_id, note.by, note.region) == ("refused", here.pk, owner, "德国")
    assert there.pk != here.pk


def test_the_words_of_an_incident_are_judged(administrator: Staff) -> None:
    words("不会再发生")
    incident = Incident.objects.create(name="断网", opened_by=administrator, opened_at=timezone.now())
    client = client_for(administrator)
    answer = client.post(f"/api/v1/incidents/{incident.pk}/resolution", {"message": "修好了，不会再发生"})
    assert (answer.status_code, answer.json()["code"]) == (422, "tickets.banned_in_prepared")
    incident.refresh_from_db()
    assert incident.resolved_at is None


def test_the_words_of_a_survey_are_judged(administrator: Staff) -> None:
    words("五星")
    values = {
        "variant": "stars",
        "after_minutes": 1,
        "open_days": 7,
        "late_days": 1,
        "text_zh": "请给五星 {link}",
        "text_en": "",
    }
    with pytest.raises(BannedInPrepared):
        change_survey_policy(values=values, by=administrator, now=timezone.now())
    assert not SurveyPolicy.objects.exists()


def test_a_text_is_looked_at_before_it_is_saved(owner: Staff) -> None:
    words("全额退款", regions=["德国"])
    words("一定")
    client = client_for(owner)
    told = client.post("/api/v1/wording-checks", {"text": "一定全额退款"}).json()
    assert told["action"] == "block"
    assert [(one["text"], one["action"], one["regions"]) for one in told["remarks"]] == [
        ("一定", "block", []),
        ("全额退款", "warn", ["德国"]),
    ]
    assert client.post("/api/v1/wording-checks", {"text": "今天回复"}).json() == {
        "region": "",
        "action": "",
        "remarks": [],
    }


def test_macros_and_bulk_answers_are_refused_for_banned_words(parent: Ticket, owner: Staff) -> None:
    words("全额退款")
    client = client_for(owner)
    made = client.post(
        "/api/v1/macros",
        {"name": "M", "kind": "macro", "visibility": "me", "text": "全额退款", "actions": {}},
    )
    assert (made.status_code, made.json()["code"]) == (422, "tickets.banned_in_prepared")
    bulk = client.post(
        "/api/v1/bulk-changes",
        {"ticket_ids": [parent.pk], "text": "全额退款", "idempotency_key": "bulk-banned-1"},
    )
    assert (bulk.status_code, bulk.json()["code"]) == (422, "tickets.banned_in_prepared")
    assert not Delivery.objects.exists()
