"""How quickly the desk's lists, counts, ticket page and search answer, with few tickets stored and with many.

    python bench/inbox.py [--sizes 1000,100000,1000000] [--keep DIR] [--quick]

For each size a centre of its own is filled with demo data and asked over HTTP by its tokens: by one agent,
then by eight at once without a pause. `--keep DIR` keeps the filled centres for the next run.
The promise: each p95 within 60 ms for one and 150 ms for eight, growing less than twofold from 1 k to 1 M, where pages
are equally full.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from bench.asking import Asker, at_once
from bench.measuring import machine, milliseconds, percentile, table
from bench.stores import Store, store

AGENTS = [
    "wang.yutong",
    "chen.haoran",
    "liu.huimin",
    "guo.tianyu",
    "ma.xiaoyan",
    "daniel.weber",
    "huang.lijuan",
]
MANAGER = "lu.yaqin"
SEARCHED = [
    *(
        "退款",
        "发票",
        "快递",
        "滤芯",
        "蓝牙耳机",
        "扫地机器人",
        "门锁 指纹",
        "七天无理由",
        "发票 抬头",
        "投诉",
        "维修三次",
    ),
    *(
        "refund",
        "tracking number",
        "invoice VAT",
        "H3 充电",
        "顺丰 杭州",
        "王",
        "欧阳",
        "量子纠缠",
        "unicorn",
    ),
]
# lists that fill a page of so many in the smallest store too; most others there have few rows, and are as quick for that
ROWS = 30
FULL = {
    "full page": ["view=all", "view=solved"],
    "full page, narrowed": ["view=all&channel=email", "view=solved&channel=email", "view=solved&priority=2"],
}
KINDS = ["list", "list, narrowed", *FULL, "counts", "ticket page", "search"]
Samples = dict[str, list[float]]


class Agent:
    """Somebody at the desk: knows the views they may see and some tickets to open."""

    def __init__(self, centre: Store, name: str, rng: random.Random) -> None:
        self.asker = Asker(centre.address, centre.token(f"{name}@luting.example"))
        self.rng = rng
        self.tickets: list[int] = []
        self.views = ["open", "mine", "unassigned", "waiting", "solved", "all"]
        groups = [view for view in self.asker.get("/api/v1/tickets/counts")[1]["views"] if ":" in view]
        self.views += groups
        for view in self.views:
            self.tickets += [row["id"] for row in self.asker.get(f"/api/v1/tickets?view={view}")[1]["items"]]
        self.words = [*SEARCHED, *self._names_and_numbers(centre)]
        self.lists = itertools.cycle(self.views)
        self.full = {kind: itertools.cycle(asked) for kind, asked in FULL.items()}
        self.narrowings = itertools.cycle(
            ["view=all&tag=VIP", "view=open&priority=4", "view=all&channel=chat", "view=all&tag=%E5%BE%AE%E5%8D%9A",
             "view=solved&priority=1", "view=open&sort=oldest", "view=all&tag=%E5%8F%91%E7%A5%A8"]
        )  # fmt: skip

    def ask(self, kind: str) -> float:
        return self._ways()[kind]()

    def _ways(self) -> dict[str, Callable[[], float]]:
        return {
            "list": self._list,
            "list, narrowed": lambda: self._get(f"/api/v1/tickets?{next(self.narrowings)}"),
            **{kind: partial(self._full_page, kind) for kind in FULL},
            "counts": lambda: self._get("/api/v1/tickets/counts"),
            "ticket page": lambda: self._get(f"/api/v1/tickets/{self.rng.choice(self.tickets)}"),
            "search": lambda: self._get(f"/api/v1/search?q={_quoted(self.rng.choice(self.words))}"),
        }

    def _list(self) -> float:
        """A view's first page, or a later one."""
        view = next(self.lists)
        seconds, page = self.asker.get(f"/api/v1/tickets?view={view}")
        if page["next_cursor"] and self.rng.random() < 0.3:
            return self._get(f"/api/v1/tickets?view={view}&cursor={page['next_cursor']}")
        return seconds

    def _full_page(self, kind: str) -> float:
        seconds, page = self.asker.get(f"/api/v1/tickets?{next(self.full[kind])}&limit={ROWS}")
        assert len(page["items"]) == ROWS, "a page that is to be full is not"
        return seconds

    def _get(self, path: str) -> float:
        return self.asker.get(path)[0]

    def _names_and_numbers(self, centre: Store) -> list[str]:
        """Words of some real customers and tickets: a name, an address, a telephone number, a ticket's number."""
        picked = centre.sql(
            "SELECT c.name, i.value FROM customers_customer c JOIN customers_identity i ON i.customer_id = c.id"
            " WHERE i.kind <> 'external' ORDER BY md5(c.id::text || %s) LIMIT 10",
            [str(self.rng.random())],
        )
        numbers = [f"#{number}" for number in self.rng.sample(self.tickets, min(4, len(self.tickets)))]
        return [word for pair in picked for word in pair] + numbers


def main() -> None:
    options = _options()
    sizes = [int(size) for size in options.sizes.split(",")]
    found: dict[int, dict[int, Samples]] = {}
    for size in sizes:
        print(f"{size:,} tickets", flush=True)
        with store(size, keep=options.keep) as centre:
            print(f"  {machine(centre.postgres())}", flush=True)
            found[size] = {
                1: measure(centre, people=1, each=20 if options.quick else 300),
                8: measure(centre, people=8, each=5 if options.quick else 60),
            }
            queries = count_queries(centre)
    _tell(found, queries)


def measure(centre: Store, *, people: int, each: int) -> Samples:
    """Seconds of every answer by kind; one person alone takes turns as agent and manager."""
    names = [AGENTS[2], MANAGER] if people == 1 else [*AGENTS, MANAGER]
    agents = [Agent(centre, name, random.Random(number)) for number, name in enumerate(names)]
    samples: Samples = {}
    for kind in KINDS:
        for agent in agents:
            agent.ask(kind)
        taken: list[list[float]] = [[] for _ in agents]
        rounds = [
            partial(_ask_often, agent, kind, each, mine) for agent, mine in zip(agents, taken, strict=True)
        ]
        if people == 1:
            for turn in rounds:
                turn()
        else:
            at_once(rounds)
        samples[kind] = [seconds for mine in taken for seconds in mine]
        shown = f"p50 {milliseconds(percentile(samples[kind], 0.5))}, p95 {milliseconds(percentile(samples[kind], 0.95))}"
        print(f"  {people} at once, {kind}: {shown}", flush=True)
    return samples


def _ask_often(agent: Agent, kind: str, times: int, taken: list[float]) -> None:
    for _ in range(times):
        taken.append(agent.ask(kind))


def count_queries(centre: Store) -> dict[str, int]:
    """Database queries per request, counted in a process beside the centre."""
    quiet = {"ZHIYIN_DATA": str(centre.folder), "ZHIYIN_LOG_LEVEL": "warning"}
    environment = {**os.environ, **centre.told()["environment"], **quiet}
    token = centre.token(f"{MANAGER}@luting.example")
    command = [sys.executable, "-P", str(Path(__file__).with_name("query_counts.py")), token]
    told = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {kind: int(count) for kind, _, count in (line.rpartition(" ") for line in told.splitlines())}


def _tell(found: dict[int, dict[int, Samples]], queries: dict[str, int]) -> None:
    sizes = list(found)
    for people in (1, 8):
        head = ["", *(f"{size:,}: p50 / p95" for size in sizes), "p95 grows", "queries"]
        rows = []
        for kind in KINDS:
            told = [found[size][people][kind] for size in sizes]
            growth = percentile(told[-1], 0.95) / percentile(told[0], 0.95)
            pairs = [
                f"{milliseconds(percentile(one, 0.5))} / {milliseconds(percentile(one, 0.95))}"
                for one in told
            ]
            rows.append([kind, *pairs, f"{growth:.1f}×", str(queries[kind])])
        print(f"\n{people} at once\n\n{table(head, rows)}")


def _quoted(words: str) -> str:
    from urllib.parse import quote

    return quote(words)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    options.sizes = options.sizes or ("1000,5000" if options.quick else "1000,100000,1000000")
    return options


if __name__ == "__main__":
    main()
