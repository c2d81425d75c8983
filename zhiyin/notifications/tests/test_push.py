"""Push by Web Push: encrypted for one browser, signed by us, posted to a real receiver."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from zhiyin.notifications.commands.owing import PUSH
from zhiyin.notifications.commands.subscribing import NotASubscription, add_subscription
from zhiyin.notifications.models import Decision, Policy, Preferences, PushKey, PushSubscription, Sending
from zhiyin.notifications.tests.scene import key_of
from zhiyin.notifications.ways.encrypting import encrypt, from_base64url, point, to_base64url
from zhiyin.notifications.ways.vapid import push_key
from zhiyin.people.models import Staff
from zhiyin.platform.ledger.ledger import carry_out_next
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.people import client_for
from zhiyin.testing.receiver import Received, Receiver, receiver
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db
SECRET = "我的银行卡号是多少"


@dataclass
class Browser:
    """What a browser keeps to itself, and how it opens what it gets (RFC 8291, read from its side)."""

    key: ec.EllipticCurvePrivateKey
    auth: bytes

    @property
    def public_key(self) -> str:
        return to_base64url(point(self.key.public_key()))

    def open(self, body: bytes) -> bytes:
        salt, size, length = body[:16], int.from_bytes(body[16:20], "big"), body[20]
        sender = body[21 : 21 + length]
        shared = self.key.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), sender)
        )
        info = b"WebPush: info\0" + from_base64url(self.public_key) + sender
        material = HKDF(hashes.SHA256(), 32, self.auth, info).derive(shared)
        key = HKDF(hashes.SHA256(), 16, salt, b"Content-Encoding: aes128gcm\0").derive(material)
        nonce = HKDF(hashes.SHA256(), 12, salt, b"Content-Encoding: nonce\0").derive(material)
        assert size == 4096
        plain = AESGCM(key).decrypt(nonce, body[21 + length :], None)
        assert plain.endswith(b"\x02")
        return plain[:-1]


@pytest.fixture
def service() -> Iterator[Receiver]:
    with receiver() as one:
        one.answers = [(201, {}, b"")]
        yield one


@pytest.fixture
def reader() -> Browser:
    return Browser(ec.generate_private_key(ec.SECP256R1()), b"0123456789abcdef")


@pytest.fixture
def subscription(owner: Staff, service: Receiver, reader: Browser) -> PushSubscription:
    return subscribe(owner, service, reader)


def subscribe(owner: Staff, service: Receiver, reader: Browser, place: str = "") -> PushSubscription:
    return add_subscription(
        endpoint=service.url + place,
        public_key=reader.public_key,
        secret=to_base64url(reader.auth),
        user_agent="Test",
        by=owner,
        now=timezone.now(),
    )


def wrote(ticket: Ticket) -> None:
    arrive(at=timezone.now(), thread_keys=[key_of(ticket)], text=SECRET)
    let_events_happen()


def push(**after: float) -> None:
    while carry_out_next(kind=PUSH, now=timezone.now() + timedelta(**after)):
        pass


def opened(received: Received, reader: Browser) -> Any:
    return json.loads(reader.open(received.body))


def test_the_encryption_is_that_of_the_standard() -> None:
    """RFC 8291, appendix A."""
    own = ec.derive_private_key(
        int.from_bytes(from_base64url("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    made = encrypt(
        b"When I grow up, I want to be a watermelon",
        public_key="BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        secret="BTBZMqHH6r4Tts7J_aSIgg",
        salt=from_base64url("DGv6ra1nlYgDCS1FRnbzlw"),
        own_key=own,
    )
    assert to_base64url(made) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_push_says_one_line_to_the_browser_alone(
    owner: Staff, ticket: Ticket, service: Receiver, reader: Browser, subscription: PushSubscription
) -> None:
    wrote(ticket)
    push()
    (received,) = service.received
    assert opened(received, reader) == {
        "id": Sending.objects.get().notification_id,
        "title": f"#{ticket.pk} · 客户 发来 1 条消息",
        "body": "",
        "url": f"http://127.0.0.1:8000/tickets/{ticket.pk}?message={ticket.messages.latest('pk').pk}",
        "tag": f"n{Sending.objects.get().notification_id}",
    }
    assert received.headers["content-encoding"] == "aes128gcm"
    assert received.headers["ttl"] == "43200"
    assert received.headers["urgency"] == "normal"
    assert received.headers["topic"] == f"n{Sending.objects.get().notification_id}"
    assert Sending.objects.get().state == "sent"
    subscription.refresh_from_db()
    assert subscription.reached_at is not None


def test_the_push_service_knows_us_by_our_key(
    ticket: Ticket, service: Receiver, subscription: PushSubscription
) -> None:
    wrote(ticket)
    push()
    scheme, _, told = service.received[0].headers["authorization"].partition(" ")
    parts = dict(part.strip().split("=", 1) for part in told.split(","))
    assert scheme == "vapid"
    assert parts["k"] == push_key().public_key
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), from_base64url(parts["k"]))
    claims = jwt.decode(parts["t"], public, algorithms=["ES256"], audience=service.url.removesuffix("/hook"))
    assert claims["sub"] == "mailto:zhiyin@localhost"
    assert claims["exp"] - timezone.now().timestamp() < 24 * 3600


def test_content_is_in_a_push_only_where_company_and_person_allow_it(
    owner: Staff, ticket: Ticket, service: Receiver, reader: Browser, subscription: PushSubscription
) -> None:
    Policy.objects.create(allows_content=True)
    Preferences.objects.create(pk=owner.pk, shows_content=True)
    wrote(ticket)
    push()
    message = opened(service.received[0], reader)
    assert message["title"] == "王芳 发来 1 条消息"
    assert message["body"] == f"#{ticket.pk} 退款多久到账\n{SECRET}"


def test_each_browser_gets_its_own_and_one_that_is_gone_is_forgotten(
    owner: Staff, ticket: Ticket, service: Receiver, reader: Browser, subscription: PushSubscription
) -> None:
    subscribe(owner, service, reader, "/second")
    service.answers = [(410, {}, b"gone"), (201, {}, b"")]
    wrote(ticket)
    push()
    assert sorted(one.path for one in service.received) == ["/hook", "/hook/second"]
    assert PushSubscription.objects.count() == 1
    assert Sending.objects.get().state == "sent"


def test_a_service_that_is_busy_is_asked_again_when_it_says_so(
    ticket: Ticket, service: Receiver, subscription: PushSubscription
) -> None:
    service.answers = [(429, {"Retry-After": "90"}, b""), (201, {}, b"")]
    wrote(ticket)
    push()
    push(seconds=60)
    assert len(service.received) == 1
    push(seconds=95)
    assert len(service.received) == 2
    assert Sending.objects.get().state == "sent"


def test_a_refusal_is_given_up_and_told(
    ticket: Ticket, service: Receiver, subscription: PushSubscription
) -> None:
    service.answers = [(403, {}, b"bad key")]
    wrote(ticket)
    push()
    assert Effect.objects.get(kind=PUSH).state == "given_up"
    assert (Sending.objects.get().state, Sending.objects.get().why) == ("failed", "403 bad key")


def test_an_address_inside_our_own_network_is_not_called(
    owner: Staff, ticket: Ticket, service: Receiver, subscription: PushSubscription, settings: Settings
) -> None:
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    wrote(ticket)
    push()
    assert service.received == []
    assert Effect.objects.get(kind=PUSH).state == "given_up"


def test_subscriptions_are_checked_when_they_are_made(
    owner: Staff, service: Receiver, reader: Browser, settings: Settings
) -> None:
    good = {
        "endpoint": "https://push.example/1",
        "public_key": reader.public_key,
        "secret": to_base64url(reader.auth),
    }
    wrong: list[dict[str, str]] = [{"public_key": "abc"}, {"secret": "YWJj"}]
    for change in wrong:
        with pytest.raises(NotASubscription):
            add_subscription(**{**good, **change}, user_agent="", by=owner, now=timezone.now())
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    for endpoint in ("http://push.example/1", "https://127.0.0.1/1", "https://10.0.0.1/"):
        with pytest.raises(NotASubscription):
            add_subscription(**{**good, "endpoint": endpoint}, user_agent="", by=owner, now=timezone.now())
    assert not PushSubscription.objects.exists()


def test_keys_are_stored_encrypted(owner: Staff, subscription: PushSubscription) -> None:
    assert push_key().private_key.startswith("-----BEGIN PRIVATE KEY-----")
    assert push_key().pk == PushKey.objects.get().pk
    with connection.cursor() as cursor:
        cursor.execute("SELECT private_key FROM notifications_pushkey")
        stored = cursor.fetchone()[0]
        cursor.execute("SELECT endpoint || secret FROM notifications_pushsubscription")
        assert "127.0.0.1" not in cursor.fetchone()[0]
    assert "PRIVATE KEY" not in stored


def test_without_a_browser_nothing_is_owed(owner: Staff, ticket: Ticket) -> None:
    wrote(ticket)
    assert Decision.objects.get(staff=owner).held == {"push": "no_device"}
    assert not Effect.objects.filter(kind=PUSH).exists()


def test_a_test_push_arrives_and_nobody_else_may_send_or_remove_it(
    owner: Staff, colleague: Staff, service: Receiver, reader: Browser, subscription: PushSubscription
) -> None:
    path = f"/api/v1/notifications/devices/{subscription.pk}"
    assert client_for(colleague).post(f"{path}/tests").status_code == 404
    assert client_for(colleague).delete(path).status_code == 404
    assert client_for(owner).post(f"{path}/tests").status_code == 202
    push()
    assert opened(service.received[0], reader)["title"] == "通知已开启"
    assert client_for(owner).delete(path).status_code == 204
    assert not PushSubscription.objects.exists()
