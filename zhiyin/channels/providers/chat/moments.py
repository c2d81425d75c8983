"""What happens at this moment and is told to whoever looks, but not kept: writing, stopping, reading."""

from __future__ import annotations

from django.utils import timezone

from zhiyin.channels.fleeting import tell_customer_moment
from zhiyin.channels.providers.chat.models import Conversation
from zhiyin.channels.providers.chat.streaming import room_of
from zhiyin.channels.providers.chat.transcript import read_as_staff
from zhiyin.platform.stream.messages import publish


def visitor_typing(conversation: Conversation, *, on: bool) -> None:
    """Tell staff that the visitor writes, or has stopped."""
    tell_customer_moment(thread_key=conversation.thread_key, moment="typing" if on else "stopped")


def hear_staff(*, thread: str, moment: str, name: str) -> None:
    """Tell the visitor that staff write or have stopped; keep that they have read."""
    if not thread.isdecimal():
        return
    if moment == "read":
        read_as_staff(conversation_id=int(thread), now=timezone.now())
    else:
        publish(rooms={room_of(int(thread))}, name="typing", data={"on": moment == "typing", "name": name})
