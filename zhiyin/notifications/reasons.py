"""Why somebody hears of something. A reason is one declaration; any domain may add its own with `declare`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.db.models import QuerySet

from zhiyin.people.models import Staff
from zhiyin.platform.event_log.facts import Fact
from zhiyin.tickets.models import Ticket

Way = Literal["app", "mail", "push", "digest"]
WAYS: tuple[Way, ...] = ("app", "mail", "push", "digest")
Urgency = Literal["low", "normal", "high"]
Hears = Callable[[Any, Ticket], Iterable[int | None]]
HearsMany = Callable[[Sequence[tuple[Any, Ticket]]], Iterable[Iterable[int | None]]]


@dataclass(frozen=True)
class Words:
    zh: str
    en: str


@dataclass(frozen=True)
class Apart:
    """Who hears of a fact that belongs to no ticket, by ids, what they must be allowed, and where it leads."""

    hears: Callable[[Any], Iterable[int | None]]
    permission: str
    place: str


def actor_of(fact: Any) -> int | None:
    """Who did it, where the fact says so."""
    return getattr(fact, "by_id", None)


@dataclass(frozen=True, kw_only=True)
class Reason:
    """One reason: which facts, who hears of them, in which words, by which ways unless chosen otherwise.

    `one` tells of a single fact, `more` of several on one ticket, `mass` of one each on many tickets; they may
    hold {who} and {count}. `hears` returns ids of staff; those who may not see the ticket are left out later.
    """

    code: str
    name: Words
    facts: tuple[type[Fact], ...]
    hears: Hears | None = None
    hears_many: HearsMany | None = None  # in its place: for many facts at once, where each would cost a query
    one: Words
    more: Words
    mass: Words
    ways: tuple[Way, ...] = ("app",)
    urgency: Urgency = "normal"
    by: Callable[[Any], int | None] = actor_of
    from_customer: bool = False  # {who} is the ticket's customer
    pierces_mute: bool = False  # said to this person by name: heard even of a muted ticket
    covered_by: tuple[
        str, ...
    ] = ()  # reasons that have told the same already, when they did so at that moment
    moot_after: tuple[type[Fact], ...] = ()  # facts after which nobody needs to read it any more
    # ids of tickets that somebody hears of for this reason though they may not see them: they have a part in them
    through: Callable[[Staff], QuerySet[Any]] | None = None
    apart: Apart | None = None  # for facts that belong to no ticket
    place: str = ""  # where it leads in the desk, when not to the ticket

    def who(self, told: Sequence[tuple[Any, Ticket]]) -> list[set[int]]:
        """Of each of these facts, on its ticket, the ids of those whom it concerns."""
        if self.hears_many is not None:
            people: Iterable[Iterable[int | None]] = self.hears_many(told)
        else:
            hears = self.hears or _nobody
            people = [hears(fact, ticket) for fact, ticket in told]
        return [{one for one in ids if one is not None} for ids in people]


def _nobody(_fact: Any, _ticket: Ticket) -> list[int | None]:
    return []


_reasons: dict[str, Reason] = {}


def keep(reason: Reason) -> None:
    """Note a reason in the order of its declaration. Raises TypeError for a code that is taken."""
    if reason.code in _reasons:
        raise TypeError(f"two reasons are called {reason.code}")
    _reasons[reason.code] = reason


def all_reasons() -> list[Reason]:
    return list(_reasons.values())


def reason_called(code: str) -> Reason | None:
    """The reason; None for one that is no longer declared."""
    return _reasons.get(code)


def reasons_for(fact_type: str) -> list[Reason]:
    return [one for one in _reasons.values() if any(fact.type == fact_type for fact in one.facts)]


def moot_after(fact_type: str) -> list[str]:
    """The codes of reasons whose notices are moot once a fact of this type has happened."""
    return [one.code for one in _reasons.values() if any(fact.type == fact_type for fact in one.moot_after)]
