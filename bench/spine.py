"""What the event log carries: sequencing, subscribers, live streams.

    python bench/spine.py [--quick]

One centre of its own (fsync on). Events a second put in order by its worker; events a second through a subscriber
that writes a row each, by one and by two workers; milliseconds from commit to browser at 200 events a second;
memory of each of 5,000 open streams.
The promises: 5,000/s, 3,000/s, 150 ms at p99, 40 kB.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from bench.measuring import machine, milliseconds, percentile, table
from bench.stores import Store, store
from bench.streams import hold_open

SUBJECTS = 500
FACT = "bench.counted"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    quick = parser.parse_args().quick
    rows = []
    with store(100) as centre:
        named = machine(centre.postgres())
        print(named, flush=True)
        for what, told in _measurements(centre, quick=quick):
            print(f"  {what}: {told}", flush=True)
            rows.append([what, told])
    print(f"\n{named}\n\n{table(['what', 'measured'], rows)}")


def _measurements(centre: Store, *, quick: bool) -> Iterator[tuple[str, str]]:
    events = 5_000 if quick else 100_000
    yield f"sequenced, {events:,} events waiting", f"{sequence(centre, events):,.0f}/s"
    for workers in (1, 2):
        rate = react(centre, events // 2, workers=workers)
        yield f"through a subscriber that writes a row each, {workers} worker(s)", f"{rate:,.0f}/s"
    seconds = 5 if quick else 30
    late = measure_latency(centre, seconds=seconds)
    shown = f"p50 {milliseconds(percentile(late, 0.5))}, p99 {milliseconds(percentile(late, 0.99))}"
    yield f"commit to browser, 200 events/s for {seconds} s", f"{shown}, longest {milliseconds(max(late))}"
    count = 200 if quick else 5_000
    kilobytes, private = asyncio.run(measure_streams(centre, count))
    yield f"{count:,} open streams", f"{kilobytes:.1f} kB each (of it private {private:.1f} kB)"


def sequence(centre: Store, count: int) -> float:
    """Events a second from the moment they are committed, all at once, until the last has its position."""
    began = _emit_at_once(centre, count, FACT + ".unheard")
    while centre.sql("SELECT EXISTS (SELECT FROM event_log_pendingevent)")[0][0]:
        time.sleep(0.02)
    return count / (time.perf_counter() - began)


def react(centre: Store, count: int, *, workers: int) -> float:
    """Events a second from commit until the subscriber has written the last row."""
    centre.sql("CREATE TABLE IF NOT EXISTS bench_row (position bigint PRIMARY KEY, subject text NOT NULL)")
    centre.sql("TRUNCATE bench_row")
    with _subscribers(centre, workers):
        began = _emit_at_once(centre, count, FACT)
        while centre.sql("SELECT count(*) FROM bench_row")[0][0] < count:
            time.sleep(0.1)
        seconds = time.perf_counter() - began
    (rows, subjects) = centre.sql("SELECT count(*), count(DISTINCT subject) FROM bench_row")[0]
    assert (rows, subjects) == (count, SUBJECTS), (rows, subjects)
    return count / seconds


def measure_latency(centre: Store, *, seconds: int) -> list[float]:
    """Seconds from the return of each commit until the browser has the message, at 200 a second."""
    command = [sys.executable, "-P", str(Path(__file__).with_name("spine_latency.py")), str(seconds)]
    told = subprocess.run(
        command, env=_environment(centre), check=True, capture_output=True, text=True
    ).stdout
    found: list[float] = json.loads(told.splitlines()[-1])
    return found


async def measure_streams(centre: Store, count: int) -> tuple[float, float]:
    """Kilobytes by which the stream process grows for each open stream: resident, and private to it."""
    process = psutil.Process(centre.pid("stream"))
    cookie = _cookie(centre)
    upstream = centre.told()["environment"]["ZHIYIN_STREAM_UPSTREAM"]
    async with hold_open(upstream, "/api/v1/stream", cookie, 20):
        await asyncio.sleep(1)
        before = process.memory_full_info()
        async with hold_open(upstream, "/api/v1/stream", cookie, count):
            await asyncio.sleep(2)
            after = process.memory_full_info()
    return (after.rss - before.rss) / count / 1024, (after.uss - before.uss) / count / 1024


def _emit_at_once(centre: Store, count: int, fact: str) -> float:
    """Commit so many facts in one transaction, as many subjects in turn; returns when it was done."""
    centre.sql(
        "INSERT INTO event_log_pendingevent (type, subject, payload, at)"
        " SELECT %s, 'bench:' || number %% %s, jsonb_build_object('number', number), now()"
        " FROM generate_series(1, %s) AS number",
        [fact, SUBJECTS, count],
    )
    return time.perf_counter()


@contextlib.contextmanager
def _subscribers(centre: Store, workers: int) -> Iterator[None]:
    """Worker processes that know the bench's fact; ready when their cursors are there."""
    script = str(Path(__file__).with_name("spine_subscriber.py"))
    running = [
        subprocess.Popen([sys.executable, "-P", script], env=_environment(centre), stdout=subprocess.PIPE)
        for _ in range(workers)
    ]
    try:
        for process in running:
            assert process.stdout is not None
            process.stdout.readline()
        yield
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


def _cookie(centre: Store) -> str:
    script = str(Path(__file__).with_name("spine_latency.py"))
    command = [sys.executable, "-P", script, "--cookie"]
    return subprocess.run(
        command, env=_environment(centre), check=True, capture_output=True, text=True
    ).stdout.strip()


def _environment(centre: Store) -> dict[str, str]:
    return {**os.environ, **centre.told()["environment"], "ZHIYIN_DATA": str(centre.folder)}


if __name__ == "__main__":
    main()
