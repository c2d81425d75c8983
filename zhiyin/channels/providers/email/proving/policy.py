"""DMARC (RFC 7489): does SPF or DKIM hold for the very domain that the mail shows?"""

from __future__ import annotations

from zhiyin.channels.providers.email.parsing.authentication import Found, organisation
from zhiyin.channels.providers.email.proving.lookups import Lookups, Unanswered


def check_policy(domain: str, found: list[Found], lookups: Lookups) -> list[Found]:
    """pass or fail where the domain has a policy, none where it has not, temperror where that can't be known.

    Nothing where it would fail only because part of it was not looked at."""
    try:
        policy = _policy(domain, lookups)
    except Unanswered:
        return [Found("dmarc", "temperror", domain)]
    if policy is None:
        return [Found("dmarc", "none", domain)]
    strict = {"spf": policy.get("aspf") == "s", "dkim": policy.get("adkim") == "s"}
    if any(one.result == "pass" and _is_aligned(one.domain, domain, strict[one.method]) for one in found):
        return [Found("dmarc", "pass", domain)]
    if {one.method for one in found if one.result != "temperror"} == {"spf", "dkim"} and not any(
        one.result == "temperror" for one in found
    ):
        return [Found("dmarc", "fail", domain)]
    return []


def _is_aligned(proven: str, shown: str, strict: bool) -> bool:
    return proven == shown if strict else organisation(proven) == organisation(shown)


def _policy(domain: str, lookups: Lookups) -> dict[str, str] | None:
    """The tags of the one policy of a domain, else of its organisation. Raises Unanswered."""
    for asked in dict.fromkeys((domain, organisation(domain))):
        records = [one for one in map(_tags, lookups.texts(f"_dmarc.{asked}")) if one]
        if len(records) == 1:
            return records[0]
    return None


def _tags(record: bytes) -> dict[str, str]:
    first, *rest = (
        [part.strip().lower() for part in piece.split("=", 1)]
        for piece in record.decode("ascii", "replace").split(";")
    )
    if first != ["v", "dmarc1"]:
        return {}
    return {"v": "dmarc1"} | {pair[0]: pair[1] for pair in rest if len(pair) == 2}
