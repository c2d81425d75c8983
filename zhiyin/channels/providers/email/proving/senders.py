"""The verdict of our own check, in the form in which servers' verdicts are kept."""

from __future__ import annotations

import logging

from zhiyin.channels.providers.email.parsing.authentication import Found, authentication_of
from zhiyin.channels.providers.email.parsing.headers import skip_envelope, split_headers
from zhiyin.channels.providers.email.parsing.parsed import Authentication
from zhiyin.channels.providers.email.proving.envelope import check_envelope
from zhiyin.channels.providers.email.proving.handing_over import handed_over
from zhiyin.channels.providers.email.proving.lookups import Lookups, Names
from zhiyin.channels.providers.email.proving.policy import check_policy
from zhiyin.channels.providers.email.proving.signatures import check_signatures

log = logging.getLogger(__name__)
_UNKNOWN = {"temperror"}


def prove_sender(raw: bytes, *, sender: str, verifiers: frozenset[str], names: Names) -> Authentication:
    """What SPF, DKIM and DMARC say of the address in From; empty where DNS told nothing. Never raises."""
    try:
        found = _look(raw, sender, verifiers, Lookups(names))
    except Exception:  # the edge: a mail is taken in whatever its signatures do to a library
        log.exception("a sender could not be checked", extra={"size": len(raw)})
        return Authentication()
    if all(one.result in _UNKNOWN for one in found):
        return Authentication()
    return authentication_of(found, sender_domain=_domain(sender), by_us=True)


def _look(raw: bytes, sender: str, verifiers: frozenset[str], lookups: Lookups) -> list[Found]:
    mail = raw[skip_envelope(raw) :]
    headers, _ = split_headers(mail, 0, len(mail))
    domain = _domain(sender)
    if not domain:
        return []
    if len(headers.all("from")) != 1:  # which of them shows is anybody's choice
        return [Found("dmarc", "permerror", domain)]
    handed = handed_over(headers, verifiers=verifiers)
    found = [check_envelope(handed, lookups)] if handed else []
    found += check_signatures(mail, lookups)
    return [*found, *check_policy(domain, found, lookups)]


def _domain(address: str) -> str:
    return address.rpartition("@")[2].lower().strip(".")
