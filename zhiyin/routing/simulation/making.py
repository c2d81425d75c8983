"""Contacts and people made from parameters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from zhiyin.routing.scoring import Agent, Need, Work
from zhiyin.routing.simulation.centre import Contact


@dataclass(frozen=True)
class Stream:
    """Contacts of one sort: so many a second, exponential; times in seconds."""

    rate: float
    handling: float
    patience: float | None = None
    needs: tuple[Need, ...] = ()
    kind: str = "chat"
    queue: str = ""
    priority: int = 2
    tier: int = 0


def make_contacts(streams: Sequence[Stream], *, seconds: float, seed: int) -> list[Contact]:
    """Every stream's contacts in so much time, in order of arrival."""
    chance = random.Random(seed)  # noqa: S311  (a simulation, not a secret)
    made = []
    for stream in streams:
        at = chance.expovariate(stream.rate)
        while at < seconds:
            made.append((at, stream, chance.expovariate(1 / stream.handling), _patience(stream, chance)))
            at += chance.expovariate(stream.rate)
    made.sort(key=lambda one: one[0])
    return [
        Contact(
            Work(
                number,
                at,
                stream.needs,
                kind=stream.kind,
                priority=stream.priority,
                tier=stream.tier,
                queue=stream.queue,
            ),
            handling,
            patience,
        )
        for number, (at, stream, handling, patience) in enumerate(made, 1)
    ]


def make_surge(
    *, people: int, handling: float, patience: float | None, seed: int, times: float = 3.0
) -> list[Contact]:
    """A day of a centre that can have `people` pieces of work at once: an hour as usual (85 % of what it can do), half
    an hour of `times` as much as usual, then 60 % of that until all is worked off."""
    usual = 0.85 * people / handling
    parts = [(usual, 3600.0), (usual * times, 1800.0), (usual * 0.7, 4 * 3600.0)]
    contacts: list[Contact] = []
    begin = 0.0
    for number, (rate, seconds) in enumerate(parts):
        made = make_contacts([Stream(rate, handling, patience)], seconds=seconds, seed=seed * 10 + number)
        contacts += [
            replace(
                one,
                work=replace(
                    one.work, id=len(contacts) + one.work.id, entered_at=begin + one.work.entered_at
                ),
            )
            for one in made
        ]
        begin += seconds
    return contacts


def make_people(
    count: int, *, skills: dict[str, int] | None = None, kind: str = "chat", room: int = 1
) -> list[Agent]:
    """So many people alike."""
    return [Agent(number, skills or {}, {kind: room}) for number in range(1, count + 1)]


def _patience(stream: Stream, chance: random.Random) -> float | None:
    return chance.expovariate(1 / stream.patience) if stream.patience else None
