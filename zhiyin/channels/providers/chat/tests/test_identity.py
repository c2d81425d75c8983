"""Who a visitor is: proven by the host page's HMAC, or nobody in particular."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from zhiyin.channels.models import Channel, InboundMessage
from zhiyin.channels.providers.chat.identity import rotate_identity_secret
from zhiyin.channels.providers.chat.models import Conversation, Visitor, VisitorToken
from zhiyin.channels.providers.chat.tests.world import SECRET, Browser, make_chat, proof, work
from zhiyin.people.models import Staff
from zhiyin.testing.people import client_for

pytestmark = pytest.mark.django_db


def test_a_proven_visitor_is_known_by_their_id_and_proven_address() -> None:
    browser = Browser(make_chat())
    browser.come(identity={**proof(id="u-7", email="lin@example.com"), "name": "林晓"})
    browser.say("我的会员到期了吗")
    work()
    inbound = InboundMessage.objects.get()
    assert (inbound.sender_kind, inbound.sender_value, inbound.sender_name) == ("external", "u-7", "林晓")
    assert inbound.headers["also_known_as"] == [
        {"kind": "email", "value": "lin@example.com", "verified": True}
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        {"hmac": "0" * 64},
        {"hmac": ""},
        {"hmac": "签名"},
        {"id": "u-8"},
        {"email": "other@example.com"},
        {"phone": "13800000000"},
    ],
)
def test_a_wrong_proof_is_refused_and_nothing_is_stored(wrong: dict[str, str]) -> None:
    browser = Browser(make_chat(), language="en")
    answer = browser.post("/sessions", {"identity": {**proof(id="u-7", email="lin@example.com"), **wrong}})
    assert (answer.status_code, answer.json()["code"]) == (403, "chat.identity_not_proven")
    assert answer.json()["detail"].startswith("The identity's signature is wrong")
    assert (Visitor.objects.count(), Conversation.objects.count(), VisitorToken.objects.count()) == (0, 0, 0)


def test_a_wrong_proof_changes_nothing_of_a_visitor_already_here() -> None:
    browser = Browser(make_chat())
    browser.come()
    answer = browser.post(
        "/sessions",
        {"visitor_token": browser.token, "identity": {"id": "admin", "name": "Boss", "hmac": "ab"}},
    )
    assert answer.status_code == 403
    visitor = Visitor.objects.get()
    assert (visitor.external_id, visitor.name) == ("", "")


def test_a_channel_without_a_secret_proves_nobody() -> None:
    channel = make_chat()
    channel.secrets = {}
    channel.save()
    assert Browser(channel).post("/sessions", {"identity": proof(id="u-7", secret="")}).status_code == 403


def test_line_breaks_can_not_move_a_signature_between_fields() -> None:
    signed = proof(id="u-7", email="a@example.com")
    forged = {**signed, "id": "u-7\na@example.com\n", "email": ""}
    assert Browser(make_chat()).post("/sessions", {"identity": forged}).status_code == 403


def test_an_anonymous_visitor_who_signs_in_keeps_their_conversation() -> None:
    browser = Browser(make_chat())
    here = browser.come()["conversation_id"]
    browser.say("我先问一句")
    told = browser.come(identity=proof(id="u-7"))
    assert told["conversation_id"] == here
    assert [line["text"] for line in told["history"]] == ["我先问一句"]
    assert Visitor.objects.get().external_id == "u-7"


def test_a_proven_visitor_finds_their_conversation_on_another_device() -> None:
    channel = make_chat()
    phone, laptop = Browser(channel), Browser(channel)
    here = phone.come(identity=proof(id="u-7"))["conversation_id"]
    phone.say("在手机上问的")
    told = laptop.come(identity=proof(id="u-7"))
    assert told["conversation_id"] == here
    assert [line["text"] for line in told["history"]] == ["在手机上问的"]
    assert laptop.token != phone.token
    assert phone.get("/messages").status_code == 200


def test_two_people_at_one_computer_stay_two() -> None:
    browser = Browser(make_chat())
    browser.come(identity=proof(id="u-7"))
    browser.say("七号的话")
    told = browser.come(identity=proof(id="u-8"))
    assert told["history"] == []
    assert sorted(Visitor.objects.values_list("external_id", flat=True)) == ["u-7", "u-8"]


def test_unproven_words_do_not_overwrite_what_was_proven() -> None:
    browser = Browser(make_chat())
    browser.come(identity=proof(id="u-7", email="lin@example.com"))
    browser.come(identity={"name": "有人", "email": "mallory@example.com"})
    visitor = Visitor.objects.get()
    assert (visitor.email, visitor.email_proven) == ("lin@example.com", True)


def test_after_a_rotation_the_new_and_the_last_secret_hold_and_older_ones_do_not(
    administrator: Staff,
) -> None:
    channel = make_chat()
    second = rotate_identity_secret(channel_id=channel.pk, by=administrator, now=timezone.now())
    for secret in (SECRET, second):
        assert (
            Browser(channel).post("/sessions", {"identity": proof(id="u-7", secret=secret)}).status_code
            == 200
        )
    third = rotate_identity_secret(channel_id=channel.pk, by=administrator, now=timezone.now())
    for secret, status in ((SECRET, 403), (second, 200), (third, 200)):
        assert (
            Browser(channel).post("/sessions", {"identity": proof(id="u-7", secret=secret)}).status_code
            == status
        )


def test_only_who_manages_channels_rotates_secrets(owner: Staff) -> None:
    channel = make_chat()
    with pytest.raises(Channel.DoesNotExist):
        rotate_identity_secret(channel_id=channel.pk, by=owner, now=timezone.now())
    channel.refresh_from_db()
    assert channel.secrets == {"identity_secret": SECRET}


def test_a_new_secret_is_shown_once_to_who_manages_channels(administrator: Staff, owner: Staff) -> None:
    channel = make_chat()
    path = f"/api/v1/channels/{channel.pk}/identity-secrets"
    assert client_for(owner).post(path).status_code == 403
    secret = client_for(administrator).post(path).json()["secret"]
    assert Browser(channel).post("/sessions", {"identity": proof(id="u-7", secret=secret)}).status_code == 200


@pytest.mark.parametrize("guide", ["en/web-chat.md", "zh/web-chat.md"])
def test_a_signature_made_as_the_guide_says_is_good(guide: str) -> None:
    text = (Path(__file__).parents[5] / "docs" / guide).read_text()
    program = text.partition("```python\n")[2].partition("```")[0]
    names: dict[str, Any] = {
        "SECRET": SECRET,
        "user": SimpleNamespace(id="u-7", email="lin@example.com", phone="13800000000"),
    }
    exec(program, names)
    identity = {"id": "u-7", "email": "lin@example.com", "phone": "13800000000", "hmac": names["proof"]}
    assert Browser(make_chat()).post("/sessions", {"identity": identity}).status_code == 200
