"""To whom a queue opens in time.

A queue's rings are numbered from 0, which is open at once. Somebody of a group of ring n can do the queue's work from
ring n on: their skill 'queue:<id>' has the level FIRST - n, and work in ring n needs that level. A ring may also stop
asking for some skills, or ask for less of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.routing.scoring import HIGHEST_LEVEL, Need

FIRST = 100


@dataclass(frozen=True)
class Ring:
    """Open after so many seconds of waiting: no longer asks for `without`, and of no skill more than `level`."""

    after: float = 0.0
    without: frozenset[str] = frozenset()
    level: int = HIGHEST_LEVEL


def queue_skill(queue: int | str) -> str:
    return f"queue:{queue}"


def needs_in_ring(
    needs: Sequence[Need], rings: Sequence[Ring], number: int, queue: int | str
) -> tuple[Need, ...]:
    """What work that asks for `needs` asks for once ring `number` is open."""
    ring = rings[number]
    kept = [Need(need.skill, min(need.level, ring.level)) for need in needs if need.skill not in ring.without]
    return (*sorted(kept), Need(queue_skill(queue), FIRST - number))


def open_ring(rings: Sequence[Ring], waited: float) -> int:
    """The widest ring that is open after so long."""
    return max(number for number, ring in enumerate(rings) if number == 0 or ring.after <= waited)
