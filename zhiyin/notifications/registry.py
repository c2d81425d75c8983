"""Declaring reasons: what is declared is also subscribed to."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from zhiyin.notifications.commands.reading import settle_moot
from zhiyin.notifications.commands.telling import tell_people
from zhiyin.notifications.commands.telling_apart import settle_apart, tell_apart
from zhiyin.notifications.reasons import Reason, keep, moot_after, reasons_for
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on_many

_followed: set[str] = set()


def declare(reason: Reason) -> Reason:
    """Add a reason; its facts reach people from now on, in the order in which reasons were declared."""
    keep(reason)
    for fact in (*reason.facts, *reason.moot_after):
        if fact.type not in _followed:
            _followed.add(fact.type)
            on_many(fact)(tell_whom_it_concerns)
    return reason


def followed_types() -> list[str]:
    """The types of facts that reach people for any reason."""
    return sorted(_followed)


def tell_whom_it_concerns(facts: Sequence[Fact]) -> None:
    """In their order; what one makes moot is settled after all before it are told."""
    for is_of_ticket, some in groupby(facts, _is_of_ticket):
        if is_of_ticket:
            _tell_of_tickets(list(some))
        else:
            _tell_of_others(list(some))


def _is_of_ticket(fact: Fact) -> bool:
    return getattr(fact, "ticket_id", None) is not None


def _tell_of_others(facts: Sequence[Fact]) -> None:
    for fact in facts:
        settle_apart(fact, moot_after(fact.type), now=fact.at)
        tell_apart([(reason, fact) for reason in reasons_for(fact.type)])


def _tell_of_tickets(facts: Sequence[Fact]) -> None:
    for makes_moot, told in groupby(facts, lambda fact: bool(moot_after(fact.type))):
        for together in ([fact] for fact in told) if makes_moot else [list(told)]:
            for fact in together if makes_moot else ():
                settle_moot(fact=fact, reasons=moot_after(fact.type), now=fact.at)
            tell_people([(reason, fact) for fact in together for reason in reasons_for(fact.type)])
