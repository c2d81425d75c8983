"""A visitor's browser and the centre behind it, as the tests of web chat see them."""

from __future__ import annotations

from datetime import datetime
from itertools import count
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from zhiyin.channels.commands.delivering import Outgoing, queue_delivery
from zhiyin.channels.models import Channel, Delivery
from zhiyin.channels.providers.chat.identity import sign
from zhiyin.platform.ledger.ledger import carry_out_next
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.spine import let_events_happen

SHOP = "https://shop.example"
SECRET = "a-secret-the-shop-keeps"
_numbers = count(1)


def make_chat(**settings: Any) -> Channel:
    return Channel.objects.create(
        kind="chat",
        key=f"shop-{next(_numbers)}",
        name="青禾商城",
        settings={"allowed_origins": [SHOP], **settings},
        secrets={"identity_secret": SECRET},
    )


def make_mailbox() -> Channel:
    return Channel.objects.create(kind="email", name="客服邮箱", settings={"address": "help@shop.example"})


def proof(*, id: str, email: str = "", phone: str = "", secret: str = SECRET) -> dict[str, str]:  # noqa: A002
    """An identity as the shop's server signs it."""
    return {"id": id, "email": email, "phone": phone, "hmac": sign(secret, f"{id}\n{email}\n{phone}")}


class Browser:
    """A visitor's browser on the shop's page."""

    def __init__(self, channel: Channel, *, origin: str | None = SHOP, language: str = "zh-CN") -> None:
        self.channel, self.token = channel, ""
        self.headers = {"Accept-Language": language}
        if origin is not None:
            self.headers["Origin"] = origin
        self._client = Client(enforce_csrf_checks=True)

    def path(self, name: str) -> str:
        return f"/api/chat/v1/{self.channel.key}{name}"

    def get(self, name: str) -> Any:
        return self._client.get(self.path(name), headers=self._told())

    def post(self, name: str, body: Any = None) -> Any:
        return self._client.post(
            self.path(name), body or {}, content_type="application/json", headers=self._told()
        )

    def options(self, name: str) -> Any:
        return self._client.options(self.path(name), headers=self._told())

    def come(self, **body: Any) -> dict[str, Any]:
        """Open a session and keep its token."""
        answer = self.post("/sessions", {"visitor_token": self.token or None, **body})
        assert answer.status_code == 200, answer.content
        told: dict[str, Any] = answer.json()
        self.token = told["visitor_token"]
        return told

    def say(self, text: str, *, client_id: str = "", file_ids: list[int] | None = None) -> Any:
        body = {
            "client_id": client_id or f"client-{next(_numbers):06}",
            "text": text,
            "file_ids": file_ids or [],
        }
        return self.post("/messages", body)

    def put_up(self, content: bytes, name: str = "截图.png", media_type: str = "image/png") -> Any:
        file = SimpleUploadedFile(name, content, media_type)
        return self._client.post(self.path("/files"), {"file": file}, headers=self._told())

    def _told(self) -> dict[str, str]:
        return {**self.headers, **({"Authorization": f"Visitor {self.token}"} if self.token else {})}


def answer(
    channel: Channel, conversation_id: int, text: str, *, now: datetime | None = None, **more: Any
) -> Delivery:
    """What an agent replies, owed to the visitor."""
    outgoing = Outgoing(
        recipient_kind="visitor",
        recipient="1-1",
        thread=str(conversation_id),
        text=text,
        author_name="王小雨",
        **more,
    )
    return queue_delivery(channel=channel, outgoing=outgoing, now=now or timezone.now())


def work(now: datetime | None = None, *, kinds: tuple[str, ...] = ("chat",)) -> None:
    """Let the worker do all there is to do; deliveries of these kinds of channel only."""
    now = now or timezone.now()
    busy = True
    while busy:
        let_events_happen(now=now)
        busy = bool(fire_due_timers(now=now))
        for kind in kinds:
            busy |= carry_out_next(kind=f"channels.deliver.{kind}", now=now)
