"""Who reacts to what: `@on(FactClass)` registers a reaction under its domain's subscriber.

`@on_many(FactClass)` registers one that takes all facts of a batch at once: what seldom changes is then read once
for all of them, and rows are written together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.models import LANES, Cursor, Event

F = TypeVar("F", bound=Fact)


@dataclass(frozen=True)
class Reaction:
    """A function of one fact, or of many in their order."""

    function: Callable[[Any], None]
    takes_many: bool

    def __call__(self, facts: Sequence[Fact]) -> None:
        if self.takes_many:
            self.function(facts)
        else:
            for fact in facts:
                self.function(fact)


_reactions: dict[str, dict[str, list[Reaction]]] = defaultdict(lambda: defaultdict(list))
_replayable: set[str] = set()
_first: set[str] = set()


def on(
    fact_class: type[F], *, subscriber: str = "", replayable: bool = False
) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    """Run the function for each such fact, once, in order per subject, in one transaction with the cursor.

    The subscriber is the domain of the function's module unless named. `replayable` marks a subscriber
    whose reactions may run again over old facts (projections such as a search index).
    """

    def register(function: Callable[[F], None]) -> Callable[[F], None]:
        _keep(Reaction(function, takes_many=False), fact_class, subscriber)
        if replayable:
            _replayable.add(_subscriber_of(function, subscriber))
        return function

    return register


def on_many(
    fact_class: type[F], *, subscriber: str = "", first: bool = False
) -> Callable[[Callable[[Sequence[F]], None]], Callable[[Sequence[F]], None]]:
    """Like `on`, but the function takes facts that follow one another in a lane together, in their order.

    They are of any subjects, and of all types for which the same functions are registered. Where it fails for some,
    it is called again with each alone. `first` marks a subscriber that others must never keep waiting.
    """

    def register(function: Callable[[Sequence[F]], None]) -> Callable[[Sequence[F]], None]:
        _keep(Reaction(function, takes_many=True), fact_class, subscriber)
        if first:
            _first.add(_subscriber_of(function, subscriber))
        return function

    return register


def _keep(reaction: Reaction, fact_class: type[Fact], subscriber: str) -> None:
    _reactions[_subscriber_of(reaction.function, subscriber)][fact_class.type].append(reaction)


def _subscriber_of(function: Callable[..., None], named: str) -> str:
    return named or function.__module__.removeprefix("zhiyin.").split(".")[0]


def reactions_of(subscriber: str, fact_type: str) -> list[Reaction]:
    return _reactions[subscriber][fact_type]


def subscribers() -> list[str]:
    return sorted(_reactions)


def first_subscribers() -> list[str]:
    """Those that others must never keep waiting."""
    return sorted(_first)


@transaction.atomic
def install_subscribers() -> None:
    """Create missing cursors and note the fact types each follows. A new subscriber starts at the head of the log."""
    head = Event.objects.aggregate(head=Max("position"))["head"] or 0
    for name in subscribers():
        types = sorted(_reactions[name])
        for lane in range(LANES):
            Cursor.objects.get_or_create(
                subscriber=name, lane=lane, defaults={"position": head, "types": types}
            )
        Cursor.objects.filter(subscriber=name).exclude(types=types).update(types=types)


class NotReplayable(ValueError):
    """The subscriber's reactions have effects that must not happen twice."""


@transaction.atomic
def replay(*, subscriber: str, from_position: int) -> None:
    """Set a replayable subscriber back so that it reads the log again from `from_position`."""
    if subscriber not in _replayable:
        raise NotReplayable(subscriber)
    Cursor.objects.filter(subscriber=subscriber, position__gt=from_position).update(position=from_position)


def replayable_subscribers() -> set[str]:
    return set(_replayable)
