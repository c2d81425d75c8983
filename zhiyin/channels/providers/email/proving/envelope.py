"""SPF (RFC 7208): may the machine that handed the mail over send for the envelope's domain?"""

from __future__ import annotations

import warnings
from typing import Any

from zhiyin.channels.providers.email.parsing.authentication import Found
from zhiyin.channels.providers.email.proving.handing_over import HandedOver
from zhiyin.channels.providers.email.proving.lookups import Lookups, Unanswered

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # its docstrings are older than Python's rules for them
    import spf


def check_envelope(handed: HandedOver, lookups: Lookups) -> Found:
    """pass, fail, softfail, neutral, none, permerror or temperror, of the domain that SPF asks about."""
    query = _Query(handed, lookups)
    try:
        result, _, _ = query.check()
    except (ValueError, IndexError):  # a record or an address that nobody can read
        result = "permerror"
    return Found("spf", result, str(query.o).lower().strip("."))


class _Query(spf.query):  # type: ignore[misc]  # it has no types
    """Asks by us: with our limits, our memory and our servers."""

    def __init__(self, handed: HandedOver, lookups: Lookups) -> None:
        super().__init__(i=handed.address, s=handed.sender, h=handed.helo)
        self._lookups = lookups

    def dns(self, name: str, qtype: str, cnames: Any = None, ignore_void: bool = False) -> list[Any]:
        try:
            found = [_value(one, qtype) for one in self._lookups.ask(str(name), qtype)]
        except Unanswered as silence:
            raise spf.TempError(str(silence)) from silence
        self.void_lookups += not found and not ignore_void
        if self.void_lookups > spf.MAX_VOID_LOOKUPS:
            raise spf.PermError(f"more than {spf.MAX_VOID_LOOKUPS} names without records")
        return found


def _value(record: Any, kind: str) -> Any:
    match kind:
        case "A" | "AAAA":
            return record.address
        case "MX":
            return record.preference, record.exchange.to_text(omit_final_dot=True)
        case "PTR":
            return record.target.to_text(omit_final_dot=True)
        case _:
            return list(record.strings)
