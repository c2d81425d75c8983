"""One pool: work with the same needs, and the people who meet them, each in a heap whose order time does not change."""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from typing import NamedTuple

from zhiyin.routing.scoring import Agent, Need, Weights, Work, is_senior, level_worth


class Wanted(NamedTuple):
    """What makes work alike for people: all work of one pool fits a person equally, but for who had it before."""

    queue: str
    kind: str
    needs: tuple[Need, ...]
    senior: bool


def wanted_by(work: Work, weights: Weights) -> Wanted:
    return Wanted(work.queue, work.kind, tuple(sorted(work.needs)), is_senior(work, weights))


Waiting = tuple[float, int, int]  # rank key, stamp of the entry, work id
Able = tuple[float, int, int]  # fit key, agent id, stamp of the agent's state


class Pool:
    """Heaps hold outdated entries until they come to the top, or until they are the greater part."""

    __slots__ = ("_for_a_level", "_skills", "able", "members", "waiting", "wanted", "weights")

    def __init__(self, wanted: Wanted, weights: Weights) -> None:
        self.wanted, self.weights = wanted, weights
        self._skills, self._for_a_level = level_worth(wanted.needs, senior=wanted.senior, weights=weights)
        self.waiting: list[Waiting] = []
        self.able: list[Able] = []
        self.members = 0

    def first_waiting(self, stamps: dict[int, int]) -> Waiting | None:
        """The highest rank still waiting."""
        waiting = self.waiting
        while waiting:
            if stamps.get(waiting[0][2]) == waiting[0][1]:
                return waiting[0]
            heappop(waiting)
        return None

    def first_able(self, stamps: dict[int, int]) -> Able | None:
        """The best fit with room."""
        able = self.able
        while able:
            if stamps.get(able[0][1]) == able[0][2]:
                return able[0]
            heappop(able)
        return None

    def enter(self, agent: Agent, stamp: int, stamps: dict[int, int]) -> None:
        """Note that somebody has room for this work."""
        able = self.able
        if len(able) > 2 * self.members + 32:
            able[:] = [entry for entry in able if stamps.get(entry[1]) == entry[2]]
            heapify(able)
        heappush(able, (self.fit_key(agent), agent.id, stamp))

    def fit_key(self, agent: Agent) -> float:
        """`idle weight * at - fit`, but for who had the work before: the lower, the better."""
        weights, kind = self.weights, self.wanted.kind
        limit = agent.limits.get(kind, 0)
        room = weights.room * agent.room(kind) / limit if limit else 0.0
        return weights.idle * agent.idle_since - self.skill_of(agent) - room + weights.fairness * agent.taken

    def skill_of(self, agent: Agent) -> float:
        """The term `skill` of somebody who belongs here."""
        skills = agent.skills
        return self._for_a_level * sum([skills[skill] for skill in self._skills])
