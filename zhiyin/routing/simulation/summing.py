"""What a simulation comes to, in the metric dictionary's terms, and two of them side by side."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from zhiyin.routing.simulation.centre import Run


@dataclass(frozen=True)
class Summary:
    """Shares are of 1, times in seconds.

    service level   answered within the limit / offered
    wait            of the answered: mean, median, 90th of a hundred, longest; `longest` counts everybody
    occupancy       time with work / time there, of all people; who goes with work in hand is there until it is done
    transfers       contacts handed on at least once / answered
    fairness        Jain's index of the time with work, of those who were there: 1 when all have the same, 1/n when one
                    has all
    """

    name: str
    offered: int
    answered: int
    abandoned: float
    service_level: float
    wait: float
    median_wait: float
    p90_wait: float
    longest_wait: float
    occupancy: float
    transfers: float
    fairness: float


def sum_up(run: Run, *, within: float, from_second: float = 0.0) -> Summary:
    """The summary of all contacts that came after a warm-up."""
    fates = [fate for fate in run.fates.values() if fate.contact.work.entered_at >= from_second]
    answered = [fate for fate in fates if fate.answered_at is not None]
    waits = sorted(fate.waited for fate in answered if fate.waited is not None)
    still = [run.seconds - fate.contact.work.entered_at for fate in fates if fate.waited is None]
    gone = [fate.waited for fate in fates if fate.abandoned_at is not None and fate.waited is not None]
    busy = [worked.busy for worked in run.worked.values()]
    there = sum(worked.there for worked in run.worked.values())
    return Summary(
        name=run.policy.name,
        offered=len(fates),
        answered=len(answered),
        abandoned=len(gone) / len(fates) if fates else 0.0,
        service_level=sum(wait <= within for wait in waits) / len(fates) if fates else 0.0,
        wait=sum(waits) / len(waits) if waits else 0.0,
        median_wait=at_share(waits, 0.5),
        p90_wait=at_share(waits, 0.9),
        longest_wait=max([*waits, *still, *gone], default=0.0),
        occupancy=sum(busy) / there if there else 0.0,
        transfers=sum(fate.transfers > 0 for fate in answered) / len(answered) if answered else 0.0,
        fairness=_jain([worked.busy for worked in run.worked.values() if worked.there]),
    )


def at_share(ordered: Sequence[float], share: float) -> float:
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def _jain(values: Sequence[float]) -> float:
    squares = sum(value**2 for value in values)
    return sum(values) ** 2 / (len(values) * squares) if squares else 1.0
