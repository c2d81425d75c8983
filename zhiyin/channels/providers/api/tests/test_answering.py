import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings
from standardwebhooks.webhooks import Webhook

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.registry import provider_of
from zhiyin.platform.files.files import store_file
from zhiyin.platform.outbound.signing import new_secret
from zhiyin.testing.receiver import Receiver, receiver
from zhiyin.testing.spine import let_effects_happen

pytestmark = pytest.mark.django_db
SECRET = new_secret()


def channel_to(url: str, secret: str = SECRET) -> Channel:
    return Channel.objects.create(
        kind="api",
        key="shop",
        name="Shop",
        settings={"callback_url": url},
        secrets={"callback_secret": secret},
    )


def send(channel: Channel, **fields: Any) -> Delivery:
    """Answer, and let the ledger carry it out after the undo window."""
    outgoing = Outgoing(
        recipient_kind="external",
        recipient="user-42",
        recipient_name="王芳",
        thread="order-88",
        text="已退款，请查收。",
        author_name="李雷",
        **fields,
    )
    delivery = queue_delivery(channel=channel, outgoing=outgoing, now=timezone.now())
    let_effects_happen(now=timezone.now() + timedelta(minutes=1))
    delivery.refresh_from_db()
    return delivery


def test_an_answer_is_handed_over_signed_with_its_attachments() -> None:
    file = store_file(content=b"%PDF-1.7", name="退款单.pdf", media_type="application/pdf")
    with receiver() as other:
        other.answers = [(201, {}, b'{"id": "their-7"}')]
        delivery = send(channel_to(other.url), file_ids=[file.pk])
    assert (delivery.state, delivery.provider_id) == ("sent", "their-7")
    [got] = other.received
    told = Webhook(SECRET).verify(got.body, got.headers)
    assert told["type"] == "channels.answer"
    assert told["data"]["thread_id"] == "order-88"
    assert told["data"]["recipient"] == {"kind": "external", "value": "user-42", "name": "王芳"}
    assert (told["data"]["text"], told["data"]["author"]) == ("已退款，请查收。", "李雷")
    [part] = told["data"]["attachments"]
    assert (part["name"], base64.b64decode(part["content_base64"])) == ("退款单.pdf", b"%PDF-1.7")
    assert got.headers["webhook-id"] == f"msg_{delivery.key}"


def test_without_a_callback_address_web_hooks_are_enough() -> None:
    assert send(channel_to("")).state == "sent"


def check_state_after(answer: tuple[int, dict[str, str], bytes]) -> tuple[Delivery, Receiver]:
    with receiver() as other:
        other.answers = [answer]
        return send(channel_to(other.url)), other


@pytest.mark.parametrize("status", [500, 503, 429, 408])
def test_a_passing_refusal_is_tried_again(status: int) -> None:
    delivery, other = check_state_after((status, {"Retry-After": "120"}, b"busy"))
    assert (delivery.state, delivery.reason) == ("queued", f"{status} busy")
    assert len(other.received) == 1


@pytest.mark.parametrize("status", [400, 401, 404, 410, 422, 302])
def test_a_final_refusal_is_told(status: int) -> None:
    delivery, _ = check_state_after((status, {}, b"no such user"))
    assert (delivery.state, delivery.reason) == ("failed", f"{status} no such user")


def test_an_inner_address_is_refused_and_told(settings: Settings) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    with receiver() as other:
        delivery = send(channel_to(other.url))
    assert delivery.state == "failed"
    assert "ZHIYIN_ALLOW_PRIVATE_WEBHOOKS" in delivery.reason
    assert other.received == []


def test_without_a_secret_nothing_leaves() -> None:
    with receiver() as other:
        delivery = send(channel_to(other.url, secret="weak"))
    assert (delivery.state, other.received) == ("failed", [])
    assert "whsec" in json.dumps(provider_of("api").form())


def codes(channel: Channel) -> list[tuple[str, str]]:
    return [(finding.level, finding.code) for finding in provider_of("api").check(channel)]


def test_the_live_test_tells_how_the_callback_answers() -> None:
    with receiver() as other:
        other.answers = [(200, {}, b""), (401, {}, b"")]
        channel = channel_to(other.url)
        assert codes(channel) == [("ok", "api.answered")]
        assert codes(channel) == [("error", "api.refused")]
        assert Webhook(SECRET).verify(other.received[0].body, other.received[0].headers)["type"] == "ping"
    assert codes(channel) == [("error", "api.unreachable")]
    channel.secrets = {}
    assert codes(channel) == [("error", "api.no_secret")]
    channel.settings = {}
    assert codes(channel) == [("ok", "api.no_callback")]
