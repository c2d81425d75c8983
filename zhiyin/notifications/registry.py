"""Declaring reasons: what is declared is also subscribed to."""

from __future__ import annotations

from zhiyin.notifications.commands.reading import settle_moot
from zhiyin.notifications.commands.telling import tell_people
from zhiyin.notifications.reasons import Reason, keep, moot_after, reasons_for
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.subscribing import on

_followed: set[str] = set()


def declare(reason: Reason) -> Reason:
    """Add a reason; its facts reach people from now on, in the order in which reasons were declared."""
    keep(reason)
    for fact in (*reason.facts, *reason.moot_after):
        if fact.type not in _followed:
            _followed.add(fact.type)
            on(fact)(tell_whom_it_concerns)
    return reason


def followed_types() -> list[str]:
    """The types of facts that reach people for any reason."""
    return sorted(_followed)


def tell_whom_it_concerns(fact: Fact) -> None:
    if codes := moot_after(fact.type):
        settle_moot(fact=fact, reasons=codes, now=fact.at)
    for reason in reasons_for(fact.type):
        tell_people(reason=reason, fact=fact, now=fact.at)
