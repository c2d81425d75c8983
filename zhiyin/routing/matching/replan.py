"""The best plan for all that waits and all who have room: a flow of least cost, exact to a tenth of a second.

    people ──▶ pools they belong to ──▶ the works of the pool that could have their turn ──▶ given

As many works as possible are given, and among all ways to do so the sum of scores is the highest. Each further work of
one person costs what `score` takes off for it (room, idle time, fairness; by the weights of the kind's first pool), so
that a plan spreads. A pool's works differ
in rank only, and of n places its n first can have one: the others need not be looked at. Work that somebody had before,
or that is in several pools, is a node of its own. Kinds of channel are planned one after the other.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from heapq import nsmallest

from zhiyin.routing.matching.engine import Engine, Match
from zhiyin.routing.matching.pools import Pool
from zhiyin.routing.scoring import Agent, skill_fit

_PER_SECOND = 10  # costs are whole numbers of tenths of a second


def replan(engine: Engine, at: float) -> list[Match]:
    """The plan for what the engine holds; `Engine.carry_out` gives it out."""
    planned: list[Match] = []
    rooms = {agent.id: Counter(agent.load) for agent in engine.agents.values()}
    for kind in sorted({wanted.kind for wanted in engine.pools}):
        free = {pk: room for pk, agent in engine.agents.items() if (room := _room(agent, kind, rooms[pk]))}
        matches = _plan_kind(engine, kind, free, at) if free else []
        for match in matches:
            rooms[match.agent_id][kind] += 1
        planned += matches
    return planned


@dataclass
class _Net:
    """Arcs of a flow from node 0, the source, to node 1, the sink."""

    tails: list[int] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    rooms: list[int] = field(default_factory=list)
    costs: list[int] = field(default_factory=list)
    nodes: int = 2

    def node(self) -> int:
        self.nodes += 1
        return self.nodes - 1

    def arc(self, tail: int, head: int, room: int, worth: float) -> int:
        self.tails.append(tail)
        self.heads.append(head)
        self.rooms.append(room)
        self.costs.append(-round(worth * _PER_SECOND))
        return len(self.tails) - 1


def _room(agent: Agent, kind: str, load: Counter[str]) -> int:
    was, agent.load = agent.load, load
    try:
        return agent.room(kind)
    finally:
        agent.load = was


def _plan_kind(engine: Engine, kind: str, free: dict[int, int], at: float) -> list[Match]:
    net = _Net()
    pools = [pool for wanted, pool in engine.pools.items() if wanted.kind == kind and pool.waiting]
    places = {id(pool): 0 for pool in pools}
    people = {pk: net.node() for pk in free}
    pool_nodes = {id(pool): net.node() for pool in pools}
    offered: dict[int, tuple[int, int]] = {}  # arc -> (agent, pool node)
    for pk, room in free.items():
        agent = engine.agents[pk]
        for pool in engine.pools_of(pk):
            if id(pool) in places:
                places[id(pool)] += room
                worth = skill_fit(agent, pool.wanted.needs, senior=pool.wanted.senior, weights=pool.weights)
                offered[net.arc(people[pk], pool_nodes[id(pool)], room, worth)] = (pk, pool_nodes[id(pool)])
        _add_places(net, people[pk], agent, room, pools, at)
    given = _add_works(net, engine, pools, pool_nodes, places, at)
    known = _add_known(net, engine, people, given.single, kind)
    return _read(_solve(net), offered, given, known)


def _add_places(net: _Net, node: int, agent: Agent, room: int, pools: list[Pool], at: float) -> None:
    """One arc for each further work, worth less each time."""
    weights = pools[0].weights if pools else None
    if weights is None:
        return
    limit = agent.limits.get(pools[0].wanted.kind, 0)
    for place in range(room):
        idle = weights.idle * max(0.0, at - agent.idle_since) if place == 0 else 0.0
        spare = weights.room * (room - place) / limit
        net.arc(0, node, 1, spare + idle - weights.fairness * (agent.taken + place))


@dataclass
class _Given:
    """Where works leave the net."""

    by_arc: dict[int, tuple[int, int]] = field(default_factory=dict)  # arc -> (pool node, work)
    single: dict[int, int] = field(default_factory=dict)  # work -> node of its own


def _add_works(
    net: _Net,
    engine: Engine,
    pools: list[Pool],
    pool_nodes: dict[int, int],
    places: dict[int, int],
    at: float,
) -> _Given:
    """The first works of each pool, as many as could have a place, and all that somebody here had before."""
    given = _Given()
    stamps, works = engine.work_stamps, engine.works
    seen: Counter[int] = Counter()
    chosen = []
    for pool in pools:
        valid = [entry for entry in pool.waiting if stamps.get(entry[2]) == entry[1]]
        first = nsmallest(places[id(pool)], valid) if len(valid) > places[id(pool)] else valid
        known = [entry for entry in valid if works[entry[2]].last_agent_id in engine.agents]
        entries = list({entry[2]: entry for entry in [*first, *known]}.values())
        seen.update(entry[2] for entry in entries)
        chosen.append((pool_nodes[id(pool)], entries))
    for node, entries in chosen:
        for key, _, work_id in entries:
            if seen[work_id] == 1 and works[work_id].last_agent_id not in engine.agents:
                given.by_arc[net.arc(node, 1, 1, at - key)] = (node, work_id)
                continue
            if work_id not in given.single:
                given.single[work_id] = net.node()
                net.arc(given.single[work_id], 1, 1, at - key)
            given.by_arc[net.arc(node, given.single[work_id], 1, 0.0)] = (node, work_id)
    return given


def _add_known(
    net: _Net, engine: Engine, people: dict[int, int], single: dict[int, int], kind: str
) -> dict[int, Match]:
    """Straight arcs from those who had a work before to it."""
    arcs = {}
    for work_id, node in single.items():
        work = engine.works[work_id]
        agent = engine.agents.get(work.last_agent_id or 0)
        if agent is None or agent.id not in people or not agent.meets(work.needs):
            continue
        pool = engine.pool_of(work)
        fit = skill_fit(agent, work.needs, senior=pool.wanted.senior, weights=pool.weights)
        arc = net.arc(people[agent.id], node, 1, fit + pool.weights.last_agent)
        arcs[arc] = Match(work_id, agent.id)
    return arcs


def _solve(net: _Net) -> list[int]:
    """Units that flow through each arc."""
    import numpy
    from ortools.graph.python.min_cost_flow import SimpleMinCostFlow

    flow = SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(
        numpy.array(net.tails, dtype=numpy.int32),
        numpy.array(net.heads, dtype=numpy.int32),
        numpy.array(net.rooms, dtype=numpy.int64),
        numpy.array(net.costs, dtype=numpy.int64),
    )
    supply = sum(room for tail, room in zip(net.tails, net.rooms, strict=True) if tail == 0)
    flow.set_node_supply(0, supply)
    flow.set_node_supply(1, -supply)
    status = flow.solve_max_flow_with_min_cost()
    if status != flow.OPTIMAL:
        raise ArithmeticError(f"the flow of {len(net.tails)} arcs has no solution: {status}")
    units: list[int] = flow.flows(arcs).tolist()
    return units


def _read(
    units: list[int],
    offered: dict[int, tuple[int, int]],
    given: _Given,
    known: dict[int, Match],
) -> list[Match]:
    """Who gets what. Within a pool everybody fits as they were counted, whichever of its works they get."""
    works: dict[int, list[int]] = {}
    for arc, (node, work_id) in given.by_arc.items():
        if units[arc]:
            works.setdefault(node, []).append(work_id)
    matches = [match for arc, match in known.items() if units[arc]]
    for arc, (pk, node) in offered.items():
        matches += [Match(works[node].pop(), pk) for _ in range(units[arc])]
    return matches
