"""What is being written: kept whole, shared on purpose, never written over unseen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from zhiyin.people.models import Group, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.files.files import clear_unused_files, store_upload
from zhiyin.platform.files.models import StoredFile
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.tickets import make_channel, make_ticket
from zhiyin.tickets.models import Draft, Message, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(support: Group) -> Ticket:
    return make_ticket(group=support)


def keep(client: ApiClient, ticket: Ticket, text: str, version: int | None = None, **more: Any) -> Any:
    return client.put(f"/api/v1/tickets/{ticket.pk}/draft", {"text": text, "version": version, **more})


def drafts(client: ApiClient, ticket: Ticket) -> Any:
    return client.get(f"/api/v1/tickets/{ticket.pk}/drafts").json()


def shared(client: ApiClient, ticket: Ticket, text: str = "您好，") -> Any:
    draft = keep(client, ticket, text, 0).json()
    return client.put(f"/api/v1/tickets/{ticket.pk}/drafts/{draft['id']}/sharing").json()


def told() -> list[str]:
    return list(
        PendingEvent.objects.filter(type__contains="draft").order_by("pk").values_list("type", flat=True)
    )


def test_a_draft_keeps_everything_that_is_being_written(ticket: Ticket, owner: Staff) -> None:
    mailbox = make_channel(name="Second mailbox")
    file = store_upload(
        content=b"%PDF-1.4", name="报价.pdf", media_type="application/pdf", owner=owner.upload_owner
    )
    kept = {
        "text": "写到一半",
        "html": "<p>写到一半</p>",
        "channel_id": mailbox.pk,
        "to": "finance@example.com",
        "cc": ["boss@example.com"],
    }
    client = client_for(owner)
    answer = client.put(
        f"/api/v1/tickets/{ticket.pk}/draft", {**kept, "attachment_ids": [file.pk], "version": 0}
    )
    assert answer.status_code == 200
    (found,) = drafts(client_for(owner), ticket)
    assert {name: found[name] for name in kept} == kept
    assert [attached["name"] for attached in found["attachments"]] == ["报价.pdf"]
    assert (found["mode"], found["version"], found["shared_at"], found["edits"]) == ("reply", 1, None, [])


def test_reply_and_note_are_two_drafts(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    keep(client, ticket, "给客户")
    keep(client, ticket, "给同事", mode="note")
    assert [(one["mode"], one["text"]) for one in drafts(client, ticket)] == [
        ("reply", "给客户"),
        ("note", "给同事"),
    ]
    client.post(f"/api/v1/tickets/{ticket.pk}/notes", {"text": "给同事", "idempotency_key": "k-1234567"})
    assert [one["mode"] for one in drafts(client, ticket)] == ["reply"]
    client.post(f"/api/v1/tickets/{ticket.pk}/replies", {"text": "给客户", "idempotency_key": "k-2234567"})
    assert drafts(client, ticket) == []


def test_an_empty_draft_is_dropped_and_one_of_files_alone_is_kept(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    file = store_upload(content=b"x", name="a.txt", media_type="text/plain", owner=owner.upload_owner)
    assert keep(client, ticket, "", 0, attachment_ids=[file.pk]).json()["attachments"][0]["id"] == file.pk
    assert keep(client, ticket, " \n", 1).json() is None
    assert drafts(client, ticket) == []


def test_the_file_of_a_draft_is_not_cleared_away(ticket: Ticket, owner: Staff) -> None:
    file = store_upload(content=b"kept", name="a.txt", media_type="text/plain", owner=owner.upload_owner)
    keep(client_for(owner), ticket, "", attachment_ids=[file.pk])
    clear_unused_files(now=timezone.now() + timedelta(days=3))
    assert StoredFile.objects.filter(pk=file.pk).exists()


def test_a_second_window_does_not_write_over_the_first_unseen(ticket: Ticket, owner: Staff) -> None:
    client = client_for(owner)
    keep(client, ticket, "第一个窗口", 0)
    refused = keep(client, ticket, "第二个窗口", 0)
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.draft_changed")
    assert [one["text"] for one in drafts(client, ticket)] == ["第一个窗口"]
    assert keep(client, ticket, "第二个窗口", 1).json()["version"] == 2


def test_nobody_sees_a_colleagues_draft_until_it_is_shared(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    keep(client_for(owner), ticket, "只给自己看")
    assert drafts(client_for(colleague), ticket) == []
    draft = Draft.objects.get()
    path = f"/api/v1/tickets/{ticket.pk}/drafts/{draft.pk}"
    assert client_for(colleague).put(f"{path}/sharing").status_code == 404
    assert client_for(colleague).post(f"{path}/takeover").status_code == 404
    assert client_for(owner).put(f"{path}/sharing").json()["shared_at"] is not None
    (seen,) = drafts(client_for(colleague), ticket)
    assert (seen["text"], seen["staff"]["name"]) == ("只给自己看", "Owner")
    assert told() == ["tickets.draft_shared"]


def test_a_shared_draft_is_taken_over_edited_and_sent_and_remembers_who_wrote_what(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    one, two = client_for(owner), client_for(colleague)
    draft = shared(one, ticket, "您好，")
    path = f"/api/v1/tickets/{ticket.pk}/drafts/{draft['id']}"
    taken = two.post(f"{path}/takeover", {"version": draft["version"]}).json()
    assert (taken["staff"]["name"], taken["text"]) == ("Colleague", "您好，")
    edited = keep(two, ticket, "您好，已查到。", taken["version"]).json()
    edited = keep(two, ticket, "您好，已查到，明天到。", edited["version"]).json()
    assert [(edit["staff"]["name"], edit["text"]) for edit in edited["edits"]] == [
        ("Owner", "您好，"),
        ("Colleague", "您好，已查到，明天到。"),
    ]
    two.post(
        f"/api/v1/tickets/{ticket.pk}/replies",
        {"text": "您好，已查到，明天到。", "idempotency_key": "k-1234567"},
    )
    assert drafts(one, ticket) == []
    assert told() == ["tickets.draft_shared", "tickets.draft_taken_over"]


def test_whose_draft_was_taken_over_is_told_at_the_next_save_and_loses_nothing_of_the_others(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    one, two = client_for(owner), client_for(colleague)
    draft = shared(one, ticket)
    two.post(f"/api/v1/tickets/{ticket.pk}/drafts/{draft['id']}/takeover")
    refused = keep(one, ticket, "您好，我接着写", draft["version"])
    assert (refused.status_code, refused.json()["code"]) == (409, "tickets.draft_changed")
    assert [(found.staff_id, found.text) for found in Draft.objects.all()] == [(colleague.pk, "您好，")]


def test_a_draft_that_went_on_is_not_taken_over_unseen(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    draft = shared(client_for(owner), ticket)
    keep(client_for(owner), ticket, "您好，又写了些", draft["version"])
    answer = client_for(colleague).post(
        f"/api/v1/tickets/{ticket.pk}/drafts/{draft['id']}/takeover", {"version": draft["version"]}
    )
    assert answer.json()["code"] == "tickets.draft_changed"
    assert Draft.objects.get().staff_id == owner.pk


def test_ones_own_draft_is_not_mixed_with_one_taken_over(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    draft = shared(client_for(owner), ticket)
    keep(client_for(colleague), ticket, "我自己的")
    answer = client_for(colleague).post(f"/api/v1/tickets/{ticket.pk}/drafts/{draft['id']}/takeover")
    assert answer.json()["code"] == "tickets.own_draft_in_the_way"
    assert set(Draft.objects.values_list("staff_id", "text")) == {
        (owner.pk, "您好，"),
        (colleague.pk, "我自己的"),
    }


def test_a_shared_draft_can_be_withdrawn_with_its_history(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    draft = shared(client_for(owner), ticket)
    path = f"/api/v1/tickets/{ticket.pk}/drafts/{draft['id']}/sharing"
    assert client_for(colleague).delete(path).status_code == 404
    answer = client_for(owner).delete(path).json()
    assert (answer["shared_at"], answer["edits"]) == (None, [])
    assert drafts(client_for(colleague), ticket) == []
    assert told() == ["tickets.draft_shared", "tickets.draft_withdrawn"]


def test_my_drafts_are_listed_with_their_tickets_in_a_fixed_number_of_queries(
    ticket: Ticket, support: Group, owner: Staff, colleague: Staff
) -> None:
    client = client_for(owner)
    keep(client, ticket, "第一份")
    keep(client_for(colleague), ticket, "别人的")
    client.get("/api/v1/drafts")
    with CaptureQueriesContext(connection) as few:
        client.get("/api/v1/drafts")
    for number in range(5):
        keep(client, make_ticket(group=support, subject=f"第 {number} 张"), f"草稿 {number}")
    with CaptureQueriesContext(connection) as many:
        page = client.get("/api/v1/drafts?limit=4").json()
    assert len(many) == len(few)
    assert [(one["text"], one["ticket"]["subject"]) for one in page["items"]] == [
        (f"草稿 {number}", f"第 {number} 张") for number in (4, 3, 2, 1)
    ]
    rest = client.get("/api/v1/drafts", {"cursor": page["next_cursor"]}).json()
    assert [one["text"] for one in rest["items"]] == ["草稿 0", "第一份"]


def test_strangers_get_at_no_draft(ticket: Ticket, owner: Staff, stranger: Staff) -> None:
    draft = shared(client_for(owner), ticket)
    client, path = client_for(stranger), f"/api/v1/tickets/{ticket.pk}"
    answers = [
        client.get(f"{path}/drafts"),
        client.put(f"{path}/draft", {"text": "x"}),
        client.delete(f"{path}/draft"),
        client.post(f"{path}/drafts/{draft['id']}/takeover"),
        client.delete(f"{path}/drafts/{draft['id']}/sharing"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 5
    assert Draft.objects.get().staff_id == owner.pk
    assert Message.objects.filter(kind="outbound").count() == 0
