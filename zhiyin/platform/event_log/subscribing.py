"""Who reacts to what: `@on(FactClass)` registers a reaction under its domain's subscriber."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import Max

from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.models import LANES, Cursor, Event

F = TypeVar("F", bound=Fact)
Reaction = Callable[[Any], None]

_reactions: dict[str, dict[str, list[Reaction]]] = defaultdict(lambda: defaultdict(list))
_replayable: set[str] = set()


def on(
    fact_class: type[F], *, subscriber: str = "", replayable: bool = False
) -> Callable[[Callable[[F], None]], Callable[[F], None]]:
    """Run the function for each such fact, once, in order per subject, in one transaction with the cursor.

    The subscriber is the domain of the function's module unless named. `replayable` marks a subscriber
    whose reactions may run again over old facts (projections such as a search index).
    """

    def register(function: Callable[[F], None]) -> Callable[[F], None]:
        name = subscriber or function.__module__.removeprefix("zhiyin.").split(".")[0]
        _reactions[name][fact_class.type].append(function)
        if replayable:
            _replayable.add(name)
        return function

    return register


def reactions_of(subscriber: str, fact_type: str) -> list[Reaction]:
    return _reactions[subscriber][fact_type]


def subscribers() -> list[str]:
    return sorted(_reactions)


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
