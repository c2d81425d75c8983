"""Assistance over HTTP: beside a ticket, and in the settings."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.assist.forgetting import blank_assistance
from zhiyin.assist.models import Endpoint, Reading, Use
from zhiyin.people.models import Group, Staff
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.models import Category, Ticket

pytestmark = pytest.mark.django_db
SAID = "退款页面一直报错，你们是骗子吗！！订单 SO-2026-001234 的退款今天必须到账"


@pytest.fixture
def ticket(support: Group, owner: Staff) -> Ticket:
    Category.objects.create(name="退款")
    ticket = give_to(make_ticket(group=support, subject="退款页面打不开", text=SAID), owner.pk)
    let_events_happen()
    return ticket


def ask(ticket: Ticket, by: Staff, task: str, **more: Any) -> Any:
    return client_for(by).post(f"/api/v1/tickets/{ticket.pk}/assist/uses", {"task": task} | more)


def test_a_reading_stands_beside_the_ticket(ticket: Ticket, owner: Staff) -> None:
    told = client_for(owner).get(f"/api/v1/tickets/{ticket.pk}/assist").json()
    reading = told["reading"]
    assert (reading["mood"], reading["language"], reading["category"]["path"]) == ("angry", "zh", "退款")
    assert "骗子" in reading["mood_evidence"]
    assert {"kind": "order", "text": "SO-2026-001234"} in reading["entities"]
    assert (told["tasks"]["summary"], told["tasks"]["translation"], told["tasks"]["speech"]) == (
        "local",
        "",
        "",
    )
    row = client_for(owner).get(f"/api/v1/tickets/{ticket.pk}").json()["ticket"]
    assert row["mood"] == "angry"


def test_reading_it_takes_a_fixed_number_of_queries(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    address = f"/api/v1/tickets/{ticket.pk}/assist"
    client.get(address)
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    Reading.objects.filter(ticket=ticket).update(
        entities=[{"kind": "date", "text": str(n)} for n in range(30)]
    )
    with CaptureQueriesContext(connection) as after:
        client.get(address)
    assert len(before) == len(after) <= 14


def test_a_summary_is_made_here_and_rated(ticket: Ticket, owner: Staff) -> None:
    made = ask(ticket, owner, "summary").json()
    assert (made["provider"], made["model"], made["fell_back"]) == ("local", "extractive", "")
    assert "客户诉求" in made["text"]
    assert made["evidence"][0]["message_id"]
    rated = client_for(owner).put(f"/api/v1/assist/uses/{made['id']}/outcome", {"outcome": "edited"})
    assert rated.json()["outcome"] == "edited"
    refused = client_for(owner).put(f"/api/v1/assist/uses/{made['id']}/outcome", {"outcome": "loved"})
    assert (refused.status_code, refused.json()["code"]) == (422, "assist.no_such_outcome")
    assert Use.objects.get().outcome == "edited"


def test_nobody_rates_another_persons_use(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    made = ask(ticket, owner, "summary").json()
    answer = client_for(colleague).put(f"/api/v1/assist/uses/{made['id']}/outcome", {"outcome": "used"})
    assert answer.status_code == 404
    assert Use.objects.get().outcome == ""


def test_answers_come_from_solved_tickets_without_their_customers_data(
    ticket: Ticket, owner: Staff, support: Group
) -> None:
    solved = give_to(
        make_ticket(
            group=support, sender="li@example.com", subject="退款页面报错", text="退款页面报错，打不开"
        ),
        owner.pk,
    )
    write_reply(
        ticket_id=solved.pk,
        reply=ReplyText(
            text="李雷您好，退款页面已经恢复，退款会按原路退回，请用 13912345678 登录后再试一次。"
        ),
        idempotency_key="answered-1",
        by=owner,
        now=timezone.now(),
    )
    client_for(owner).patch(f"/api/v1/tickets/{solved.pk}", {"status": "solved"})
    found = ask(ticket, owner, "answers").json()
    assert [one["ticket_id"] for one in found["evidence"]] == [solved.pk]
    assert "退款页面已经恢复" in found["evidence"][0]["text"]
    assert "13912345678" not in found["evidence"][0]["text"]
    similar = ask(ticket, owner, "similar").json()
    assert [one["ticket_id"] for one in similar["evidence"]] == [solved.pk]


def test_wording_is_looked_at_before_sending(ticket: Ticket, owner: Staff) -> None:
    found = ask(ticket, owner, "wording", text="我保证百分百明天到账，是您自己没看清").json()
    assert [one["kind"] for one in found["remarks"]] == ["promise", "promise", "blame"]
    assert ask(ticket, owner, "wording", text="我会在今天 18:00 前回复您进展").json()["remarks"] == []


def test_a_task_nobody_does_is_refused_with_words(ticket: Ticket, owner: Staff) -> None:
    answer = ask(ticket, owner, "translation", text="hello")
    assert (answer.status_code, answer.json()["code"]) == (409, "assist.not_available")


def test_an_administrator_sets_the_endpoint_and_never_sees_the_key(administrator: Staff) -> None:
    client = client_for(administrator)
    body = {
        "url": "http://127.0.0.1:9/v1/",
        "model": "m",
        "key": "sk-1",
        "tasks": ["summary"],
        "active": True,
    }
    told = client.put("/api/v1/assist/endpoint", body).json()
    assert (told["url"], told["has_key"], told["active"]) == ("http://127.0.0.1:9/v1", True, True)
    assert "sk-1" not in client.get("/api/v1/assist/settings").content.decode()
    client.put("/api/v1/assist/endpoint", {"model": "n"})
    assert (Endpoint.objects.get().key, Endpoint.objects.get().model) == ("sk-1", "n")
    refused = client.put("/api/v1/assist/endpoint", {"url": "nowhere"})
    assert (refused.status_code, list(refused.json()["params"]["fields"])) == (422, ["url"])


def test_the_settings_tell_how_assistance_stands(ticket: Ticket, owner: Staff, administrator: Staff) -> None:
    ask(ticket, owner, "summary")
    told = client_for(administrator).get("/api/v1/assist/settings").json()
    assert (told["versions"], told["training"], told["drift"]["index"]) == ([], None, None)
    assert [(one["task"], one["asked"]) for one in told["uses"]] == [("summary", 1)]
    assert client_for(owner).get("/api/v1/assist/settings").status_code == 403


def test_anonymising_takes_the_words(ticket: Ticket, owner: Staff) -> None:
    ask(ticket, owner, "summary")
    blank_assistance([ticket.pk])
    reading, use = Reading.objects.get(), Use.objects.get()
    assert (reading.mood_words, reading.entities, use.finding) == ([], [], {})
    assert reading.mood == "angry"
