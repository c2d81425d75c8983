"""Matching one event at a time: work that arrives takes the best person free, a person who is free the best work.

Every choice is the highest `score` there is, and the tests hold it against trying all. What an event costs depends on
the pools it touches, and on the number waiting only by the logarithm of a heap.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count
from typing import NamedTuple

from zhiyin.routing.matching.pools import Pool, Waiting, Wanted, wanted_by
from zhiyin.routing.scoring import Agent, Need, Weights, Work, rank_key

_DEFAULT = Weights()


class Match(NamedTuple):
    work_id: int
    agent_id: int


class Engine:
    """What waits and who is free, in memory. Times are those of `scoring.Work`."""

    def __init__(self, weights: Mapping[str, Weights] | None = None, *, held: bool = False) -> None:
        """`weights` are by queue. While `held`, work and people come in and nobody is matched; see `replan`."""
        self._weights = dict(weights or {})
        self.held = held
        self.agents: dict[int, Agent] = {}
        self.works: dict[int, Work] = {}  # those that wait
        self.pools: dict[Wanted, Pool] = {}
        self._pools_of: dict[int, list[Pool]] = {}
        self._agent_stamps: dict[int, int] = {}
        self.work_stamps: dict[int, int] = {}
        self._widened: set[int] = set()  # works in more than one pool
        self._own: dict[tuple[int, str], list[Waiting]] = {}  # by agent and kind: what they had before
        self._stamps = count(1)

    @property
    def waiting(self) -> int:
        return len(self.works)

    # --- work ---------------------------------------------------------------------------

    def arrive(self, work: Work, at: float) -> Match | None:
        """Work comes in: given to the best person with room, or it waits."""
        weights = self._weights.get(work.queue, _DEFAULT)
        pool = self._pool(work, weights)
        agent = self._best_able(work, pool)
        if agent is not None:
            return self._take(work, agent, at)
        self.works[work.id] = work
        stamp = self.work_stamps[work.id] = next(self._stamps)
        key = rank_key(work, weights)
        heappush(pool.waiting, (key, stamp, work.id))
        if work.last_agent_id is not None:
            entry = (key - weights.last_agent, stamp, work.id)
            heappush(self._own.setdefault((work.last_agent_id, work.kind), []), entry)
        return None

    def widen(self, work_id: int, needs: Iterable[Need], at: float) -> Match | None:
        """Waiting work opens to people who meet other needs as well, and keeps its rank."""
        work = self.works.get(work_id)
        if work is None:
            return None
        weights = self._weights.get(work.queue, _DEFAULT)
        wider = replace(work, needs=tuple(needs))
        pool = self._pool(wider, weights)
        agent = self._best_able(wider, pool)
        if agent is not None:
            self.withdraw(work_id)
            return self._take(wider, agent, at)
        heappush(pool.waiting, (rank_key(work, weights), self.work_stamps[work_id], work_id))
        self._widened.add(work_id)
        return None

    def withdraw(self, work_id: int) -> Work | None:
        """Work no longer waits: the customer left, or somebody took it by hand."""
        self.work_stamps.pop(work_id, None)
        self._widened.discard(work_id)
        return self.works.pop(work_id, None)

    # --- people -------------------------------------------------------------------------

    def sign_in(self, agent: Agent, at: float) -> list[Match]:
        """Somebody comes, or comes back with other skills; they take what waits as far as they have room."""
        self.sign_out(agent.id)
        self.agents[agent.id] = agent
        pools = self._pools_of[agent.id] = [
            pool for pool in self.pools.values() if _belongs(agent, pool.wanted)
        ]
        for pool in pools:
            pool.members += 1
        return self._fill(agent, at)

    def sign_out(self, agent_id: int) -> None:
        """Somebody takes no more work; what they have stays with them."""
        self.agents.pop(agent_id, None)
        self._agent_stamps.pop(agent_id, None)
        for pool in self._pools_of.pop(agent_id, []):
            pool.members -= 1

    def finish(self, agent_id: int, kind: str, at: float) -> list[Match]:
        """Somebody is done with one piece of work of this kind, and takes the next."""
        agent = self.agents.get(agent_id)
        if agent is None:
            return []
        agent.load[kind] = max(0, agent.load.get(kind, 0) - 1)
        agent.idle_since = at
        return self._fill(agent, at)

    def carry_out(self, matches: Iterable[Match], at: float) -> None:
        """Give out what was planned, and match by itself from now on."""
        self.held = False
        given = set()
        for match in matches:
            work = self.withdraw(match.work_id)
            if work is not None:
                self._load(work, self.agents[match.agent_id], at)
                given.add(match.agent_id)
        for agent_id in given:
            self._show(self.agents[agent_id])

    def alone(self) -> set[int]:
        """Waiting works that are not like the others of their pool: in several pools, or known to somebody here."""
        known = (own for (agent_id, _), own in self._own.items() if agent_id in self.agents)
        return self._widened | {entry[2] for own in known for entry in own if entry[2] in self.works}

    def key_of(self, work: Work) -> float:
        """The rank key of work, by its queue's weights."""
        return rank_key(work, self._weights.get(work.queue, _DEFAULT))

    def pools_of(self, agent_id: int) -> list[Pool]:
        """The pools whose needs somebody meets."""
        return self._pools_of[agent_id]

    def pool_of(self, work: Work) -> Pool:
        """The pool of work with these needs."""
        return self._pool(work, self._weights.get(work.queue, _DEFAULT))

    # --- inside -------------------------------------------------------------------------

    def _take(self, work: Work, agent: Agent, at: float) -> Match:
        match = self._load(work, agent, at)
        self._show(agent)
        return match

    def _load(self, work: Work, agent: Agent, at: float) -> Match:
        agent.load[work.kind] = agent.load.get(work.kind, 0) + 1
        agent.taken += 1
        agent.idle_since = at
        return Match(work.id, agent.id)

    def _fill(self, agent: Agent, at: float) -> list[Match]:
        matches = []
        while not self.held and (work_id := self._best_waiting(agent, at)) is not None:
            matches.append(self._load(self.works[work_id], agent, at))
            self.withdraw(work_id)
        self._show(agent)
        return matches

    def _show(self, agent: Agent) -> None:
        """Put somebody where their room is looked for, as they stand now."""
        stamp = self._agent_stamps[agent.id] = next(self._stamps)
        kinds = {kind for kind in agent.limits if agent.room(kind)}
        for pool in self._pools_of[agent.id] if kinds else ():
            if pool.wanted.kind in kinds:
                pool.enter(agent, stamp, self._agent_stamps)

    def _best_able(self, work: Work, pool: Pool) -> Agent | None:
        if self.held:
            return None
        first = pool.first_able(self._agent_stamps)
        best = self.agents[first[1]] if first is not None else None
        known = self.agents.get(work.last_agent_id) if work.last_agent_id is not None else None
        if known is None or not known.room(work.kind) or not known.meets(work.needs):
            return best
        if first is None or pool.fit_key(known) - pool.weights.last_agent <= first[0]:
            return known
        return best

    def _best_waiting(self, agent: Agent, at: float) -> int | None:
        """The work with the highest score for somebody, if there is any they have room for."""
        best: tuple[float, int, int] | None = None  # key with fit, stamp, work id
        kinds = {kind for kind in agent.limits if agent.room(kind)}
        for pool in self._pools_of[agent.id] if kinds else ():
            if not pool.waiting or pool.wanted.kind not in kinds:
                continue
            entry = pool.first_waiting(self.work_stamps)
            if entry is not None:
                candidate = (entry[0] + pool.fit_key(agent) - pool.weights.idle * at, entry[1], entry[2])
                best = candidate if best is None or candidate < best else best
        for kind in kinds:
            if (own := self._first_own(agent, kind, at)) is not None:
                best = own if best is None or own < best else best
        return best[2] if best is not None else None

    def _first_own(self, agent: Agent, kind: str, at: float) -> tuple[float, int, int] | None:
        """The first of what somebody had before that they have the skills and the room for."""
        own = self._own.get((agent.id, kind))
        while own:
            key, stamp, work_id = own[0]
            if self.work_stamps.get(work_id) == stamp and agent.meets(self.works[work_id].needs):
                work = self.works[work_id]
                pool = self.pool_of(work)
                return key + pool.fit_key(agent) - pool.weights.idle * at, stamp, work_id
            heappop(own)
        return None

    def _pool(self, work: Work, weights: Weights) -> Pool:
        wanted = wanted_by(work, weights)
        pool = self.pools.get(wanted)
        if pool is None:
            pool = self.pools[wanted] = Pool(wanted, weights)
            for agent in self.agents.values():
                if _belongs(agent, wanted):
                    pool.members += 1
                    self._pools_of[agent.id].append(pool)
                    if agent.room(wanted.kind):
                        pool.enter(agent, self._agent_stamps[agent.id], self._agent_stamps)
        return pool


def _belongs(agent: Agent, wanted: Wanted) -> bool:
    return agent.limits.get(wanted.kind, 0) > 0 and agent.meets(wanted.needs)
