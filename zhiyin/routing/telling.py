"""Waiting customers hear by themselves how they stand: each what has changed for them, and nobody has to ask."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.models import Conversation
from zhiyin.channels.providers.chat.waiting import Wait, tell_waits, tells_wait, who_looks_on
from zhiyin.routing.models import WorkItem
from zhiyin.routing.queries.waiting_customers import waits_of

AGAIN_AFTER = timedelta(seconds=60)  # another worker may have told something else meanwhile
_LOCK = 0x5A57_4149  # one worker tells at a time


@tells_wait
def wait_in_queue(channel: Channel, conversation: Conversation | None, now: datetime) -> Wait | None:
    """How a visitor's conversation stands in its queue; None where it waits in none."""
    if conversation is None:
        return None
    return waits_of([conversation.thread_key], now=now).get(conversation.thread_key)


class Teller:
    """Remembers what each waiting customer was told last."""

    def __init__(self) -> None:
        self._told: dict[str, tuple[Wait, datetime]] = {}

    def tell(self, *, now: datetime) -> int:
        """Tell those who look on and for whom something has changed; returns how many. The queries are always the
        same: one where nobody waits, fourteen where somebody does."""
        if not WorkItem.objects.waiting().exists():
            self._told.clear()
            return 0
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_LOCK])
            if not cursor.fetchone()[0]:
                return 0
            visitors = who_looks_on(now)
            waits = waits_of(visitors, now=now)
            fresh = {key: wait for key, wait in waits.items() if self._is_news(key, wait, now)}
            fresh |= {
                key: Wait() for key in self._told.keys() & visitors.keys() - waits.keys()
            }  # has somebody
            tell_waits({key: (wait, visitors[key].language) for key, wait in fresh.items()})
        self._told |= {key: (wait, now) for key, wait in fresh.items()}
        self._told = {key: one for key, one in self._told.items() if key in waits}
        return len(fresh)

    def _is_news(self, key: str, wait: Wait, now: datetime) -> bool:
        told = self._told.get(key)
        return told is None or told[0] != wait or now - told[1] >= AGAIN_AFTER
