"""Visitors of the web chat who wait in a queue."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.tests.world import Browser
from zhiyin.people.models import Staff
from zhiyin.routing.commands.settings import QueueContent, RingContent, save_queue
from zhiyin.routing.models import Queue
from zhiyin.testing.spine import let_events_happen


def set_queue(by: Staff, **content: Any) -> Queue:
    told: dict[str, Any] = {"name": "Chats", "rings": [RingContent()], "accept_seconds": 60} | content
    return save_queue(queue_id=None, content=QueueContent(**told), by=by, now=timezone.now())


def comes(channel: Channel, text: str = "在吗") -> Browser:
    """A visitor who writes and waits."""
    browser = Browser(channel)
    browser.come()
    assert browser.say(text).status_code == 201
    let_events_happen()
    return browser


def wait_of(browser: Browser) -> dict[str, Any]:
    told = browser.get("/wait")
    assert told.status_code == 200
    return dict(told.json())


def calls(browser: Browser, phone: str = "138 0013 8000", client_id: str = "client-call-1") -> Any:
    return browser.post("/call-backs", {"client_id": client_id, "phone": phone})


def withdraws(browser: Browser, client_id: str = "client-withdraw-1") -> Any:
    return browser.post("/call-backs/withdrawal", {"client_id": client_id})
