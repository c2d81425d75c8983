"""Contacts and people made from parameters."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

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


def make_people(
    count: int, *, skills: dict[str, int] | None = None, kind: str = "chat", room: int = 1
) -> list[Agent]:
    """So many people alike."""
    return [Agent(number, skills or {}, {kind: room}) for number in range(1, count + 1)]


def _patience(stream: Stream, chance: random.Random) -> float | None:
    return chance.expovariate(1 / stream.patience) if stream.patience else None
