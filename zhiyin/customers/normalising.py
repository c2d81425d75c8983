"""Addresses in their normal form, so that one person is found whichever way they write it."""

from __future__ import annotations

import re
import unicodedata

_PHONE_NOISE = re.compile(r"[\s().\-/]+")


def normal_identity(kind: str, value: str) -> str:
    """The normal form of an identity's value; unknown shapes are kept as they are, trimmed."""
    value = unicodedata.normalize("NFKC", value).replace("\x00", "").strip()
    if kind == "email":
        return value.lower()
    if kind == "phone":
        return normal_phone(value)
    return value


def normal_phone(value: str) -> str:
    """Digits with a leading + for numbers abroad; Chinese numbers without 86."""
    digits = _PHONE_NOISE.sub("", value)
    if digits.startswith("00"):
        digits = "+" + digits[2:]
    for prefix in ("+86", "86"):
        if digits.startswith(prefix) and re.fullmatch(r"1\d{10}", digits.removeprefix(prefix)):
            return digits.removeprefix(prefix)
    return digits
