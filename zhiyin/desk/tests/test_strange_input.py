"""Input that is well-formed and can't be stored is refused, or tidied, and never a server error."""

import pytest

from zhiyin.people.models import Group, Staff
from zhiyin.platform.http.parsing import without_nul
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Message, Ticket


def test_nul_is_dropped_from_bodies_and_queries(administrator: Staff, support: Group) -> None:
    client = client_for(administrator)
    ticket = make_ticket(group=support)
    assert client.patch(f"/api/v1/tickets/{ticket.pk}", {"subject": "退\0款"}).status_code == 200
    ticket.refresh_from_db()
    assert ticket.subject == "退款"
    assert client.get("/api/v1/people/staff?q=%00").status_code == 200
    assert without_nul({"a\0": ["\0b", 1, None, {"c": "\0"}]}) == {"a": ["b", 1, None, {"c": ""}]}


def test_nul_in_a_path_finds_nothing(administrator: Staff) -> None:
    assert client_for(administrator).get("/api/v1/files/%00").status_code in (404, 422)


@pytest.mark.django_db(transaction=True)
def test_a_number_too_large_for_the_database_is_refused(administrator: Staff, support: Group) -> None:
    ticket = make_ticket(group=support)
    body = {"text": "看一下", "mentions": [2**70], "idempotency_key": "key-12345"}
    response = client_for(administrator).post(f"/api/v1/tickets/{ticket.pk}/notes", body)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert not Message.objects.filter(kind="note").exists()


@pytest.mark.parametrize("field", ["subject", "priority", "tags", "status"])
def test_null_leaves_a_field_as_it_is(administrator: Staff, support: Group, field: str) -> None:
    ticket = make_ticket(group=support)
    response = client_for(administrator).patch(f"/api/v1/tickets/{ticket.pk}", {field: None})
    assert response.status_code == 200
    assert getattr(Ticket.objects.get(pk=ticket.pk), field) == getattr(ticket, field)
