"""How long a visitor will probably wait. Whoever knows tells it; else what recent answers took, or nothing.

Whoever knows is asked when a visitor comes, and tells those who look on by itself when something changes, so that
nobody has to ask again and again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal

from django.db import connection

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.models import Conversation, Visitor
from zhiyin.channels.providers.chat.settings import ChatSettings
from zhiyin.channels.providers.chat.streaming import room_of
from zhiyin.platform.stream.messages import Fleeting, publish_all

LOOKED_AT = 20
LOOKED_BACK = timedelta(hours=1)
LEAST = 3  # fewer answers say nothing of the next one


LOOKS_ON = timedelta(seconds=150)  # since a visitor's page was last heard of, which speaks every minute


@dataclass(frozen=True)
class Wait:
    """A place in the queue (1 is next), and seconds until the first answer; None for what is not known.

    Where `seconds` alone would say more than is known, `low` and `high` are told beside it. `closed` is what to read
    outside the hours, by language. A call-back is '', offered or taken.
    """

    place: int | None = None
    seconds: int | None = None
    low: int | None = None
    high: int | None = None
    is_closed: bool = False
    opens_at: datetime | None = None
    closed: Mapping[str, str] = field(default_factory=dict)
    call_back: Literal["", "offered", "taken"] = ""

    def told(self, language: str) -> dict[str, Any]:
        """As the widget reads it, in one language; the other language's words are better than none."""
        words = self.closed.get(language) or next((one for one in self.closed.values() if one), "")
        plain = ("place", "seconds", "low", "high", "is_closed", "call_back")
        return {
            **{name: getattr(self, name) for name in plain},
            "opens_at": self.opens_at.isoformat() if self.opens_at else None,
            "closed": words if self.is_closed else "",
        }


WaitTeller = Callable[[Channel, Conversation | None, datetime], Wait | None]
_tellers: list[WaitTeller] = []

# the first line a person wrote after a visitor's: how long the visitor had waited for it
_RECENT = """
WITH answered AS (
    SELECT answer.at, (
        SELECT min(asked.at) FROM chat_line asked
        WHERE asked.conversation_id = answer.conversation_id AND asked.side = 'visitor'
          AND asked.number < answer.number AND asked.number > coalesce((
            SELECT max(before.number) FROM chat_line before
            WHERE before.conversation_id = answer.conversation_id AND before.side = 'agent'
              AND before.delivery_id IS NOT NULL AND before.number < answer.number), 0)) AS asked_at
    FROM chat_line answer
    JOIN channels_delivery delivery ON delivery.id = answer.delivery_id AND NOT delivery.automatic
    WHERE answer.side = 'agent' AND answer.at > %(since)s AND delivery.channel_id = %(channel)s
), latest AS (
    SELECT extract(epoch FROM at - asked_at) AS waited FROM answered
    WHERE asked_at IS NOT NULL ORDER BY at DESC LIMIT %(most)s
)
SELECT count(*), percentile_cont(0.5) WITHIN GROUP (ORDER BY waited) FROM latest
"""


def tells_wait(teller: WaitTeller) -> WaitTeller:
    """The function is asked how long a visitor of a channel will wait; None where it can't say."""
    _tellers.append(teller)
    return teller


def wait_for(channel: Channel, conversation: Conversation | None, now: datetime) -> Wait:
    """What the first teller says that says anything; without one, the median of recent first answers by people."""
    for teller in _tellers:
        if (wait := teller(channel, conversation, now)) is not None:
            return wait
    return Wait(seconds=recent_wait(channel, now))


def recent_wait(channel: Channel, now: datetime) -> int | None:
    """Median seconds of the channel's last first answers within the hour; None when they are too few to say."""
    with connection.cursor() as cursor:
        cursor.execute(_RECENT, {"since": now - LOOKED_BACK, "channel": channel.pk, "most": LOOKED_AT})
        count, median = cursor.fetchone()
    return round(median) if count >= LEAST else None


def who_looks_on(now: datetime) -> dict[str, Visitor]:
    """The visitors whose pages were heard of lately and whose channels show waits, by thread key; one query."""
    here = Conversation.objects.filter(seen_at__gt=now - LOOKS_ON, is_over=False, last_number__gt=0)
    return {
        conversation.thread_key: conversation.visitor
        for conversation in here.select_related("visitor__channel")
        if ChatSettings.of(conversation.visitor.channel).shows_wait
    }


def tell_waits(waits: Mapping[str, tuple[Wait, str]]) -> None:
    """Tell visitors, by thread key, their waits in their languages, on the streams they listen to; one query."""
    publish_all(
        Fleeting(rooms={room_of(int(key.removeprefix("chat:")))}, name="wait", data=wait.told(language))
        for key, (wait, language) in waits.items()
    )
