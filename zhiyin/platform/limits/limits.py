"""Counting uses against a limit: one row per limited thing, one statement per request.

The row says until when the allowance is used up in advance (the generic cell rate algorithm): each use
moves it on by `per / times`; it may run ahead of now by at most `per`.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone

from zhiyin.platform.crypto.blind_index import blind_index
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.limits.models import Allowance
from zhiyin.platform.worker.loops import background

SWEEP_EVERY_SECONDS = 600

_USE = """
INSERT INTO limits_allowance AS a (key, used_until) VALUES (%(key)s, %(now)s + %(step)s * interval '1 second')
ON CONFLICT (key) DO UPDATE SET used_until = greatest(a.used_until, %(now)s) + %(step)s * interval '1 second'
WHERE greatest(a.used_until, %(now)s) + %(step)s * interval '1 second' <= %(now)s + %(per)s * interval '1 second'
RETURNING used_until
"""


@dataclass(frozen=True)
class Limit:
    """So many times per so many seconds."""

    name: str
    times: int
    per_seconds: int


class TooFast(DomainError):
    code = "too_fast"
    status = 429
    messages = {
        "zh": "操作太频繁了，请 {seconds} 秒后再试。",
        "en": "That was too fast. Please try again in {seconds} seconds.",
    }


def use(limit: Limit, who: str) -> None:
    """Count one use of `limit` by `who`. Raises TooFast when there are too many."""
    now = timezone.now()
    key, step = f"{limit.name}:{who}", limit.per_seconds / limit.times
    with connection.cursor() as cursor:
        cursor.execute(_USE, {"key": key, "now": now, "step": step, "per": limit.per_seconds})
        if cursor.fetchone() is None:
            raise TooFast(seconds=_wait(key, now, limit.per_seconds - step))


def _wait(key: str, now: datetime, ahead: float) -> int:
    """Seconds until one more use fits."""
    used_until = Allowance.objects.values_list("used_until", flat=True).filter(pk=key).first() or now
    return max(1, math.ceil((used_until - now).total_seconds() - ahead))


class ProcessLimit:
    """A limit counted in this process alone, for what is asked too often to write a row each time."""

    def __init__(self, limit: Limit) -> None:
        self._step, self._per = limit.per_seconds / limit.times, float(limit.per_seconds)
        self._used_until: dict[int, float] = {}

    def use(self, who: int, *, clock: float | None = None) -> None:
        """Count one use; `clock` are seconds that only go forward. Raises TooFast when there are too many."""
        now = time.monotonic() if clock is None else clock
        used_until = max(self._used_until.get(who, 0.0), now) + self._step
        if used_until > now + self._per:
            raise TooFast(seconds=max(1, math.ceil(used_until - now - self._per)))
        self._used_until[who] = used_until


def address_of(request: HttpRequest) -> str:
    """The caller's address, unreadable: limits need to know it again, nobody needs to know it."""
    address = request.META.get("REMOTE_ADDR", "")
    if settings.TRUST_PROXY:
        address = request.headers.get("X-Forwarded-For", address).rpartition(",")[2].strip()
    return blind_index(address, "address")


@background("limits")
def sweep(stop: threading.Event) -> None:
    """Forget allowances that are whole again."""
    while not stop.wait(SWEEP_EVERY_SECONDS):
        Allowance.objects.filter(used_until__lt=timezone.now()).delete()
