"""Answers taken from the knowledge base: noted while writing, kept with the message, listed by version."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.knowledge.models import Entry, Flag
from zhiyin.people.models import Staff
from zhiyin.testing.knowledge import publish, publish_again
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import undo_reply
from zhiyin.tickets.commands.sourcing import note_automatic_answer
from zhiyin.tickets.models import KnowledgeUse, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(owner: Staff) -> Ticket:
    return give_to(make_ticket(group=owner.groups.get()), owner.pk)


@pytest.fixture
def client(owner: Staff) -> ApiClient:
    return client_for(owner)


def answer(client: ApiClient, ticket: Ticket, text: str, key: str = "reply-0001") -> int:
    told = client.post(f"/api/v1/tickets/{ticket.pk}/replies", {"text": text, "idempotency_key": key})
    assert told.status_code == 201, told.content
    return int(told.json()["id"].removeprefix("m"))


def take(client: ApiClient, ticket: Ticket, version_id: int) -> Any:
    return client.post(f"/api/v1/tickets/{ticket.pk}/knowledge-uses", {"version_id": version_id})


def test_what_went_into_an_answer_is_kept_with_the_message(
    client: ApiClient, ticket: Ticket, author: Staff, reviewer: Staff, administrator: Staff
) -> None:
    old = publish(by=author, reviewer=reviewer, html="<p>退款 7 天内到账。</p>")
    assert take(client, ticket, old.pk).status_code == 201
    assert take(client, ticket, old.pk).status_code == 201
    [pending] = client.get(f"/api/v1/tickets/{ticket.pk}/knowledge-uses").json()
    assert (pending["number"], pending["message_id"], pending["is_current"]) == (1, None, True)
    message_id = answer(client, ticket, "您好，退款 7 天内到账。")
    new = publish_again(old, html="<p>退款 3 天内到账。</p>", by=author, reviewer=reviewer)
    take(client, ticket, new.pk)
    answer(client, ticket, "更正：三天内", key="reply-0002")
    uses = client.get(f"/api/v1/tickets/{ticket.pk}/knowledge-uses").json()
    assert [(use["number"], use["how"], use["is_current"]) for use in uses] == [
        (1, "inserted", False),
        (2, "adapted", True),
    ]
    entry = Entry.objects.get()
    assert entry.used_count == 2
    with CaptureQueriesContext(connection) as queries:
        told = client.get(f"/api/v1/knowledge/entries/{entry.pk}/cases?version_id={old.pk}").json()
    assert len(queries) == 10
    assert [(case["message_id"], case["version_number"]) for case in told["items"]] == [(message_id, 1)]
    assert told["by_version"] == {str(old.pk): 1, str(new.pk): 1}
    file = client_for(administrator).get(f"/api/v1/knowledge/entries/{entry.pk}/cases.csv")
    assert file.content.decode("utf-8-sig").splitlines()[1].startswith(f"{ticket.pk},")


def test_cases_of_other_groups_are_not_listed(
    client: ApiClient, ticket: Ticket, stranger: Staff, author: Staff, reviewer: Staff
) -> None:
    version = publish(by=author, reviewer=reviewer)
    take(client, ticket, version.pk)
    answer(client, ticket, "3 天内。")
    path = f"/api/v1/knowledge/entries/{version.edition.entry_id}/cases"
    assert client_for(stranger).get(path).json() == {"items": [], "next_cursor": None, "by_version": {}}


def test_an_answer_taken_back_takes_its_source_back(
    client: ApiClient, ticket: Ticket, owner: Staff, author: Staff, reviewer: Staff
) -> None:
    version = publish(by=author, reviewer=reviewer)
    take(client, ticket, version.pk)
    message_id = answer(client, ticket, "3 天内。")
    take(client, ticket, version.pk)  # once more, into the next answer
    undo_reply(ticket_id=ticket.pk, message_id=message_id, by=owner, now=timezone.now())
    [use] = client.get(f"/api/v1/tickets/{ticket.pk}/knowledge-uses").json()
    assert (use["message_id"], Entry.objects.get().used_count) == (None, 0)
    path = f"/api/v1/tickets/{ticket.pk}/knowledge-uses/{use['id']}"
    assert client.delete(path).status_code == 204
    assert KnowledgeUse.objects.count() == 0


def test_nothing_is_inserted_that_is_no_longer_published_or_not_theirs(
    client: ApiClient, ticket: Ticket, author: Staff, reviewer: Staff, stranger: Staff
) -> None:
    old = publish(by=author, reviewer=reviewer)
    publish_again(old, html="<p>5 天</p>", by=author, reviewer=reviewer)
    refused = take(client, ticket, old.pk)
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.knowledge_no_longer_valid")
    theirs = publish(
        by=author,
        reviewer=reviewer,
        title="账单组专用",
        place={"audience": "group", "group_ids": list(stranger.groups.values_list("pk", flat=True))},
    )
    assert take(client, ticket, theirs.pk).status_code == 404
    offered = client.get(f"/api/v1/tickets/{ticket.pk}/knowledge?q=账单").json()
    assert (offered, KnowledgeUse.objects.count()) == ([], 0)


def test_offers_are_filled_for_the_ticket_and_say_what_could_not_be(
    client: ApiClient, ticket: Ticket, author: Staff, reviewer: Staff
) -> None:
    publish(
        by=author,
        reviewer=reviewer,
        kind="script",
        title="安抚",
        html="<p>{{customer.name}}您好，非常抱歉。订单 {{field.order_no}}</p>",
        place={"mood": "angry", "situation": "投诉"},
    )
    [offer] = client.get(f"/api/v1/tickets/{ticket.pk}/knowledge?q=安抚&kind=script&mood=angry").json()
    assert offer["text"].startswith(f"{ticket.customer.name}您好")
    assert offer["unknown"] == ["field.order_no"]
    assert client.get(f"/api/v1/tickets/{ticket.pk}/knowledge?kind=faq").json() == []


def test_an_entry_is_flagged_from_the_case(
    client: ApiClient, ticket: Ticket, owner: Staff, author: Staff, reviewer: Staff
) -> None:
    version = publish(by=author, reviewer=reviewer)
    body = {"version_id": version.pk, "reason": "wrong", "note": "规则 3 月起变了"}
    assert client.post(f"/api/v1/tickets/{ticket.pk}/knowledge-flags", body).status_code == 201
    flag = Flag.objects.get()
    assert (flag.ticket_id, flag.by, flag.note) == (ticket.pk, owner, "规则 3 月起变了")


def test_an_answer_of_the_machine_names_its_sources_once(
    client: ApiClient, ticket: Ticket, author: Staff, reviewer: Staff
) -> None:
    version = publish(by=author, reviewer=reviewer)
    message = Message.objects.get(pk=answer(client, ticket, "3 天"))
    for _ in range(2):
        note_automatic_answer(message_id=message.pk, version_ids=[version.pk], now=timezone.now())
    use = KnowledgeUse.objects.get()
    assert (use.how, use.by, use.message) == ("automatic", None, message)
    assert Entry.objects.get().used_count == 1


def test_a_ticket_goes_with_the_record_of_what_it_was_answered_with(
    client: ApiClient, ticket: Ticket, author: Staff, reviewer: Staff
) -> None:
    version = publish(by=author, reviewer=reviewer)
    for number in (1, 2):
        take(client, ticket, version.pk)
        answer(client, ticket, "3 天内。", key=f"reply-000{number}")
    ticket.delete()
    assert KnowledgeUse.objects.count() == 0
