"""A file's number alone opens nothing: only one's own, a macro's, or what is on the ticket may be sent along."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import MULTIPART_CONTENT

from zhiyin.channels.models import Delivery, DeliveryAttachment
from zhiyin.people.models import Staff
from zhiyin.platform.files.files import store_file, store_upload
from zhiyin.platform.files.models import StoredFile
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Draft, DraftFile, Macro, MacroFile, Message, MessageAttachment, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def ticket(owner: Staff) -> Ticket:
    return make_ticket()


def file_of(staff: Staff | None, text: str = "secret") -> StoredFile:
    owner = staff.upload_owner if staff else ""
    return store_upload(content=text.encode(), name=f"{text}.txt", media_type="text/plain", owner=owner)


def sent(ticket: Ticket, by: Staff, file: StoredFile, way: str) -> int:
    """The status of an answer, a note or a draft with this file."""
    client, path = client_for(by), f"/api/v1/tickets/{ticket.pk}"
    body = {"text": "见附件", "attachment_ids": [file.pk]}
    if way == "draft":
        return int(client.put(f"{path}/draft", {**body, "version": 0}).status_code)
    answer = client.post(f"{path}/{way}", {**body, "idempotency_key": f"key-{way}-{file.pk}"})
    return int(answer.status_code)


def nothing_attached() -> bool:
    return not any(
        model.objects.exists() for model in (DeliveryAttachment, MessageAttachment, DraftFile, MacroFile)
    )


@pytest.mark.parametrize("way", ["replies", "notes", "draft"])
def test_a_colleagues_upload_and_a_customers_file_are_refused(
    ticket: Ticket, owner: Staff, colleague: Staff, way: str
) -> None:
    for file in (file_of(colleague), file_of(None, "another ticket's")):
        assert sent(ticket, owner, file, way) == 422
    assert nothing_attached()
    assert not Delivery.objects.exists()
    assert not Draft.objects.exists()
    assert Message.objects.filter(ticket=ticket).count() == 1


@pytest.mark.parametrize("way", ["replies", "notes", "draft"])
def test_ones_own_upload_goes_along(ticket: Ticket, owner: Staff, way: str) -> None:
    form = {"file": SimpleUploadedFile("a.txt", b"mine")}
    answer = client_for(owner).post("/api/v1/files", form, content_type=MULTIPART_CONTENT)
    file = StoredFile.objects.get(pk=answer.json()["id"])
    assert file.owner == owner.upload_owner
    assert sent(ticket, owner, file, way) in (200, 201)


def put_on_note(ticket: Ticket, file: StoredFile, by: Staff) -> None:
    note = Message.objects.create(ticket=ticket, kind="note", at=ticket.created_at, staff=by, text="看")
    MessageAttachment.objects.create(message=note, file=file)


def put_in_shared_draft(ticket: Ticket, file: StoredFile, by: Staff) -> None:
    now = ticket.created_at
    draft = Draft.objects.create(ticket=ticket, staff=by, text="…", shared_at=now, updated_at=now)
    DraftFile.objects.create(draft=draft, file=file)


@pytest.mark.parametrize("put", [put_on_note, put_in_shared_draft])
def test_what_is_on_the_ticket_goes_along_there_and_nowhere_else(
    ticket: Ticket, owner: Staff, colleague: Staff, put: Callable[[Ticket, StoredFile, Staff], None]
) -> None:
    file = file_of(colleague)
    put(ticket, file, colleague)
    other = make_ticket(sender="li@example.com")
    assert sent(other, owner, file, "replies") == 422
    assert sent(ticket, owner, file, "replies") == 201


def test_a_draft_that_is_not_shared_lends_nothing(ticket: Ticket, owner: Staff, colleague: Staff) -> None:
    file = file_of(colleague)
    draft = Draft.objects.create(ticket=ticket, staff=colleague, text="…", updated_at=ticket.created_at)
    DraftFile.objects.create(draft=draft, file=file)
    assert sent(ticket, owner, file, "replies") == 422
    assert not Delivery.objects.exists()


def test_a_macros_file_is_for_those_who_may_use_the_macro(
    ticket: Ticket, owner: Staff, colleague: Staff
) -> None:
    file = store_file(content=b"terms", name="terms.pdf", media_type="application/pdf")
    now = ticket.created_at
    macro = Macro.objects.create(
        name="条款",
        text="见附件",
        visibility="me",
        owner=colleague,
        created_at=now,
        updated_at=now,
        updated_by=colleague,
    )
    MacroFile.objects.create(macro=macro, file=file)
    assert sent(ticket, owner, file, "replies") == 422
    Macro.objects.update(visibility="everyone")
    assert sent(ticket, owner, file, "replies") == 201


def test_nobody_puts_a_file_that_is_not_theirs_into_a_macro(owner: Staff, colleague: Staff) -> None:
    body = {
        "name": "偷",
        "text": "看",
        "kind": "macro",
        "visibility": "me",
        "attachment_ids": [file_of(colleague).pk],
    }
    assert client_for(owner).post("/api/v1/macros", body).status_code == 422
    assert nothing_attached()
    assert not Macro.objects.exists()
