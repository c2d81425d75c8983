"""What customers of a simulation would have been told of their wait as they came, against how long they waited.

Only what could be known at that moment is looked at: who waited, what had left the queue, what was finished.
"""

from __future__ import annotations

import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from heapq import heappop, heappush

from zhiyin.routing.scoring import Weights, rank_key
from zhiyin.routing.simulation.centre import Fate, Run
from zhiyin.routing.simulation.summing import at_share
from zhiyin.routing.waiting import LONGEST_WATCHED, QueueState, WaitEstimate, estimate_wait

USUAL_HANDLING = 600.0  # until something was finished


@dataclass(frozen=True, slots=True)
class Told:
    """What somebody was told, and what became true; seconds."""

    place: int
    estimate: WaitEstimate
    waited: float

    @property
    def error(self) -> float:
        """How far the mean was off, as a share of the wait."""
        return abs(self.estimate.mean - self.waited) / self.waited

    @property
    def held(self) -> bool:
        """Whether the wait was within the range."""
        return self.estimate.low <= self.waited <= self.estimate.high


@dataclass(frozen=True)
class Honesty:
    """How true it was. `p80_error` is of those who were told one number; `held` is the share within the range, of all."""

    told: int
    as_number: int
    p50_error: float
    p80_error: float
    held: float


def told_in(run: Run, *, serving: int, from_second: float = 0.0) -> list[Told]:
    """Everybody who had to wait and was answered, with what they were told when they came; one queue, so many at work."""
    weights = next(iter(run.policy.weights.values()), Weights())
    watcher, found = _Watcher(serving), []
    for fate in sorted(run.fates.values(), key=lambda fate: fate.contact.work.entered_at):
        at, key = fate.contact.work.entered_at, rank_key(fate.contact.work, weights)
        watcher.pass_to(at)
        if fate.waited and fate.answered_at is not None and at >= from_second:
            place = 1 + bisect.bisect_right(watcher.keys, key)
            estimate = estimate_wait(watcher.state(at), place=place)
            assert estimate is not None
            found.append(Told(place, estimate, fate.waited))
        watcher.join(fate, key)
    return found


class _Watcher:
    """What could be seen of the queue, moment by moment."""

    def __init__(self, serving: int) -> None:
        self.keys: list[float] = []  # of those who wait, in order
        self._serving = serving
        self._leaving: list[
            tuple[float, float, float, bool]
        ] = []  # when, key, when it came, whether it was taken
        self._entered: list[float] = []  # of those who wait
        self._finishing: list[tuple[float, float]] = []  # when, how long it took
        self._handled: list[float] = []
        self._starts: list[float] = []
        self._given_up: list[float] = []
        self._area = [(0.0, 0.0)]  # until when, and how long all have waited by then

    def join(self, fate: Fate, key: float) -> None:
        at, left = fate.contact.work.entered_at, fate.answered_at
        if left is not None:
            heappush(self._finishing, (left + fate.contact.handling, fate.contact.handling))
        if fate.waited == 0:
            self._starts.append(at)
            return
        self._note_area(at)
        bisect.insort(self.keys, key)
        bisect.insort(self._entered, at)
        gone = left if left is not None else fate.abandoned_at
        if gone is not None:
            heappush(self._leaving, (gone, key, at, left is not None))

    def pass_to(self, at: float) -> None:
        while self._finishing and self._finishing[0][0] <= at:
            self._handled.append(heappop(self._finishing)[1])
        while self._leaving and self._leaving[0][0] <= at:
            moment, key, entered, was_taken = heappop(self._leaving)
            self._note_area(moment)
            del self.keys[bisect.bisect_left(self.keys, key)]
            del self._entered[bisect.bisect_left(self._entered, entered)]
            (self._starts if was_taken else self._given_up).append(moment)

    def state(self, at: float) -> QueueState:
        self._note_area(at)
        since = max(self._entered[0] if self._entered else at, at - LONGEST_WATCHED)
        recent = self._handled[-200:]
        return QueueState(
            serving=self._serving,
            handling=sum(recent) / len(recent) if recent else USUAL_HANDLING,
            starts=len(self._starts) - bisect.bisect_right(self._starts, since),
            given_up=len(self._given_up) - bisect.bisect_right(self._given_up, since),
            watched=at - since,
            waited=self._area[-1][1] - self._waited_until(since),
        )

    def _note_area(self, at: float) -> None:
        last, waited = self._area[-1]
        if at > last:
            self._area.append((at, waited + (at - last) * len(self.keys)))

    def _waited_until(self, moment: float) -> float:
        index = max(1, bisect.bisect_left(self._area, (moment, 0.0)))
        if index >= len(self._area):
            return self._area[-1][1]
        (begin, before), (end, after) = self._area[index - 1], self._area[index]
        return before + (after - before) * (moment - begin) / (end - begin)


def honesty_of(told: Sequence[Told]) -> Honesty:
    """How true what was told was, of those who waited."""
    errors = sorted(one.error for one in told if one.estimate.is_sure)
    return Honesty(
        told=len(told),
        as_number=len(errors),
        p50_error=at_share(errors, 0.5),
        p80_error=at_share(errors, 0.8),
        held=sum(one.held for one in told) / len(told) if told else 0.0,
    )
