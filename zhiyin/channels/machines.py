"""Whether a machine answers first on a channel: whoever knows tells it, so that customers are offered a person from the start."""

from __future__ import annotations

from collections.abc import Callable

from zhiyin.channels.models import Channel

MachineTeller = Callable[[Channel], bool]
_tellers: list[MachineTeller] = []


def tells_machine(teller: MachineTeller) -> MachineTeller:
    """The function is asked whether a machine answers first on a channel."""
    _tellers.append(teller)
    return teller


def is_answered_by_machine(channel: Channel) -> bool:
    """Whether anybody says so."""
    return any(teller(channel) for teller in _tellers)
