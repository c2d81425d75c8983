"""How many messages a second are taken in for good and put on their tickets, with fsync on.

    python bench/intake.py [--sizes 1000,100000,1000000] [--messages 6000] [--keep DIR] [--quick]

For each size of store: raw mails with replies among them through `zhiyin mail-in --dir`, then API messages over
HTTP on four connections. The clock runs until every message is on the timeline of its ticket; then each one is
accounted for: stored once, understood once, and every reply on the ticket of the mail it answers.
The promise: 200 messages a second, whatever is stored already.
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
from bench.measuring import machine, table
from bench.raw_mails import write_mails
from bench.stores import Store, store

MAILBOX = "service@luting.example"
SHOP = "demo-shop"
CONNECTIONS = 4


@dataclass
class Taken:
    """Messages a second: answered for as stored, and done up to the ticket."""

    way: str
    count: int
    stored: float
    done: float


def main() -> None:
    options = _options()
    rows = []
    for size in map(int, options.sizes.split(",")):
        print(f"{size:,} tickets", flush=True)
        with store(size, keep=options.keep) as centre:
            print(f"  {machine(centre.postgres())}", flush=True)
            for taken in (take_mails(centre, options.messages), take_posts(centre, options.messages)):
                row = [
                    f"{size:,}",
                    taken.way,
                    f"{taken.count:,}",
                    f"{taken.stored:.0f}/s",
                    f"{taken.done:.0f}/s",
                ]
                rows.append(row)
                print("  " + ", ".join(row[1:]), flush=True)
    print("\n" + table(["stored before", "way", "messages", "stored", "on their tickets"], rows))


def take_mails(centre: Store, count: int) -> Taken:
    """Raw mails from a folder."""
    with tempfile.TemporaryDirectory(prefix="zybench-mails") as folder:
        answers = write_mails(Path(folder), count=count, to=MAILBOX, rng=random.Random(time.time_ns()))
        command = [*centre.program, "mail-in", "--data", str(centre.folder), "--to", MAILBOX, "--dir", folder]
        taken = _take(centre, "mail-in --dir", count, lambda: _run(command, centre))
    _account_for_answers(centre, answers)
    return taken


def take_posts(centre: Store, count: int) -> Taken:
    """Messages handed in over HTTP, three to a conversation."""
    token = centre.token("shen.zhixing@luting.example")
    run = f"{time.time_ns():x}"

    def post(worker: int) -> None:
        asker = Asker(centre.address, token)
        for number in range(worker, count, CONNECTIONS):
            asker.post(f"/api/v1/channels/{SHOP}/messages", _post(run, number))

    jobs = [partial(post, worker) for worker in range(CONNECTIONS)]
    taken = _take(centre, f"API, {CONNECTIONS} connections", count, lambda: at_once(jobs))
    found = centre.sql(
        "SELECT count(DISTINCT i.id), count(DISTINCT m.ticket_id) FROM channels_inboundmessage i"
        " JOIN tickets_message m ON m.inbound_id = i.id WHERE i.headers->>'message_id' LIKE %s",
        [f"{run}-%"],
    )
    assert found == [(count, (count + 2) // 3)], found
    return taken


def _take(centre: Store, way: str, count: int, act: Callable[[], object]) -> Taken:
    before = _counts(centre)
    began = time.perf_counter()
    act()
    stored = time.perf_counter() - began
    slowest = stored + 60 + count / 20
    while (now := _counts(centre)) != (before[0] + count, before[1] + count, before[2] + count):
        if time.perf_counter() - began > slowest:
            raise TimeoutError(f"{way}: {before} became {now} instead of {count} more")
        time.sleep(0.1)
    done = time.perf_counter() - began
    return Taken(way, count, count / stored, count / done)


def _counts(centre: Store) -> tuple[int, int, int]:
    """Raw messages, understood messages, messages on timelines."""
    raw, inbound, spoken = centre.sql(
        "SELECT (SELECT count(*) FROM channels_rawmessage WHERE id > 0),"
        " (SELECT count(*) FROM channels_inboundmessage), (SELECT count(inbound_id) FROM tickets_message)"
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
