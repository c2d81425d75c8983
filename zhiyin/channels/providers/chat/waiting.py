"""How long a visitor will probably wait. Whoever knows tells it; else what recent answers took, or nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.chat.models import Conversation

LOOKED_AT = 20
LOOKED_BACK = timedelta(hours=1)
LEAST = 3  # fewer answers say nothing of the next one


@dataclass(frozen=True)
class Wait:
    """A place in the queue (1 is next), and seconds until the first answer; None for what is not known."""

    place: int | None = None
    seconds: int | None = None


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
