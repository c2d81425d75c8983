"""How well promises are kept: clocks fulfilled in time among those that were decided. Pure.

Attainment = fulfilled in time / (fulfilled in time + breached). A clock that runs past its target is breached,
whether what was promised came late, has not come yet or was never asked for again; one that was taken back in time, or still runs
within its target, is not counted. Numerators and denominators are added up, ratios never are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from zhiyin.sla.clocks import Spell


@dataclass(frozen=True)
class Tally:
    """Clocks that were decided, and those that are not yet."""

    in_time: int = 0
    breached: int = 0
    running: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(
            self.in_time + other.in_time, self.breached + other.breached, self.running + other.running
        )

    @property
    def share(self) -> float | None:
        """From 0 to 1; None where nothing is decided."""
        decided = self.in_time + self.breached
        return self.in_time / decided if decided else None


def pooled(tallies: Iterable[Tally]) -> Tally:
    """Several taken together."""
    return sum(tallies, Tally())


def tally_of(spells: Iterable[Spell]) -> Tally:
    in_time = breached = running = 0
    for spell in spells:
        if spell.breached_at is not None:
            breached += 1
        elif spell.outcome == "fulfilled":
            in_time += 1
        elif not spell.outcome:
            running += 1
    return Tally(in_time, breached, running)
