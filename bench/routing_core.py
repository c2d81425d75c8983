"""Matching alone, without a database: what an event costs, and a plan for everybody.

    python bench/routing_core.py [--agents 10000] [--waiting 100000] [--skills 60] [--events 200000] [--quick]

Fills an engine, then lets people finish and work arrive in turn, each timed; then the same numbers are planned at once,
with the time of the plan (on the clock, and of the processor, which others on the machine change less), what one at a
time reaches of it, and what an event costs at a tenth of the waiting.
"""

from __future__ import annotations

import argparse
import copy
import gc
import random
import time

from bench.measuring import machine, milliseconds, percentile, table
from zhiyin.routing.matching.engine import Engine
from zhiyin.routing.matching.replan import replan
from zhiyin.routing.scoring import Agent, Need, Weights, Work, score
from zhiyin.routing.tests.scene import crowd, flood


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--agents", type=int, default=10_000)
    parser.add_argument("--waiting", type=int, default=100_000)
    parser.add_argument("--skills", type=int, default=60)
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    if options.quick:
        options.agents, options.waiting, options.events = 1_000, 10_000, 20_000
    print(f"{options.agents:,} people, {options.waiting:,} waiting, {options.skills} skills; {machine()}")
    rows = []
    for waiting in (options.waiting // 10, options.waiting):
        rate, p99, worst = run_events(options.agents, waiting, options.skills, options.events)
        rows.append([f"{waiting:,} waiting", f"{rate:,.0f}/s", f"{p99 * 1e6:.0f} µs", milliseconds(worst)])
    print(f"\n{table(['one event at a time', 'events', 'p99', 'worst'], rows)}")
    plan = run_plan(options.agents, options.waiting, options.skills)
    print(f"\n{table(['plan for all', '', '', ''], [plan])}")


def run_events(people: int, waiting: int, skills: int, events: int) -> tuple[float, float, float]:
    """(events/s, p99 and worst seconds of one) of people who finish and work that arrives, half and half."""
    engine = Engine()
    everybody = crowd(people=people, skills=skills)
    for agent in everybody:
        agent.load["ticket"] = 1
        engine.sign_in(agent, 0.0)
    for work in flood(works=waiting, skills=skills):
        engine.arrive(work, 0.0)
    chance = random.Random(3)
    coming = [
        Work(
            waiting + number,
            number * 0.01,
            (Need(f"skill:{chance.randrange(skills)}", chance.randint(1, 3)),),
        )
        for number in range(1, events // 2 + 1)
    ]
    who = [chance.choice(everybody).id for _ in coming]
    took = []
    gc.collect()
    gc.freeze()
    started = time.perf_counter()
    for work, agent_id in zip(coming, who, strict=True):
        first = time.perf_counter()
        engine.arrive(work, work.entered_at)
        second = time.perf_counter()
        engine.finish(agent_id, "ticket", work.entered_at)
        took.append(second - first)
        took.append(time.perf_counter() - second)
    rate = len(took) / (time.perf_counter() - started)
    gc.unfreeze()
    return rate, percentile(took, 0.99), max(took)


def run_plan(people: int, waiting: int, skills: int) -> list[str]:
    """A row: how long the plan took, how much it gives, what one at a time comes to."""
    weights = Weights()
    everybody, found = crowd(people=people, skills=skills), flood(works=waiting, skills=skills)
    works = {work.id: work for work in found}
    engine = Engine(held=True)
    for work in found:
        engine.arrive(work, 0.0)
    for agent in everybody:
        engine.sign_in(agent, 0.0)
    before = {agent.id: copy.deepcopy(agent) for agent in everybody}
    replan(Engine(held=True), 0.0)  # the solver is loaded before the clock starts
    gc.collect()
    started, spent = time.perf_counter(), time.process_time()
    matches = replan(engine, 0.0)
    took, spent = time.perf_counter() - started, time.process_time() - spent

    def worth(pairs: list[tuple[int, int]]) -> float:
        return sum(score(works[work_id], before[agent_id], 0.0, weights).total for work_id, agent_id in pairs)

    greedy = Engine()
    for work in found:
        greedy.arrive(work, 0.0)
    pairs = [(m.work_id, m.agent_id) for one in before.values() for m in greedy.sign_in(_fresh(one), 0.0)]
    best = worth([(match.work_id, match.agent_id) for match in matches])
    return [
        f"{milliseconds(took)}, processor {milliseconds(spent)}",
        f"{len(matches):,} given, exact",
        f"one at a time: {len(pairs):,} given, {worth(pairs) / best:.2%} of its worth",
        f"{len(matches) / took:,.0f} pairs/s",
    ]


def _fresh(agent: Agent) -> Agent:
    return copy.deepcopy(agent)


if __name__ == "__main__":
    main()
