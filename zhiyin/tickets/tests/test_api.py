"""The contract the desk and integrators rely on, with the number of queries each call takes."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.people.models import Group, Staff
from zhiyin.testing.people import client_for, make_staff
from zhiyin.testing.tickets import arrive, make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db

LIST_QUERIES = 5  # session, person, powers with groups, the list, those beside it
PAGE_QUERIES = 17


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support, own_keys=["mid:<first@x>"])


def queries_of(client: Any, path: str) -> int:
    client.get(path)  # the first call of a minute also notes that the session is in use
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def test_the_list_shows_a_row_as_the_desk_needs_it(ticket: Ticket, owner: Staff) -> None:
    answer = client_for(owner).get("/api/v1/tickets?view=open").json()
    (row,) = answer["items"]
    assert answer["next_cursor"] is None
    assert row["id"] == ticket.pk
    assert row["number"] == f"#{ticket.pk}"
    assert row["customer"]["name"] == "王芳"
    assert (row["channel_kind"], row["status"], row["assignee"]) == ("email", "new", None)
    assert row["waiting_since"] is not None


def test_pages_follow_each_other_without_gap_or_overlap(support: Group, owner: Staff) -> None:
    made = [make_ticket(group=support, subject=str(number)).pk for number in range(7)]
    client, seen, cursor = client_for(owner), [], ""
    for _ in range(4):
        answer = client.get(f"/api/v1/tickets?view=open&limit=2&cursor={cursor}").json()
        seen += [row["id"] for row in answer["items"]]
        cursor = answer["next_cursor"]
    assert seen == made[::-1]
    assert cursor is None


def test_a_list_takes_the_same_number_of_queries_however_long(support: Group, owner: Staff) -> None:
    client = client_for(owner)
    make_ticket(group=support)
    few = queries_of(client, "/api/v1/tickets?view=open")
    for number in range(12):
        make_ticket(group=support, sender=f"customer{number}@example.com")
    assert queries_of(client, "/api/v1/tickets?view=open") == few <= LIST_QUERIES


def test_the_ticket_page_takes_the_same_number_of_queries_however_long(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    few = queries_of(client, f"/api/v1/tickets/{ticket.pk}")
    for number in range(10):
        arrive(thread_keys=["mid:<first@x>"], text=f"第 {number} 次催促")
    assert queries_of(client, f"/api/v1/tickets/{ticket.pk}") == few <= PAGE_QUERIES


def test_counts_hold_each_view_and_group(ticket: Ticket, owner: Staff, support: Group) -> None:
    answer = client_for(owner).get("/api/v1/tickets/counts").json()
    assert answer["views"] == {
        "mine": 0,
        "unassigned": 1,
        "waiting": 1,
        "open": 1,
        "snoozed": 0,
        "mentions": 0,
        "following": 0,
        "drafts": 0,
        f"group:{support.pk}": 1,
    }
    assert answer["capped_at"] == 1000


@pytest.mark.parametrize(
    ("view", "found"),
    [("mine", 0), ("unassigned", 1), ("waiting", 1), ("open", 1), ("all", 1), ("solved", 0)],
)
def test_every_view(ticket: Ticket, owner: Staff, view: str, found: int) -> None:
    assert len(client_for(owner).get(f"/api/v1/tickets?view={view}").json()["items"]) == found


def test_an_unknown_view_says_which_there_are(owner: Staff) -> None:
    answer = client_for(owner).get("/api/v1/tickets?view=everything", HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert answer.status_code == 404
    assert answer.json()["code"] == "tickets.no_such_view"
    assert "mine、unassigned" in answer.json()["detail"]


def test_a_bad_cursor_says_to_start_again(owner: Staff) -> None:
    answer = client_for(owner).get("/api/v1/tickets?view=open&cursor=nonsense")
    assert (answer.status_code, answer.json()["code"]) == (400, "bad_cursor")


def test_the_page_holds_ticket_timeline_customer_and_others(
    ticket: Ticket, owner: Staff, support: Group
) -> None:
    other = make_ticket(group=support, subject="发票抬头")
    page = client_for(owner).get(f"/api/v1/tickets/{ticket.pk}").json()
    assert page["ticket"]["participants"][0]["value"] == "wang@example.com"
    assert page["ticket"]["reply_channels"][0]["to"] == "wang@example.com"
    spoken = [entry for entry in page["timeline"]["items"] if entry["kind"] != "event"]
    assert [entry["text"] for entry in spoken] == ["你好，我的订单退款多久到账？"]
    assert page["customer"]["identities"] == [
        {"kind": "email", "value": "wang@example.com", "verified": False}
    ]
    assert [row["id"] for row in page["other_tickets"]] == [other.pk]


def test_reply_claim_edit_and_note_over_http(ticket: Ticket, owner: Staff) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}"
    assert client.post(f"{path}/claim", {"expected_assignee_id": None}).json()["assignee"]["id"] == owner.pk
    reply = client.post(f"{path}/replies", {"text": "已为您加急", "idempotency_key": "k-12345678"})
    assert reply.status_code == 201
    assert reply.json()["delivery"]["state"] == "queued"
    assert reply.json()["delivery"]["undo_until"] is not None
    assert (
        client.post(f"{path}/notes", {"text": "已催财务", "idempotency_key": "k-22345678"}).status_code == 201
    )
    changed = client.patch(path, {"priority": 4, "tags": ["退款"]}).json()
    assert (changed["priority"], changed["tags"]) == (4, ["退款"])
    undone = client.delete(f"{path}/replies/{reply.json()['message_id']}")
    assert undone.json() == {"text": "已为您加急"}


def test_a_lost_claim_names_the_winner(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    path = f"/api/v1/tickets/{ticket.pk}/claim"
    client_for(owner).post(path, {"expected_assignee_id": None})
    answer = client_for(colleague).post(path, {"expected_assignee_id": None})
    assert (answer.status_code, answer.json()["code"]) == (409, "tickets.claimed_by_other")
    assert answer.json()["params"]["by_name"] == owner.name


def test_an_answer_on_an_older_view_is_refused_until_forced(ticket: Ticket, owner: Staff) -> None:
    client, path = client_for(owner), f"/api/v1/tickets/{ticket.pk}/replies"
    arrive(thread_keys=["mid:<first@x>"], text="又及")
    body = {"text": "好的", "idempotency_key": "k-32345678", "seen_version": ticket.version}
    assert client.post(path, body).json()["code"] == "tickets.changed_meanwhile"
    assert client.post(path, {**body, "force": True}).status_code == 201


def test_strangers_get_404_everywhere_and_change_nothing(ticket: Ticket, stranger: Staff) -> None:
    client, path = client_for(stranger), f"/api/v1/tickets/{ticket.pk}"
    body = {"text": "hi", "idempotency_key": "k-42345678"}
    for answer in [
        client.get(path),
        client.get(f"{path}/timeline"),
        client.post(f"{path}/replies", body),
        client.post(f"{path}/notes", body),
        client.post(f"{path}/claim", {}),
        client.patch(path, {"status": "solved"}),
        client.put(f"{path}/draft", {"text": "x"}),
    ]:
        assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    ticket.refresh_from_db()
    assert (ticket.status, ticket.assignee, ticket.messages.count()) == ("new", None, 1)


def test_without_the_permission_nothing_is_shown(ticket: Ticket) -> None:
    planner = make_staff(roles=("planner",))
    answer = client_for(planner).get("/api/v1/tickets")
    assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert client_for(None).get("/api/v1/tickets").status_code == 401


@pytest.mark.parametrize("query", ["退款", "到账", "王", "王芳", "wang@example.com", "example", "退款 王芳"])
def test_search_finds_chinese_words_surnames_and_addresses(ticket: Ticket, owner: Staff, query: str) -> None:
    found = client_for(owner).get("/api/v1/search", {"q": query}).json()
    assert [row["id"] for row in found["tickets"]] == [ticket.pk]


def test_search_finds_by_number_and_marks_what_it_found(ticket: Ticket, owner: Staff) -> None:
    assert (
        client_for(owner).get("/api/v1/search", {"q": f"#{ticket.pk}"}).json()["tickets"][0]["id"]
        == ticket.pk
    )
    snippet = client_for(owner).get("/api/v1/search", {"q": "退款"}).json()["tickets"][0]["snippet"]
    start, end = snippet["marks"][0]
    assert snippet["text"][start:end] == "退款"


def test_search_shows_nobody_what_they_may_not_see(ticket: Ticket, stranger: Staff) -> None:
    assert client_for(stranger).get("/api/v1/search", {"q": "退款"}).json()["tickets"] == []


def test_search_wants_all_words(ticket: Ticket, owner: Staff) -> None:
    assert client_for(owner).get("/api/v1/search", {"q": "退款 冰箱"}).json()["tickets"] == []


def test_the_original_is_served_as_a_file(ticket: Ticket, owner: Staff) -> None:
    message = ticket.messages.get()
    answer = client_for(owner).get(f"/api/v1/tickets/{ticket.pk}/messages/{message.pk}/original")
    assert answer.content == b"raw"
    assert answer["Content-Disposition"] == f'attachment; filename="message-{message.pk}.eml"'
