"""One turn to answer: two who begin at once, taking over, running out."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import ApiClient, client_for, make_group, make_staff
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.commands.reply_locking import LASTS, BeingAnswered, begin_reply, end_reply
from zhiyin.tickets.models import Message, ReplyLock, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


def begin(ticket: Ticket, by: Staff, now: datetime, **more: Any) -> ReplyLock:
    return begin_reply(ticket_id=ticket.pk, by=by, now=now, **more)


def holder(ticket: Ticket, now: datetime | None = None) -> int | None:
    lock = ReplyLock.objects.filter(ticket=ticket).first()
    return lock.staff_id if lock and lock.holds(now or timezone.now()) else None


def takeovers() -> list[dict[str, Any]]:
    return list(
        PendingEvent.objects.filter(type="tickets.reply_taken_over").values_list("payload", flat=True)
    )


def answer(client: ApiClient, ticket: Ticket, **more: Any) -> Any:
    return client.post(
        f"/api/v1/tickets/{ticket.pk}/replies", {"text": "您好", "idempotency_key": "k-12345678", **more}
    )


def test_whoever_begins_has_the_turn_and_keeps_it_while_they_write(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    now = timezone.now()
    first = begin(ticket, owner, now)
    later = begin(ticket, owner, now + LASTS - timedelta(seconds=1))
    assert (later.since, later.held_until) == (first.since, now + 2 * LASTS - timedelta(seconds=1))
    with pytest.raises(BeingAnswered) as refused:
        begin(ticket, colleague, now + LASTS + timedelta(seconds=1))
    assert refused.value.params == {"by_id": owner.pk, "by_name": "Owner"}
    assert takeovers() == []


def test_the_turn_runs_out_without_a_word(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    now = timezone.now()
    begin(ticket, owner, now)
    assert begin(ticket, colleague, now + LASTS).staff_id == colleague.pk
    assert takeovers() == []


def test_leaving_lets_the_turn_go_and_only_ones_own(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    now = timezone.now()
    begin(ticket, owner, now)
    assert not end_reply(ticket_id=ticket.pk, by=colleague, now=now)
    assert holder(ticket, now) == owner.pk
    assert end_reply(ticket_id=ticket.pk, by=owner, now=now)
    assert begin(ticket, colleague, now).staff_id == colleague.pk


def test_the_turn_is_taken_from_whom_one_saw_and_nobody_else(
    ticket: Ticket, owner: Staff, colleague: Staff, support: Group
) -> None:
    now, third = timezone.now(), make_staff(name="Third", groups=[support])
    begin(ticket, owner, now)
    assert begin(ticket, colleague, now, take_over_from=owner.pk).staff_id == colleague.pk
    with pytest.raises(BeingAnswered) as refused:
        begin(ticket, third, now, take_over_from=owner.pk)
    assert refused.value.params["by_name"] == "Colleague"
    assert takeovers() == [{"ticket_id": ticket.pk, "from_id": owner.pk, "by_id": colleague.pk}]


def test_an_answer_over_a_colleagues_turn_is_refused_until_forced(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    begin(ticket, owner, timezone.now())
    client = client_for(colleague)
    refused = answer(client, ticket)
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.being_answered")
    assert refused.json()["params"] == {"by_id": owner.pk, "by_name": "Owner"}
    assert Message.objects.filter(kind="outbound").count() == 0
    assert holder(ticket) == owner.pk
    assert answer(client, ticket, force=True).status_code == 201
    assert holder(ticket) is None
    assert takeovers() == [{"ticket_id": ticket.pk, "from_id": owner.pk, "by_id": colleague.pk}]


def test_notes_need_no_turn(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    begin(ticket, owner, timezone.now())
    body = {"text": "他要发票", "idempotency_key": "k-12345678"}
    assert client_for(colleague).post(f"/api/v1/tickets/{ticket.pk}/notes", body).status_code == 201
    assert holder(ticket) == owner.pk


def test_sending_ends_ones_own_turn(ticket: Ticket, owner: Staff) -> None:
    begin(ticket, owner, timezone.now())
    assert answer(client_for(owner), ticket).status_code == 201
    assert holder(ticket) is None


def test_list_and_page_say_who_is_answering(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    path = f"/api/v1/tickets/{ticket.pk}"
    held = client_for(owner).put(f"{path}/reply-lock", {}).json()
    assert (held["id"], held["name"]) == (owner.pk, "Owner")
    client = client_for(colleague)
    (row,) = client.get("/api/v1/tickets?view=open").json()["items"]
    assert row["answering"] == held
    assert client.get(path).json()["ticket"]["answering"] == held
    refused = client.put(f"{path}/reply-lock", {})
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.being_answered")
    assert client_for(owner).delete(f"{path}/reply-lock").status_code == 204
    assert client.get(path).json()["ticket"]["answering"] is None


def test_strangers_can_neither_take_nor_end_a_turn(ticket: Ticket, owner: Staff, stranger: Staff) -> None:
    begin(ticket, owner, timezone.now())
    client, path = client_for(stranger), f"/api/v1/tickets/{ticket.pk}/reply-lock"
    assert client.put(path, {"force": True}).status_code == 404
    assert client.delete(path).status_code == 404
    assert holder(ticket) == owner.pk


@pytest.mark.django_db(transaction=True)
def test_of_many_who_begin_at_the_same_moment_exactly_one_has_the_turn() -> None:
    support = make_group("Support")
    ticket = make_ticket(group=support)
    people = [make_staff(groups=[support]) for _ in range(6)]
    start, now = threading.Barrier(len(people)), timezone.now()
    won: list[int] = []
    lost: list[int] = []

    def race(by: Staff) -> None:
        try:
            start.wait()
            begin(ticket, by, now)
            won.append(by.pk)
        except BeingAnswered as refused:
            lost.append(refused.params["by_id"])
        finally:
            connection.close()

    racers = [threading.Thread(target=race, args=(by,)) for by in people]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    assert len(won) == 1
    assert lost == won * 5
    assert holder(ticket, now) == won[0]
