"""The best plan for all that waits and all who have room: a flow of least cost, exact to a tenth of a second.

    people ──▶ levels ──▶ pools ──▶ the works of the pool that could have their turn ──▶ given

As many works as possible are given, and among all ways to do so the sum of scores is the highest. Each further work of
one person costs what `score` takes off for it (room, idle time, fairness; by the weights of the kind's first pool), so
that a plan spreads. People of equal levels in the same skills fit the same pools equally, so they go by one node. A
pool's works differ in rank only, and of n places its n first can have one: the others need not be looked at. Work that
somebody had before, or that is in several pools, is a node of its own. Kinds of channel are planned one after the other.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from heapq import nsmallest

from zhiyin.routing.matching.engine import Engine, Match
from zhiyin.routing.matching.pools import Pool
from zhiyin.routing.scoring import Agent

_PER_SECOND = 10  # costs are whole numbers of tenths of a second
_SOURCE, _SINK = 0, 1


def replan(engine: Engine, at: float) -> list[Match]:
    """The plan for what the engine holds; `Engine.carry_out` gives it out."""
    planned: list[Match] = []
    loads: dict[int, dict[str, int]] = {}  # of those who are given something of an earlier kind
    for kind in sorted({wanted.kind for wanted in engine.pools}):
        free = {
            pk: room for pk, agent in engine.agents.items() if (room := _room(agent, kind, loads.get(pk)))
        }
        matches = _Plan(engine, kind, free, at).matches() if free else []
        for match in matches:
            load = loads.setdefault(match.agent_id, dict(engine.agents[match.agent_id].load))
            load[kind] = load.get(kind, 0) + 1
        planned += matches
    return planned


def _room(agent: Agent, kind: str, load: dict[str, int] | None) -> int:
    if load is None:
        return agent.room(kind)
    was, agent.load = agent.load, load
    try:
        return agent.room(kind)
    finally:
        agent.load = was


@dataclass
class _Net:
    """Arcs of a flow; a row each of where from, where to, how many, and what one is worth."""

    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    worths: list[float] = field(default_factory=list)
    nodes: int = 2

    def node(self) -> int:
        self.nodes += 1
        return self.nodes - 1

    def arc(self, tail: int, head: int, room: int, worth: float) -> None:
        self.tails.append(tail)
        self.heads.append(head)
        self.rooms.append(room)
        self.worths.append(worth)

    def solve(self) -> list[tuple[int, int]]:
        """(arc, units) of the arcs through which something flows."""
        import numpy
        from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

        flow = SimpleMinCostFlow()
        tails, rooms = numpy.array(self.tails, dtype=numpy.int32), numpy.array(self.rooms, dtype=numpy.int64)
        costs = numpy.rint(numpy.array(self.worths) * -_PER_SECOND).astype(numpy.int64)
        arcs = flow.add_arcs_with_capacity_and_unit_cost(
            tails, numpy.array(self.heads, dtype=numpy.int32), rooms, costs
        )
        supply = int(rooms[tails == _SOURCE].sum())
        flow.set_node_supply(_SOURCE, supply)
        flow.set_node_supply(_SINK, -supply)
        status = flow.solve_max_flow_with_min_cost()
        if status != flow.OPTIMAL:
            raise ArithmeticError(f"the flow of {len(self.tails)} arcs has no solution: {status}")
        units = flow.flows(arcs)
        return [(int(arc), int(units[arc])) for arc in numpy.nonzero(units)[0]]


class _Plan:
    def __init__(self, engine: Engine, kind: str, free: dict[int, int], at: float) -> None:
        self._engine, self._at, self._net = engine, at, _Net()
        self._pools = [pool for wanted, pool in engine.pools.items() if wanted.kind == kind and pool.waiting]
        self._nodes = {id(pool): self._net.node() for pool in self._pools}
        self._people = {pk: self._net.node() for pk in free}
        self._single: dict[int, int] = {}  # work -> node of its own
        self._taken: dict[int, tuple[int, int]] = {}  # arc -> (agent, node of levels)
        self._passed: dict[int, tuple[int, int]] = {}  # arc -> (node of levels, pool node)
        self._given: dict[int, tuple[int, int]] = {}  # arc -> (pool node, work)
        self._known: dict[int, Match] = {}
        if self._pools:
            places = self._add_people(free)
            self._add_works(places)
            self._add_known()
            for pk, room in free.items():
                self._add_places(engine.agents[pk], room)

    def matches(self) -> list[Match]:
        """Who gets what. Within a pool everybody fits as they were counted, whichever of its works they get."""
        if not self._pools:
            return []
        works: dict[int, list[int]] = defaultdict(list)
        takers: dict[int, list[int]] = defaultdict(list)
        passed: list[tuple[int, int]] = []
        matches = []
        for arc, units in self._net.solve():
            if arc in self._given:
                node, work_id = self._given[arc]
                works[node].append(work_id)
            elif arc in self._taken:
                pk, levels = self._taken[arc]
                takers[levels] += [pk] * units
            elif arc in self._passed:
                passed += [self._passed[arc]] * units
            elif arc in self._known:
                matches.append(self._known[arc])
        return matches + [Match(works[node].pop(), takers[levels].pop()) for levels, node in passed]

    def _add_people(self, free: dict[int, int]) -> dict[int, int]:
        """From people to their levels, from levels to pools; returns how many of each pool could be given."""
        net, rooms = self._net, Counter[int]()
        pools_of: dict[tuple[str, ...], list[Pool]] = defaultdict(list)
        names_of = {id(pool): tuple([need.skill for need in pool.wanted.needs]) for pool in self._pools}
        for pool in self._pools:
            pools_of[names_of[id(pool)]].append(pool)
        nodes: dict[tuple[tuple[str, ...], tuple[int, ...]], tuple[int, Agent]] = {}
        for pk, room in free.items():
            agent, person = self._engine.agents[pk], self._people[pk]
            # the sets of skills asked for by the pools they belong to; a pool without work has none
            asked = {names_of.get(id(pool)) for pool in self._engine.pools_of(pk)}
            for names in asked:
                if names is None:
                    continue
                key = names, tuple([agent.level(name) for name in names])
                if key not in nodes:
                    nodes[key] = net.node(), agent
                node = nodes[key][0]
                rooms[node] += room
                self._taken[len(net.tails)] = pk, node
                net.arc(person, node, room, 0.0)
        places = dict.fromkeys(self._nodes, 0)
        for (names, _), (node, agent) in nodes.items():
            for pool in pools_of[names]:
                if agent.meets(pool.wanted.needs):
                    places[id(pool)] += rooms[node]
                    self._passed[len(net.tails)] = node, self._nodes[id(pool)]
                    net.arc(node, self._nodes[id(pool)], rooms[node], pool.skill_of(agent))
        return places

    def _add_works(self, places: dict[int, int]) -> None:
        """The first works of each pool, as many as could have a place, and all with a node of their own."""
        net, engine, at = self._net, self._engine, self._at
        alone = engine.alone()
        for pool in self._pools:
            node, entries = self._nodes[id(pool)], _first(pool, places[id(pool)], engine, alone)
            self._given.update(enumerate(((node, entry[2]) for entry in entries), len(net.tails)))
            net.tails += [node] * len(entries)
            net.rooms += [1] * len(entries)
            if not alone:
                net.heads += [_SINK] * len(entries)
                net.worths += [at - key for key, _, _ in entries]
            else:
                net.heads += [self._exit(work_id) if work_id in alone else _SINK for _, _, work_id in entries]
                net.worths += [0.0 if work_id in alone else at - key for key, _, work_id in entries]
        for work_id, node in self._single.items():
            net.arc(node, _SINK, 1, at - engine.key_of(engine.works[work_id]))

    def _exit(self, work_id: int) -> int:
        if work_id not in self._single:
            self._single[work_id] = self._net.node()
        return self._single[work_id]

    def _add_known(self) -> None:
        """Straight from those who had a work before to it."""
        for work_id, node in self._single.items():
            work = self._engine.works[work_id]
            agent = self._engine.agents.get(work.last_agent_id or 0)
            if agent is None or agent.id not in self._people or not agent.meets(work.needs):
                continue
            pool = self._engine.pool_of(work)
            self._known[len(self._net.tails)] = Match(work_id, agent.id)
            self._net.arc(self._people[agent.id], node, 1, pool.skill_of(agent) + pool.weights.last_agent)

    def _add_places(self, agent: Agent, room: int) -> None:
        """From the source, one arc for each further work, worth less each time."""
        weights, limit = self._pools[0].weights, agent.limits[self._pools[0].wanted.kind]
        idle = weights.idle * max(0.0, self._at - agent.idle_since)
        for place in range(room):
            worth = weights.room * (room - place) / limit - weights.fairness * (agent.taken + place)
            self._net.arc(_SOURCE, self._people[agent.id], 1, worth + (0.0 if place else idle))


def _first(pool: Pool, places: int, engine: Engine, alone: set[int]) -> list[tuple[float, int, int]]:
    """What still waits in a pool, as far as it can have its turn."""
    stamps = engine.work_stamps
    valid = [entry for entry in pool.waiting if stamps.get(entry[2]) == entry[1]]
    if len(valid) <= places:
        return valid
    first = nsmallest(places, valid)
    reached = {entry[2] for entry in first}
    return first + [entry for entry in valid if entry[2] in alone and entry[2] not in reached]
