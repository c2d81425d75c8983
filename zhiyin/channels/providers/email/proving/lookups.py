"""What DNS says, asked with a limit on time and number, and remembered for as long as it says."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from contextlib import suppress
from functools import lru_cache

from django.conf import settings
from dns.exception import DNSException
from dns.nameserver import Do53Nameserver
from dns.rdata import Rdata
from dns.resolver import (
    NXDOMAIN,
    LifetimeTimeout,
    LRUCache,
    NoAnswer,
    NoNameservers,
    NoResolverConfiguration,
    Resolver,
)

log = logging.getLogger(__name__)
SECONDS = 4.0  # for all that is asked about one mail
ONE_QUESTION = 2.0
ONE_TRY = 0.9  # a packet may be lost
MOST = 60  # questions about one mail; SPF alone may ask forty
REMEMBERED = 2_000
LEAVE_ALONE = 60.0  # seconds after a server that did not answer in time


class Unanswered(Exception):
    """Nobody answered in time: nothing is known."""


class Names:
    """The DNS servers of this process, and whether they are worth asking now."""

    def __init__(self, servers: Sequence[tuple[str, int]]) -> None:
        self._resolver = Resolver(configure=False)
        with suppress(NoResolverConfiguration):  # then nobody can be asked
            if not servers:
                self._resolver = Resolver()
        if servers:
            self._resolver.nameservers = [Do53Nameserver(address, port) for address, port in servers]
        self._resolver.timeout = ONE_TRY
        self._resolver.cache = LRUCache(REMEMBERED)
        self._lock = threading.Lock()
        self._alone_until = 0.0

    def ask(self, name: str, kind: str, *, seconds: float) -> list[Rdata]:
        """The records; none where there is no such name. Raises Unanswered."""
        if time.monotonic() < self._alone_until:
            raise Unanswered("DNS did not answer a moment ago")
        try:
            return list(self._resolver.resolve(name, kind, search=False, lifetime=seconds))
        except (NXDOMAIN, NoAnswer):
            return []
        except NoNameservers as refusal:  # SERVFAIL and the like, of this name only
            raise Unanswered(str(refusal)) from refusal
        except LifetimeTimeout as silence:
            self._leave_alone(seconds)
            raise Unanswered(str(silence)) from silence
        except (DNSException, UnicodeError, ValueError):  # what is no name at all has no records
            return []

    def _leave_alone(self, waited: float) -> None:
        """A server that is away must not cost every mail its seconds."""
        if waited >= ONE_QUESTION:
            with self._lock:
                self._alone_until = time.monotonic() + LEAVE_ALONE
            log.warning("DNS does not answer; senders are not checked for a while")


class Lookups:
    """The questions about one mail."""

    def __init__(self, names: Names, *, seconds: float = SECONDS) -> None:
        self._names = names
        self._until = time.monotonic() + seconds
        self._asked = 0
        self.unanswered = False  # was any of them?

    def ask(self, name: str, kind: str) -> list[Rdata]:
        """The records; none where there is no such name. Raises Unanswered."""
        left = self._until - time.monotonic()
        self._asked += 1
        try:
            if left <= 0 or self._asked > MOST:
                raise Unanswered("this mail asks too much")
            return self._names.ask(name, kind, seconds=min(left, ONE_QUESTION))
        except Unanswered:
            self.unanswered = True
            raise

    def texts(self, name: str) -> list[bytes]:
        """The TXT records, each in one piece. Raises Unanswered."""
        return [b"".join(getattr(one, "strings", ())) for one in self.ask(name, "TXT")]


def our_names() -> Names:
    """The servers that the settings name, else the system's."""
    return _names(tuple(settings.DNS_SERVERS))


@lru_cache(maxsize=4)
def _names(servers: tuple[tuple[str, int], ...]) -> Names:
    return Names(servers)
