"""Who handed a mail to our own server, as that server wrote down: all that SPF needs to know."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass

from zhiyin.channels.providers.email.parsing.authentication import is_believed
from zhiyin.channels.providers.email.parsing.headers import Headers

_HOPS_LIMIT = 5
_FIELD_LIMIT = 2_000
_BY = re.compile(r"\bby\s+([a-z0-9._-]{1,255})", re.IGNORECASE)
_FROM = re.compile(r"^\s*from\s+(\S{1,255})", re.IGNORECASE)
_ADDRESS = re.compile(r"\[(?:IPv6:)?([0-9a-f:.]{3,45})\]", re.IGNORECASE)
_INSIDE = re.compile(r"\bwith\s+(?:local-)?lmtp", re.IGNORECASE)
_PATH = re.compile(r"^\s*<?([^<>\s]{0,300})>?\s*$")


@dataclass(frozen=True, slots=True)
class HandedOver:
    address: str  # of the machine
    helo: str
    sender: str  # of the envelope; '' for the empty one


def handed_over(headers: Headers, *, verifiers: frozenset[str]) -> HandedOver | None:
    """Who gave us the mail, where our own server's fields say so beyond doubt.

    Read from the top, where our server writes. Beyond a hop that is neither from outside nor from within the same
    machine others may have written the rest, so that it proves nothing."""
    path = next(iter(headers.all("return-path")), None)
    sender = _PATH.match(path) if path is not None else None
    if sender is None:
        return None
    for field in headers.all("received")[:_HOPS_LIMIT]:
        told = field[:_FIELD_LIMIT]
        by, named, address = _BY.search(told), _FROM.match(told), _address(told)
        if by is None or named is None or not is_believed(by[1].lower(), verifiers):
            return None
        if address is not None and address.is_global:
            return HandedOver(address=str(address), helo=named[1].strip("[]"), sender=sender[1])
        if not (address.is_loopback if address is not None else _INSIDE.search(told)):
            return None
    return None


def _address(told: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    found = _ADDRESS.search(told.partition(" by ")[0])
    try:
        return ipaddress.ip_address(found[1]) if found else None
    except ValueError:
        return None
