"""What each request of bench/inbox.py costs the processors, which a busy machine changes little.

    python bench/request_cost.py [--size 1000] [--keep DIR] [--each 200]

A centre of its own is asked over HTTP, one request after the other. The table has the processor time that a request
takes of the web processes and of PostgreSQL (connections that it opens included), and its number of queries. With
eight at once on two cores, a request takes at least four times its sum.
"""

from __future__ import annotations

import argparse
import random
from pathlib import Path

from bench.inbox import KINDS, MANAGER, Agent, count_queries
from bench.measuring import machine, milliseconds, table
from bench.stores import Store, store


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size", type=int, default=1000)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--each", type=int, default=200)
    options = parser.parse_args()
    with store(options.size, keep=options.keep) as centre:
        print(f"{options.size:,} tickets, {machine(centre.postgres())}", flush=True)
        rows = measure(centre, options.each)
    print(f"\n{table(['', 'web', 'PostgreSQL', 'together', 'queries'], rows)}")


def measure(centre: Store, each: int) -> list[list[str]]:
    """Processor time per request by kind; agent and manager take turns."""
    agents = [
        Agent(centre, name, random.Random(number)) for number, name in enumerate(["liu.huimin", MANAGER])
    ]
    queries = count_queries(centre)
    rows = []
    for kind in KINDS:
        for agent in agents * 5:
            agent.ask(kind)
        before, asked_before = centre.spent(), sum(agent.asker.requests for agent in agents)
        for turn in range(each):
            agents[turn % 2].ask(kind)
        asked = sum(agent.asker.requests for agent in agents) - asked_before
        now = centre.spent()
        web, postgres = ((now[part] - before[part]) / asked for part in ("web", "PostgreSQL"))
        rows.append([kind, *map(milliseconds, (web, postgres, web + postgres)), str(queries[kind])])
    return rows


if __name__ == "__main__":
    main()
