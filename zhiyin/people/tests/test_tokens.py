from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.people.models import ApiToken, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for, make_staff

pytestmark = pytest.mark.django_db
TOKENS = "/api/v1/tokens"


def test_the_key_is_shown_once_and_kept_as_a_hash(owner: Staff) -> None:
    client = client_for(owner)
    made = client.post(TOKENS, {"name": "CRM", "scopes": ["tickets.read", "customers.read"]})

    assert made.status_code == 201, made.content
    key = made.json()["token"]
    assert key.startswith("zyt_")
    token = ApiToken.objects.get()
    assert token.hash == hashlib.sha256(key.encode()).hexdigest()
    assert token.scopes == ["customers.read", "tickets.read"]
    assert timedelta(days=89) < token.expires_at - timezone.now() < timedelta(days=90)
    [row] = client.get(TOKENS).json()
    assert "token" not in row
    assert key.startswith(row["prefix"])
    told = PendingEvent.objects.get(type="people.token_created")
    assert (told.subject, told.payload["token_id"]) == (f"staff:{owner.pk}", token.pk)


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"scopes": ["tickets.read", "people.manage"]}, "people.scope_beyond_you"),
        ({"scopes": ["no.such"]}, "people.scope_beyond_you"),
        ({"scopes": []}, "people.no_scopes"),
        ({"scopes": ["tickets.read"], "days": 367}, "invalid"),
        ({"scopes": ["tickets.read"], "days": 0}, "invalid"),
        ({"scopes": ["tickets.read"], "name": " "}, "invalid"),
    ],
)
def test_a_token_beyond_its_owner_or_without_end_is_refused(
    owner: Staff, body: dict[str, object], code: str
) -> None:
    answer = client_for(owner).post(TOKENS, {"name": "CRM", **body})

    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert not ApiToken.objects.exists()


def test_revoked_tokens_leave_the_list(owner: Staff) -> None:
    client = client_for(owner)
    made = client.post(TOKENS, {"name": "CRM", "scopes": ["tickets.read"]}).json()

    assert client.delete(f"{TOKENS}/{made['id']}").status_code == 204
    assert client.get(TOKENS).json() == []
    assert client.delete(f"{TOKENS}/{made['id']}").status_code == 404


def test_others_tokens_are_neither_seen_nor_revoked(owner: Staff, colleague: Staff) -> None:
    made = client_for(owner).post(TOKENS, {"name": "CRM", "scopes": ["tickets.read"]}).json()
    other = client_for(colleague)

    assert other.get(TOKENS).json() == []
    assert other.delete(f"{TOKENS}/{made['id']}").status_code == 404
    assert ApiToken.objects.get().revoked_at is None


def test_who_may_not_make_tokens_makes_none() -> None:
    plain = make_staff(roles=[])

    assert client_for(plain).post(TOKENS, {"name": "CRM", "scopes": ["tickets.read"]}).status_code == 403
    assert not ApiToken.objects.exists()
