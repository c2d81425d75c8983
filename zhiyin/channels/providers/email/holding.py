"""One reader per mailbox over all workers: whoever holds it, until it lets go or is not heard of any more."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import datetime, timedelta

from django.db.models import Q

from zhiyin.channels.providers.email.models import Mailbox

HOLD = timedelta(seconds=30)


def new_holder() -> str:
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


def take_hold(*, channel_id: int, holder: str, now: datetime) -> bool:
    """Become the reader; False while another is."""
    Mailbox.objects.bulk_create([Mailbox(channel_id=channel_id)], ignore_conflicts=True)
    free = Q(held_until=None) | Q(held_until__lt=now)
    changed = Mailbox.objects.filter(free, channel_id=channel_id).update(
        held_by=holder, held_until=now + HOLD
    )
    return bool(changed)


def keep_holds(*, holders: dict[int, str], now: datetime) -> set[int]:
    """Renew the holds of channels; returns those that are still ours."""
    kept = Mailbox.objects.filter(held_by__in=holders.values())
    kept.update(held_until=now + HOLD)
    return {
        channel_id
        for channel_id, held_by in kept.values_list("pk", "held_by")
        if holders.get(channel_id) == held_by
    }


def let_go(*, channel_id: int, holder: str) -> None:
    """Stop being the reader, so that another can begin at once."""
    Mailbox.objects.filter(channel_id=channel_id, held_by=holder).update(held_by="", held_until=None)
