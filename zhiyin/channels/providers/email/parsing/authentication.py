"""What the receiving server found out about the sender: RFC 8601.

Anybody can write such a field. Believed are those whose authserv-id is one the mailbox names, or belongs to the
mailbox's own servers; servers take out fields that come under their own name.
"""

import re
from dataclasses import dataclass

from zhiyin.channels.providers.email.parsing.headers import Headers
from zhiyin.channels.providers.email.parsing.parsed import Authentication

NO_ID = "-"  # as a believed id: fields without any, which Microsoft 365 writes
_FIELDS_LIMIT = 20
_LENGTH_LIMIT = 8_000
_COMMENT = re.compile(r"\([^()]*\)")
_RESULT = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*(\w{1,20})", re.IGNORECASE)
_PROPERTY = re.compile(
    r"\b(smtp\.mailfrom|smtp\.helo|header\.d|header\.i|header\.from)\s*=\s*\"?([^\s;\"]{1,300})",
    re.IGNORECASE,
)
_SECOND_LEVEL = {"com", "net", "org", "gov", "edu", "ac", "co", "or", "ne"}
_DENIED = {"fail", "permerror", "reject", "quarantine"}


@dataclass(frozen=True, slots=True)
class Found:
    """One result: the method, what came of it, and of which domain."""

    method: str
    result: str
    domain: str


def read_authentication(headers: Headers, *, sender_domain: str, verifiers: frozenset[str]) -> Authentication:
    """The verdicts of the believed servers; empty where none of them said anything."""
    server, found = "", list[Found]()
    for value in headers.all("authentication-results")[:_FIELDS_LIMIT]:
        wrote, results = _read(value[:_LENGTH_LIMIT])
        if results and is_believed(wrote, verifiers) and (not found or wrote == server):
            server, found = wrote, [*found, *results]
    return authentication_of(found, sender_domain=sender_domain, server="" if server == NO_ID else server)


def authentication_of(
    found: list[Found], *, sender_domain: str, server: str = "", by_us: bool = False
) -> Authentication:
    """The best result of each method, and what all of them say of the address in From."""
    best = {
        method: _best([one for one in found if one.method == method]) for method in ("spf", "dkim", "dmarc")
    }
    return Authentication(
        **best,
        server=server,
        by_us=by_us and bool(found),
        verdict=_verdict(found, best, sender_domain) if found else "",
    )


def is_believed(wrote: str, verifiers: frozenset[str]) -> bool:
    """Whether this is one of the servers, or one of their names."""
    return any(wrote == one or (wrote != NO_ID and wrote.endswith(f".{one}")) for one in verifiers)


def organisation(domain: str) -> str:
    """The part of a domain that is registered, as far as its form tells: `mail.shop.com.cn` → `shop.com.cn`."""
    labels = domain.lower().strip(".").split(".")
    size = 3 if len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2 else 2
    return ".".join(labels[-size:])


def _read(value: str) -> tuple[str, list[Found]]:
    first, *pieces = _COMMENT.sub(" ", value).split(";")
    if _RESULT.match(first):  # no authserv-id
        wrote, pieces = NO_ID, [first, *pieces]
    else:
        wrote = (first.split() or [""])[0].lower()
    return wrote, [found for piece in pieces if (found := _read_result(piece))]


def _read_result(piece: str) -> Found | None:
    said = _RESULT.match(piece)
    if said is None:
        return None
    told = {name.lower(): value for name, value in reversed(_PROPERTY.findall(piece))}
    wanted = {
        "spf": ("smtp.mailfrom", "smtp.helo"),
        "dkim": ("header.d", "header.i"),
        "dmarc": ("header.from",),
    }
    method = said[1].lower()
    named = next((told[name] for name in wanted[method] if name in told), "")
    return Found(method, said[2].lower(), named.rpartition("@")[2].lower().strip(".<>"))


def _best(found: list[Found]) -> str:
    """Of several signatures one that holds is enough."""
    return next((one.result for one in found if one.result == "pass"), found[0].result if found else "")


def _verdict(found: list[Found], results: dict[str, str], sender_domain: str) -> str:
    """verified | failed | unproven: whether the mail comes from the domain that its From names."""
    if results["dmarc"] == "pass":
        return "verified"
    if results["dmarc"] in _DENIED:
        return "failed"
    ours = organisation(sender_domain)
    aligned = any(
        one.result == "pass" and one.domain and organisation(one.domain) == ours
        for one in found
        if one.method in {"spf", "dkim"}
    )
    if aligned:
        return "verified"
    return "failed" if results["spf"] == "fail" and results["dkim"] != "pass" else "unproven"
