import base64
import threading
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from zhiyin.channels.commands.receiving import receive_raw_message
from zhiyin.channels.models import Channel, InboundMessage, RawMessage
from zhiyin.people.models import Role, RolePermission, Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.files.files import open_file
from zhiyin.testing.people import ApiClient, client_for
from zhiyin.testing.spine import let_events_happen

MESSAGE = {
    "external_id": "shop-1",
    "thread_id": "order-88",
    "sender": {"kind": "external", "value": "user-42", "name": "王芳"},
    "subject": "退款",
    "text": "我的退款什么时候到账？",
}


@pytest.fixture
def channel(db: None) -> Channel:
    return Channel.objects.create(kind="api", key="shop", name="Shop")


@pytest.fixture
def program(administrator: Staff) -> ApiClient:
    return client_for(administrator)


def hand_in(program: ApiClient, *, key: str = "shop", **fields: Any) -> Any:
    return program.post(f"/api/v1/channels/{key}/messages", {**MESSAGE, **fields})


def test_a_message_is_stored_and_understood(channel: Channel, program: ApiClient) -> None:
    response = hand_in(program)
    assert response.status_code == 201
    raw = RawMessage.objects.get()
    assert response.json()["id"] == raw.pk
    assert response.json()["external_id"] == "shop-1"
    let_events_happen()
    inbound = InboundMessage.objects.get()
    assert (inbound.sender_kind, inbound.sender_value, inbound.sender_name) == ("external", "user-42", "王芳")
    assert (inbound.subject, inbound.text) == ("退款", "我的退款什么时候到账？")
    assert inbound.thread_keys == ["api:shop:order-88"]


def test_the_same_id_is_taken_in_once(channel: Channel, program: ApiClient) -> None:
    first = hand_in(program)
    again = hand_in(program, text="something else")
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()
    assert RawMessage.objects.count() == 1
    assert PendingEvent.objects.filter(type="channels.raw_stored").count() == 1


def test_the_same_id_on_another_channel_is_another_message(channel: Channel, program: ApiClient) -> None:
    Channel.objects.create(kind="api", key="app", name="App")
    assert hand_in(program).status_code == hand_in(program, key="app").status_code == 201


def test_a_message_without_a_thread_begins_one_named_by_its_id(channel: Channel, program: ApiClient) -> None:
    hand_in(program, thread_id="")
    hand_in(program, external_id="shop-2", thread_id="shop-1")
    let_events_happen()
    keys = InboundMessage.objects.order_by("pk").values_list("thread_keys", flat=True)
    assert list(keys) == [["api:shop:shop-1"], ["api:shop:shop-1"]]


@pytest.mark.parametrize(
    ("kind", "value"),
    [("email", "wang@example.com"), ("phone", "+86 138 0013 8000"), ("external", "u"), ("visitor", "v")],
)
def test_any_identity_may_be_the_sender(channel: Channel, program: ApiClient, kind: str, value: str) -> None:
    assert hand_in(program, sender={"kind": kind, "value": value}).status_code == 201
    let_events_happen()
    assert InboundMessage.objects.get().sender_kind == kind


def test_attachments_are_kept_byte_for_byte(channel: Channel, program: ApiClient) -> None:
    content = bytes(range(256)) * 400
    part = {
        "name": "发票.bin",
        "media_type": "application/x-test",
        "content_base64": base64.b64encode(content).decode(),
    }
    assert hand_in(program, attachments=[part]).status_code == 201
    let_events_happen()
    attachment = InboundMessage.objects.get().attachments.get()
    assert (attachment.file.name, attachment.file.media_type) == ("发票.bin", "application/x-test")
    assert open_file(attachment.file).read() == content


def test_html_is_cleaned_and_read_as_text(channel: Channel, program: ApiClient) -> None:
    html = (
        '<p>Hello<script>alert(1)</script></p><p onclick="x()"><b>Bob</b><img src="http://t.example/x"></p>'
    )
    assert hand_in(program, text="", html=html).status_code == 201
    let_events_happen()
    inbound = InboundMessage.objects.get()
    assert inbound.html == "<p>Hello</p><p><b>Bob</b></p>"
    assert inbound.text == "Hello\nBob"


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"external_id": " "}, "external_id"),
        ({"sender": {"kind": "fax", "value": "1"}}, "sender.kind"),
        ({"sender": {"kind": "email", "value": ""}}, "sender.value"),
        ({"text": " "}, "body"),
        ({"attachments": [{"name": "a", "content_base64": "%%%"}]}, "content_base64"),
        ({"attachments": [{"name": "a", "content_base64": "QQ=="}] * 21}, "attachments"),
        ({"sent_at": "yesterday"}, "sent_at"),
        ({"external_id": "a\x7fb"}, "external_id"),
        ({"thread_id": "a\nb"}, "thread_id"),
        ({"text": "half a pair \ud83d"}, "text"),
    ],
)
def test_what_does_not_fit_is_refused_field_by_field(
    channel: Channel, program: ApiClient, fields: dict[str, Any], wrong: str
) -> None:
    response = hand_in(program, **fields)
    assert (response.status_code, response.json()["code"]) == (422, "invalid")
    assert any(wrong in name for name in response.json()["params"]["fields"])
    assert not RawMessage.objects.exists()


def test_too_large_an_attachment_is_refused_with_the_limit(
    channel: Channel, program: ApiClient, settings: Settings
) -> None:
    settings.MAX_FILE_MB = 1
    large = base64.b64encode(bytes(1024 * 1024 + 10)).decode()
    response = hand_in(program, attachments=[{"name": "a", "content_base64": large}])
    assert (response.status_code, response.json()["code"]) == (413, "files.too_large")
    assert not RawMessage.objects.exists()


def test_strange_characters_do_not_stop_a_message(channel: Channel, program: ApiClient) -> None:
    assert hand_in(program, text="nul \0 😀 \u202e", subject="a\0b").status_code == 201
    let_events_happen()
    inbound = InboundMessage.objects.get()
    assert (inbound.text, inbound.subject) == ("nul  😀 \u202e", "ab")


def test_only_an_active_api_channel_takes_messages(channel: Channel, program: ApiClient) -> None:
    Channel.objects.create(kind="email", key="mail", name="Mail")
    assert hand_in(program, key="mail").status_code == 404
    assert hand_in(program, key="nothing").status_code == 404
    Channel.objects.filter(pk=channel.pk).update(active=False)
    assert hand_in(program).status_code == 404
    assert not RawMessage.objects.exists()


def test_it_takes_the_permission_and_no_other(channel: Channel, owner: Staff, nobody: ApiClient) -> None:
    assert hand_in(nobody).status_code == 401
    assert hand_in(client_for(owner)).status_code == 403
    assert not RawMessage.objects.exists()
    role = Role.objects.create(code="shop", name_zh="商城系统", name_en="Shop system")
    RolePermission.objects.create(role=role, permission="messages.hand_in", scope="all")
    owner.roles.set([role])
    assert hand_in(client_for(Staff.objects.get(pk=owner.pk))).status_code == 201


@pytest.mark.django_db(transaction=True)
def test_two_tries_at_once_are_one_message() -> None:
    channel = Channel.objects.create(kind="api", key="shop", name="Shop")
    both_in = threading.Barrier(2)

    def take_in() -> None:
        try:
            both_in.wait()
            receive_raw_message(channel=channel, content=b"{}", external_id="shop-1", now=timezone.now())
        finally:
            connection.close()

    for number in range(10):
        RawMessage.objects.all().delete()
        PendingEvent.objects.all().delete()
        tries = [threading.Thread(target=take_in) for _ in range(2)]
        for one in tries:
            one.start()
        for one in tries:
            one.join()
        assert RawMessage.objects.count() == 1
        assert PendingEvent.objects.filter(type="channels.raw_stored").count() == 1, (
            f"told twice in round {number}"
        )
