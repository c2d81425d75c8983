from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone

from zhiyin.channels.models import Delivery
from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.procedures.commands import incidents
from zhiyin.procedures.commands.incidents import (
    IncidentHasNoName,
    IncidentIsOver,
    link_to_incident,
    open_incident,
    resolve_incident,
    unlink_from_incident,
)
from zhiyin.procedures.commands.joining import says_the_same
from zhiyin.procedures.models import Incident, IncidentLink
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive, give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.lifecycle import change_status
from zhiyin.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db
MESSAGE = "退款服务已恢复，您的退款会在今天到账。"


@pytest.fixture
def lead(support: Group) -> Staff:
    return make_staff(email="lead@example.com", name="Lead", roles=["lead"], groups=[support])


@pytest.fixture
def incident(lead: Staff) -> Incident:
    return open_incident(name="退款服务故障", about="", by=lead, now=timezone.now())


def resolve(incident: Incident, by: Staff, *, message: str = MESSAGE) -> None:
    resolve_incident(incident_id=incident.pk, message=message, by=by, now=timezone.now())
    let_events_happen()
    while fire_due_timers(now=timezone.now()):
        let_events_happen()


def answered(ticket: Ticket, by: Staff, status: str) -> Ticket:
    text = ReplyText(text="正在抢修")
    write_reply(ticket_id=ticket.pk, reply=text, idempotency_key="a", by=by, now=timezone.now(), then=status)
    return Ticket.objects.get(pk=ticket.pk)


def link(ticket: Ticket, incident: Incident, by: Staff) -> IncidentLink:
    return link_to_incident(ticket_id=ticket.pk, incident_id=incident.pk, by=by, now=timezone.now())


@pytest.mark.parametrize("status", ["pending", "on_hold", "open"])
def test_linked_tickets_come_back_to_the_front_and_their_customers_are_told(
    support: Group, owner: Staff, lead: Staff, incident: Incident, status: str
) -> None:
    hour = timedelta(hours=1)
    waits = answered(
        give_to(make_ticket(group=support, at=timezone.now() - 9 * hour), owner.pk), owner, status
    )
    later = make_ticket(group=support, sender="li@example.com", at=timezone.now() - hour)
    assert (waits.waiting_since, later.waiting_since is not None) == (None, True)
    link(waits, incident, owner)
    let_events_happen()
    resolve(incident, lead)
    waits.refresh_from_db()
    queue = client_for(owner).get("/api/v1/tickets?view=waiting").json()["items"]
    assert [row["id"] for row in queue] == [waits.pk, later.pk]
    assert (waits.status, waits.assignee, waits.woken_at is not None) == ("open", owner, True)
    said = Message.objects.filter(ticket=waits, kind="outbound").order_by("-pk")[0]
    assert said.delivery is not None
    assert (said.delivery.text, said.delivery.recipient, said.staff) == (MESSAGE, "wang@example.com", None)
    assert IncidentLink.objects.filter(returned_at=None).count() == 0
    assert not Delivery.objects.filter(recipient="li@example.com").exists()


def test_resolving_again_tells_nobody_twice(
    support: Group, owner: Staff, lead: Staff, incident: Incident
) -> None:
    link(give_to(make_ticket(group=support), owner.pk), incident, owner)
    let_events_happen()
    for _ in range(2):
        resolve(incident, lead)
    assert Delivery.objects.filter(text=MESSAGE).count() == 1
    assert Event.objects.filter(type="procedures.incident_resolved").count() == 1


def test_without_a_message_nobody_is_told_but_all_come_back(
    support: Group, owner: Staff, lead: Staff, incident: Incident
) -> None:
    ticket = answered(give_to(make_ticket(group=support), owner.pk), owner, "pending")
    link(ticket, incident, owner)
    let_events_happen()
    resolve(incident, lead, message="")
    ticket.refresh_from_db()
    assert (ticket.status, Delivery.objects.filter(text=MESSAGE).count()) == ("open", 0)
    assert IncidentLink.objects.get().told_at is None


def test_what_is_solved_stays_solved_though_its_customer_is_told(
    support: Group, owner: Staff, lead: Staff, incident: Incident
) -> None:
    ticket = give_to(make_ticket(group=support), owner.pk)
    link(ticket, incident, owner)
    change_status(ticket_id=ticket.pk, status="solved", by=owner, now=timezone.now())
    let_events_happen()
    resolve(incident, lead)
    ticket.refresh_from_db()
    assert (ticket.status, Delivery.objects.filter(text=MESSAGE).count()) == ("solved", 1)


def test_many_tickets_come_back_in_portions(
    support: Group, owner: Staff, lead: Staff, incident: Incident, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(incidents, "BATCH", 2)
    for number in range(5):
        link(give_to(make_ticket(group=support, sender=f"c{number}@example.com"), owner.pk), incident, owner)
    let_events_happen()
    resolve(incident, lead)
    assert IncidentLink.objects.filter(returned_at__isnull=False, told_at__isnull=False).count() == 5
    assert Delivery.objects.filter(text=MESSAGE).count() == 5


def test_what_is_over_takes_no_more_tickets(
    support: Group, owner: Staff, lead: Staff, incident: Incident
) -> None:
    ticket = give_to(make_ticket(group=support), owner.pk)
    resolve(incident, lead)
    with pytest.raises(IncidentIsOver):
        link(ticket, incident, owner)
    assert not IncidentLink.objects.exists()


def test_a_link_is_made_once_and_taken_away(
    support: Group, owner: Staff, lead: Staff, incident: Incident
) -> None:
    ticket = give_to(make_ticket(group=support), owner.pk)
    assert link(ticket, incident, owner) == link(ticket, incident, owner)
    unlink_from_incident(ticket_id=ticket.pk, incident_id=incident.pk, by=owner, now=timezone.now())
    assert not IncidentLink.objects.exists()


def test_an_incident_without_a_name_is_refused(lead: Staff) -> None:
    with pytest.raises(IncidentHasNoName):
        open_incident(name="  ", about="", by=lead, now=timezone.now())
    assert not Incident.objects.exists()


def second(support: Group, **fields: Any) -> Ticket:
    told = {"subject": "退款页面报错", "text": "退款页面还是报错，什么时候能退？"} | fields
    ticket = arrive(**told).ticket
    let_events_happen()
    return Ticket.objects.get(pk=ticket.pk)


@pytest.fixture
def case(support: Group, owner: Staff, incident: Incident) -> Ticket:
    ticket = give_to(make_ticket(group=support, subject="退款页面报错", text="退款页面一直报错！"), owner.pk)
    let_events_happen()
    return ticket


def test_a_second_complaint_about_the_same_joins_the_first_case(
    support: Group, owner: Staff, case: Ticket, incident: Incident
) -> None:
    link(case, incident, owner)
    again = second(support)
    case.refresh_from_db()
    assert again.merged_into == case
    assert case.message_count == 2
    assert case.waiting_since is not None


@pytest.mark.parametrize(
    "other", [{"sender": "li@example.com"}, {"subject": "发票抬头", "text": "请开一张增值税发票"}]
)
def test_another_customer_or_another_matter_stays_a_case_of_its_own(
    support: Group, owner: Staff, case: Ticket, incident: Incident, other: dict[str, str]
) -> None:
    link(case, incident, owner)
    assert second(support, **other).merged_into is None


def test_without_a_running_incident_people_decide(
    support: Group, owner: Staff, lead: Staff, case: Ticket, incident: Incident
) -> None:
    assert second(support).merged_into is None
    link(case, incident, owner)
    resolve(incident, lead)
    assert second(support).merged_into is None


@pytest.mark.parametrize(
    ("words", "same"),
    [([], False), (["退款"], False), (["退款页面"], True), (["退款", "报错"], True), (["202611"], True)],
)
def test_two_words_or_a_long_one_are_the_same(words: list[str], same: bool) -> None:
    assert says_the_same(words) is same


def test_incidents_over_http(
    support: Group, owner: Staff, lead: Staff, stranger: Staff, django_assert_num_queries: Any
) -> None:
    assert client_for(owner).post("/api/v1/incidents", {"name": "支付故障"}).status_code == 403
    made = client_for(lead).post("/api/v1/incidents", {"name": "支付故障", "about": "网关超时"}).json()
    ticket = give_to(make_ticket(group=support), owner.pk)
    path = f"/api/v1/tickets/{ticket.pk}/incidents"
    linked = client_for(owner).post(path, {"incident_id": made["id"]}).json()
    assert [one["incident"]["name"] for one in linked] == ["支付故障"]
    client = client_for(owner)
    with django_assert_num_queries(5):
        listed = client.get("/api/v1/incidents?running=true").json()["items"]
    assert [(one["name"], one["ticket_count"], one["returned_count"]) for one in listed] == [
        ("支付故障", 1, 0)
    ]
    tickets = f"/api/v1/incidents/{made['id']}/tickets"
    assert [one["id"] for one in client.get(tickets).json()["items"]] == [ticket.pk]
    assert client_for(stranger).get(tickets).json()["items"] == []
    over = client_for(lead).post(f"/api/v1/incidents/{made['id']}/resolution", {"message": MESSAGE}).json()
    assert (over["resolved_by"]["name"], over["message"]) == ("Lead", MESSAGE)
    assert client.get("/api/v1/incidents?running=true").json()["items"] == []


@pytest.mark.django_db(transaction=True)
def test_bringing_back_and_unlinking_at_once_wait_for_each_other_and_never_for_ever(
    lead: Staff, owner: Staff, support: Group
) -> None:
    incident = open_incident(name="故障", about="", by=lead, now=timezone.now())
    ticket = give_to(make_ticket(group=support), owner.pk)
    link(ticket, incident, owner)
    resolve_incident(incident_id=incident.pk, message="", by=lead, now=timezone.now())
    has_ticket, done = threading.Event(), threading.Event()

    def bring_back() -> int:
        has_ticket.wait(10)
        try:
            return incidents.bring_back_linked(incident_id=incident.pk, now=timezone.now())
        finally:
            done.set()
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        coming_back = pool.submit(bring_back)
        with transaction.atomic():
            Ticket.objects.select_for_update().get(
                pk=ticket.pk
            )  # as everything that works on a ticket does first
            has_ticket.set()
            assert not done.wait(1)  # it waits for the ticket, and holds no link meanwhile
            unlink_from_incident(ticket_id=ticket.pk, incident_id=incident.pk, by=owner, now=timezone.now())
        assert coming_back.result(10) == 0
    assert not IncidentLink.objects.exists()
