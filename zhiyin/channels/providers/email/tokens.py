"""The marks by which a mail finds its way back: in our addresses, in our Message-IDs and in our headers.

A token belongs to one conversation and can't be guessed; a key belongs to one delivery. Both are lower-case letters
and digits, because mail systems change the case of addresses.
"""

import base64
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

INSTANCE_HEADER = "X-Zhiyin-Instance"
TOKEN_LENGTH = 24
_NO_TOKEN = "0"  # noqa: S105  base 32 has no zero
_PLUS = re.compile(rf"zy([a-z2-7]{{{TOKEN_LENGTH}}})$")
_MESSAGE_ID = re.compile(
    rf"([a-z0-9-]{{1,64}})\.([a-z2-7]{{{TOKEN_LENGTH}}}|0)\.zhiyin@([^@\s]+)$", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Ours:
    """What marks a mail as sent by this installation, or as sent to it."""

    addresses: frozenset[str] = frozenset()
    instance: str = ""

    @property
    def domains(self) -> frozenset[str]:
        return frozenset(address.rpartition("@")[2] for address in self.addresses)


NOTHING_OURS = Ours()


def new_token() -> str:
    return base64.b32encode(secrets.token_bytes(15)).decode().lower()


def plus_address(address: str, token: str) -> str:
    """`support@example.com` → `support+zy…@example.com`."""
    local, _, domain = address.rpartition("@")
    return f"{local}+zy{token}@{domain}"


def token_in_address(address: str) -> str:
    local, _, _ = address.lower().rpartition("@")
    found = _PLUS.search(local.rpartition("+")[2]) if "+" in local else None
    return found[1] if found else ""


def without_plus(address: str) -> str:
    local, _, domain = address.lower().rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"


def make_message_id(*, key: str, token: str, domain: str) -> str:
    """An id without angle brackets that names the delivery and the conversation."""
    return f"{key.lower()}.{token or _NO_TOKEN}.zhiyin@{domain}"


def token_in_message_id(message_id: str) -> str:
    found = _MESSAGE_ID.match(message_id.strip("<> "))
    return found[2].lower().removeprefix(_NO_TOKEN) if found else ""


def delivery_key_in_message_id(message_id: str) -> str:
    found = _MESSAGE_ID.match(message_id.strip("<> "))
    return found[1].lower() if found else ""


def is_our_message_id(message_id: str, ours: Ours) -> bool:
    found = _MESSAGE_ID.match(message_id.strip("<> "))
    return found is not None and found[3].lower() in ours.domains


def find_token(*, addresses: Iterable[str], message_ids: Iterable[str]) -> str:
    """The token of the conversation a mail answers: in an address it went to, else in an id it names."""
    for address in addresses:
        if token := token_in_address(address):
            return token
    for message_id in message_ids:
        if token := token_in_message_id(message_id):
            return token
    return ""
