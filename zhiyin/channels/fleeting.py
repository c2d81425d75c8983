"""What the other side does at this moment (writes, stops, reads): told both ways through a channel, never kept.

Upwards, whoever knows the ticket registers with `@hears_customers`; downwards, a provider that can show
it has a method `hear_staff(thread, moment, name)`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.registry import provider_of

CustomerMoment = Literal["typing", "stopped"]
StaffMoment = Literal["typing", "stopped", "read"]
Hearer = Callable[[str, CustomerMoment], None]
_hearers: list[Hearer] = []


def hears_customers(hearer: Hearer) -> Hearer:
    """The function is called with a thread key and what its customer does."""
    _hearers.append(hearer)
    return hearer


def tell_customer_moment(*, thread_key: str, moment: CustomerMoment) -> None:
    """Pass on what a customer does."""
    for hearer in _hearers:
        hearer(thread_key, moment)


def tell_staff_moment(*, channel: Channel, thread: str, moment: StaffMoment, name: str) -> None:
    """Pass on what staff do, where the channel can show it."""
    hear_staff = getattr(provider_of(channel.kind), "hear_staff", None)
    if hear_staff is not None and thread:
        hear_staff(thread, moment, name)
