"""DKIM (RFC 6376): which domains have signed a mail, and whether it is still what they signed."""

from __future__ import annotations

import logging

import dkim
from dkim.canonicalization import InvalidCanonicalizationPolicyError
from dkim.crypto import DigestTooLargeError

from zhiyin.channels.providers.email.parsing.authentication import Found
from zhiyin.channels.providers.email.proving.lookups import Lookups, Unanswered

SIGNATURES_LIMIT = 3
LARGEST = 40_000_000  # bytes of mail
LARGEST_KEY = 1_500  # bytes of its record: 8,192 bits and then some
_LONGEST_RUN = 200  # blanks in a row, and
_MOST_BLANKS = 2_000_000  # of them in all: what the library's expressions read in bounded time
_WEAK = {b"rsa-sha1"}  # RFC 8301
_BROKEN = (dkim.DKIMException, InvalidCanonicalizationPolicyError, DigestTooLargeError, ValueError, KeyError)
_quiet = logging.Logger("dkim", logging.CRITICAL + 1)  # it tells of domains


def check_signatures(raw: bytes, lookups: Lookups) -> list[Found]:
    """A result for each of the first signatures: pass, fail, policy, permerror, temperror; none where nobody signed."""
    if not _is_readable_in_time(raw):
        return []
    try:
        signed = dkim.DKIM(raw, logger=_quiet)
    except _BROKEN:
        return [Found("dkim", "permerror", "")]
    count = sum(name.lower() == b"dkim-signature" for name, _ in signed.headers)
    if not count:
        return [Found("dkim", "none", "")]
    return [_check(raw, place, lookups) for place in range(min(count, SIGNATURES_LIMIT))]


def _check(raw: bytes, place: int, lookups: Lookups) -> Found:
    signed, silent = dkim.DKIM(raw, logger=_quiet), list[Unanswered]()

    def key_record(name: bytes, timeout: float = 0) -> bytes | None:
        try:
            texts = lookups.texts(name.decode("ascii", "replace"))
        except Unanswered as silence:
            silent.append(silence)
            return None
        return next((one for one in texts if len(one) <= LARGEST_KEY), None)

    try:
        held = signed.verify(place, dnsfunc=key_record)
    except dkim.ValidationError:
        held = False
    except _BROKEN:
        return Found("dkim", "temperror" if silent else "permerror", _domain(signed))
    if silent:
        return Found("dkim", "temperror", _domain(signed))
    if held and _proves_too_little(signed):
        return Found("dkim", "policy", _domain(signed))
    return Found("dkim", "pass" if held else "fail", _domain(signed))


def _proves_too_little(signed: dkim.DKIM) -> bool:
    """Whether others could have changed who wrote, or written below what was signed."""
    fields = signed.signature_fields
    return b"l" in fields or fields.get(b"a") in _WEAK or b"from" not in signed.include_headers


def _domain(signed: dkim.DKIM) -> str:
    return (signed.domain or b"").decode("ascii", "replace").lower().strip(".")


def _is_readable_in_time(raw: bytes) -> bool:
    if len(raw) > LARGEST:
        return False
    blanks = len(raw) - len(raw.translate(None, b" \t"))
    return blanks <= _MOST_BLANKS and b" " * _LONGEST_RUN not in raw.replace(b"\t", b" ")
