"""How many messages a second are taken in for good and put on their tickets, with fsync on.

    python bench/intake.py [--sizes 1000,100000,1000000] [--messages 6000] [--keep DIR] [--quick]

For each size of store: raw mails with replies among them through `zhiyin mail-in --dir`, then API messages over
HTTP, on four connections and on twelve. The clock runs until every message is on the timeline of its ticket, and on
until all that follows is done: notifications, procedures, promises, web-hooks. Then each one is accounted for: stored
once, understood once, every reply on the ticket of the mail it answers, and no fact left that somebody could not
react to. A second table has the processor time that a message takes until then, which a busy machine changes less.
The promise: 200 messages a second up to their tickets, whatever is stored already.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from bench.asking import Asker, at_once
from bench.measuring import machine, milliseconds, table
from bench.raw_mails import write_mails
from bench.stores import Store, store

MAILBOX = "service@luting.example"
SHOP = "demo-shop"
CONNECTIONS = (4, 12)
RATES = ["stored before", "way", "messages", "stored", "on their tickets", "all that follows"]
PARTS = ["web", "worker", "PostgreSQL", "streams"]


@dataclass
class Taken:
    """Messages a second: answered for as stored, done up to the ticket, and done with all that follows; and what one
    takes of each kind of process, in seconds."""

    way: str
    count: int
    stored: float
    done: float
    followed: float
    spent: dict[str, float]


def main() -> None:
    options = _options()
    rows, costs = [], []
    for size in map(int, options.sizes.split(",")):
        print(f"{size:,} tickets", flush=True)
        with store(size, keep=options.keep) as centre:
            print(f"  {machine(centre.postgres())}", flush=True)
            ways = [take_mails, *(partial(take_posts, connections=number) for number in CONNECTIONS)]
            for taken in (way(centre, options.messages) for way in ways):
                row = [
                    f"{size:,}",
                    taken.way,
                    f"{taken.count:,}",
                    f"{taken.stored:.0f}/s",
                    f"{taken.done:.0f}/s",
                    f"{taken.followed:.0f}/s",
                ]
                rows.append(row)
                print("  " + ", ".join(row[1:]), flush=True)
                costs.append([*row[:2], *(milliseconds(taken.spent[part]) for part in PARTS)])
    print(f"\n{table(RATES, rows)}\n\n{table(['stored before', 'way', *PARTS], costs)}")


def take_mails(centre: Store, count: int) -> Taken:
    """Raw mails from a folder."""
    with tempfile.TemporaryDirectory(prefix="zybench-mails") as folder:
        answers = write_mails(Path(folder), count=count, to=MAILBOX, rng=random.Random(time.time_ns()))
        command = [*centre.program, "mail-in", "--data", str(centre.folder), "--to", MAILBOX, "--dir", folder]
        taken = _take(centre, "mail-in --dir", count, lambda: _run(command, centre))
    _account_for_answers(centre, answers)
    return taken


def take_posts(centre: Store, count: int, connections: int) -> Taken:
    """Messages handed in over HTTP, three to a conversation."""
    token = centre.token("shen.zhixing@luting.example")
    run = f"{time.time_ns():x}"

    def post(worker: int) -> None:
        asker = Asker(centre.address, token)
        for number in range(worker, count, connections):
            asker.post(f"/api/v1/channels/{SHOP}/messages", _post(run, number))

    jobs = [partial(post, worker) for worker in range(connections)]
    taken = _take(centre, f"API, {connections} connections", count, lambda: at_once(jobs))
    found = centre.sql(
        "SELECT count(DISTINCT i.id), count(DISTINCT m.ticket_id) FROM channels_inboundmessage i"
        " JOIN tickets_message m ON m.inbound_id = i.id WHERE i.headers->>'message_id' LIKE %s",
        [f"{run}-%"],
    )
    assert found == [(count, (count + 2) // 3)], found
    return taken


def _take(centre: Store, way: str, count: int, act: Callable[[], object]) -> Taken:
    marks, parked, spent = _marks(centre), centre.parked(), centre.spent()
    began = time.perf_counter()
    act()
    stored = time.perf_counter() - began
    slowest = stored + 60 + count / 20
    while (now := _counts(centre, marks)) != (count, count, count):
        if time.perf_counter() - began > slowest:
            raise TimeoutError(f"{way}: {now} came instead of {count} each")
        time.sleep(0.1)
    done = time.perf_counter() - began
    while not centre.is_at_rest():
        if time.perf_counter() - began > slowest:
            raise TimeoutError(f"{way}: what follows was not done")
        time.sleep(0.1)
    followed = time.perf_counter() - began
    each = {part: (after - spent[part]) / count for part, after in centre.spent().items()}
    assert centre.parked() == parked, f"{centre.parked() - parked} facts could not be reacted to"
    return Taken(way, count, count / stored, count / done, count / followed, each)


def _marks(centre: Store) -> list[int]:
    """Behind which ids the messages of a run come: of raw messages, understood ones, those on timelines."""
    return list(
        centre.sql(
            "SELECT (SELECT coalesce(max(id), 0) FROM channels_rawmessage),"
            " (SELECT coalesce(max(id), 0) FROM channels_inboundmessage),"
            " (SELECT coalesce(max(id), 0) FROM tickets_message)"
        )[0]
    )


def _counts(centre: Store, marks: list[int]) -> tuple[int, int, int]:
    """Raw messages, understood messages and messages on timelines that have come since."""
    raw, inbound, spoken = centre.sql(
        "SELECT (SELECT count(*) FROM channels_rawmessage WHERE id > %s),"
        " (SELECT count(*) FROM channels_inboundmessage WHERE id > %s),"
        " (SELECT count(inbound_id) FROM tickets_message WHERE id > %s)",
        marks,
    )[0]
    return raw, inbound, spoken


def _account_for_answers(centre: Store, answers: list[tuple[str, str]]) -> None:
    """Every answer is on the ticket of the mail it answers."""
    keys = dict(centre.sql("SELECT key, ticket_id FROM tickets_threadkey WHERE key = ANY (%s)", [
        [f"mid:{one}" for pair in answers for one in pair]
    ]))  # fmt: skip
    astray = [pair for pair in answers if keys[f"mid:{pair[0]}"] != keys[f"mid:{pair[1]}"]]
    assert not astray, (
        f"{len(astray)} of {len(answers)} answers opened a ticket of their own, such as {astray[0]}"
    )


def _post(run: str, number: int) -> dict[str, object]:
    sender = {"kind": "external", "value": f"{run}-{number // 3}", "name": f"买家{number // 3}"}
    return {
        "external_id": f"{run}-{number}",
        "thread_id": f"{run}-{number // 3}",
        "sender": sender,
        "text": f"您好，订单 LT{number:08} 的扫地机器人还没有发货，麻烦帮我催一下，谢谢。第 {number % 3 + 1} 条。",
    }


def _run(command: list[str], centre: Store) -> None:
    told = subprocess.run(command, env=centre.environment, check=True, capture_output=True, text=True)
    print(f"  {told.stdout.strip()}", flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="")
    parser.add_argument("--messages", type=int, default=0)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    options.sizes = options.sizes or ("1000" if options.quick else "1000,100000,1000000")
    options.messages = options.messages or (300 if options.quick else 6000)
    return options


if __name__ == "__main__":
    main()
