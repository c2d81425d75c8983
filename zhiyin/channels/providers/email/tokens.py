"""The marks by which a mail finds its way back: in our addresses, in our Message-IDs and in our headers.

Each names one delivery by its key, which can't be guessed and survives mail systems that change the case.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

INSTANCE_HEADER = "X-Zhiyin-Instance"
DELIVERY_HEADER = "X-Zhiyin-Delivery"
_KEY = r"[0-9a-f]{20}"
_PLUS = re.compile(rf"zy({_KEY})$")
_MESSAGE_ID = re.compile(rf"({_KEY})\.zhiyin@([^@\s]+)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ours:
    """What marks a mail as sent by this installation, or as sent to it, and whom we believe about it."""

    addresses: frozenset[str] = frozenset()
    instance: str = ""
    verifiers: frozenset[str] = (
        frozenset()
    )  # whose verdicts on senders we believe: authserv-ids or their domains

    @property
    def domains(self) -> frozenset[str]:
        return frozenset(address.rpartition("@")[2] for address in self.addresses)


NOTHING_OURS = Ours()


def plus_address(address: str, key: str) -> str:
    """`support@example.com` → `support+zy…@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+zy{key}@{domain}"


def key_in_address(address: str) -> str:
    local, _, _ = address.lower().rpartition("@")
    found = _PLUS.search(local.rpartition("+")[2]) if "+" in local else None
    return found[1] if found else ""


def make_message_id(*, key: str, domain: str) -> str:
    """An id, without angle brackets, that names the delivery."""
    return f"{key}.zhiyin@{domain}"


def key_in_message_id(message_id: str) -> str:
    found = _MESSAGE_ID.match(message_id.strip("<> "))
    return found[1].lower() if found else ""


def is_our_message_id(message_id: str, ours: Ours) -> bool:
    found = _MESSAGE_ID.match(message_id.strip("<> "))
    return found is not None and found[2].lower() in ours.domains


def find_key(*, addresses: Iterable[str], message_ids: Iterable[str]) -> str:
    """The delivery a mail answers: by an address it went to, else by an id it names."""
    for address in addresses:
        if key := key_in_address(address):
            return key
    for message_id in message_ids:
        if key := key_in_message_id(message_id):
            return key
    return ""
