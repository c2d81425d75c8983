"""Clocks: how quickly they count, whether they count right, what a draft would have come to, and how late a level fires.

    python bench/clocks.py [--quick] [--keep DIR] [--only counting,histories,trial,firing]

Counting working time in a calendar with holidays, operations a second; 10,000 random histories against an oracle
that walks through time step by step; a draft of four metrics replayed on 100,000 tickets; 1,000,000 open clocks, of
which some fall due each second.
The promises: 100,000/s, none differs, 30 s, 2 s.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from zoneinfo import ZoneInfo

from bench.measuring import machine, milliseconds, percentile, table
from bench.stores import Store, store

PARTS = ("counting", "histories", "trial", "firing")
PER_TICKET = 4


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--inside", choices=["histories", "trial"], help=argparse.SUPPRESS)
    told = parser.parse_args()
    if told.inside:
        _inside(told.inside)
        return
    rows = []
    named = machine()
    print(named, flush=True)
    for part in told.only.split(","):
        for what, measured in _PARTS[part](told.quick, told.keep):
            print(f"  {what}: {measured}", flush=True)
            rows.append([what, measured])
    print(f"\n{named}\n\n{table(['what', 'measured'], rows)}")


def count_working_time(quick: bool, _keep: Path | None) -> Iterator[tuple[str, str]]:
    from zhiyin.platform.calendars.arithmetic import Hours, Interval
    from zhiyin.platform.calendars.official_days import official_calendars
    from zhiyin.platform.calendars.timetable import MINUTE, Timetable, ticks_of

    day = (Interval(9 * 60, 12 * 60), Interval(13 * 60, 18 * 60))
    days = {one.on: day if one.is_makeup else () for one in official_calendars()["cn"].days}
    since = datetime(2025, 1, 1, tzinfo=UTC)
    hours = Timetable(Hours(ZoneInfo("Asia/Shanghai"), (day,) * 5 + ((),) * 2, days), since=since)
    rng, count = Random(1), 20_000 if quick else 1_000_000
    start = ticks_of(since)
    asked = [(start + rng.randrange(500 * 1440) * MINUTE, rng.randrange(5000) * MINUTE) for _ in range(count)]
    began = time.perf_counter()
    for at, amount in asked:
        hours.after(at, amount)
    yield f"working time added, {count:,} times", f"{count / (time.perf_counter() - began):,.0f}/s"
    began = time.perf_counter()
    for at, amount in asked:
        hours.between(at, at + amount)
    yield f"working time measured, {count:,} times", f"{count / (time.perf_counter() - began):,.0f}/s"


def compare_histories(quick: bool, _keep: Path | None) -> Iterator[tuple[str, str]]:
    """Needs no database, only the settings."""
    count = 200 if quick else 10_000
    environment = os.environ | {
        "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "ZHIYIN_SECRET_KEY": "x" * 60,
        "ZHIYIN_KEYS": "one:" + "A" * 43 + "=",
    }
    yield (
        f"{count:,} random histories, those that differ from the oracle",
        _run("histories", str(count), environment),
    )


def try_a_draft(quick: bool, keep: Path | None) -> Iterator[tuple[str, str]]:
    with store(2_000 if quick else 100_000, keep=keep) as centre:
        told = _run("trial", "", _environment(centre))
    yield "a draft of four metrics replayed", told


def fire(quick: bool, keep: Path | None) -> Iterator[tuple[str, str]]:
    clocks, seconds, each = (8_000, 10, 5) if quick else (1_000_000, 60, 20)
    with store(400, keep=keep) as centre:
        fill_clocks(centre, clocks)
        late = measure_firing(centre, seconds=seconds, each=each)
        known = centre.sql("SELECT count(*) FROM sla_clock WHERE state IN ('running', 'paused')")[0][0]
    shown = f"p50 {milliseconds(percentile(late, 0.5))}, p99 {milliseconds(percentile(late, 0.99))}"
    yield (
        f"{known:,} open clocks, {each} due each second for {seconds} s: due to told",
        f"{shown}, longest {milliseconds(max(late))}, {len(late):,} told of {seconds * each:,}",
    )


def fill_clocks(centre: Store, clocks: int) -> None:
    """Open clocks that are due in some days, four on each ticket, with the timers that wake for them."""
    tickets = clocks // PER_TICKET
    names = [
        name
        for (name,) in centre.sql(
            "SELECT column_name FROM information_schema.columns WHERE table_name = 'tickets_ticket'"
            " AND column_name NOT IN ('id', 'deadline_at') ORDER BY ordinal_position"
        )
    ]
    columns = ", ".join(f'"{name}"' for name in names)
    taken = centre.sql("SELECT max(id) FROM tickets_ticket")[0][0]
    centre.sql(
        f"INSERT INTO tickets_ticket ({columns}) SELECT {columns} FROM"
        " (SELECT * FROM tickets_ticket WHERE status = 'open' AND merged_into_id IS NULL ORDER BY id LIMIT 1) one,"
        " generate_series(1, %s)",
        [tickets],
    )
    centre.sql(
        "INSERT INTO sla_clock (ticket_id, track, metric, key, name, priority, target_minutes, state, activated_at,"
        " due_at, elapsed_seconds, counted_at, pauses, told)"
        " SELECT id, 'procedure', 'step', 'bench:' || number, 'Bench', 0, 14400 + number, 'running', now(),"
        " now() + make_interval(mins => 14400 + number), 0, now(), '[]', '{}'"
        " FROM tickets_ticket, generate_series(1, %s) AS number WHERE id > %s",
        [PER_TICKET, taken],
    )
    centre.sql(
        "INSERT INTO timers_timer (kind, key, subject, due_at, payload)"
        " SELECT 'sla.clocks', id::text, 'ticket:' || id, now() + interval '7 days', '{}' FROM tickets_ticket WHERE id > %s",
        [taken],
    )
    centre.sql("ANALYZE tickets_ticket, sla_clock, timers_timer")


def measure_firing(centre: Store, *, seconds: int, each: int) -> list[float]:
    """Seconds from the moment each clock was due until the log told of it."""
    first = datetime.now(UTC) + timedelta(seconds=8)
    chosen = [
        pk
        for (pk,) in centre.sql(
            "SELECT DISTINCT ticket_id FROM sla_clock WHERE key = 'bench:1' AND told = '{}' ORDER BY ticket_id LIMIT %s",
            [seconds * each],
        )
    ]
    due = {pk: first + timedelta(seconds=number / each) for number, pk in enumerate(chosen)}
    for pk, at in due.items():
        centre.sql(
            "UPDATE sla_clock SET target_minutes = 60, activated_at = %s, due_at = %s, told = '{75}'"
            " WHERE ticket_id = %s AND key = 'bench:1'",
            [at - timedelta(hours=1), at, pk],
        )
    head = centre.sql("SELECT coalesce(max(position), 0) FROM event_log_event")[0][0]
    centre.sql(
        "UPDATE timers_timer SET due_at = c.due_at FROM sla_clock c"
        " WHERE kind = 'sla.clocks' AND timers_timer.key = c.ticket_id::text AND c.key = 'bench:1' AND c.told = '{75}'"
    )
    return _watch(centre, due, head)


def _watch(centre: Store, due: dict[int, datetime], head: int) -> list[float]:
    late: dict[int, float] = {}
    until = max(due.values()) + timedelta(seconds=30)
    while len(late) < len(due) and datetime.now(UTC) < until:
        told = centre.sql(
            "SELECT position, (payload->>'ticket_id')::bigint FROM event_log_event"
            " WHERE position > %s AND type = 'sla.clock_breached' ORDER BY position",
            [head],
        )
        seen = datetime.now(UTC)
        for position, ticket_id in told:
            head = position
            if ticket_id in due:
                assert ticket_id not in late, f"clock of {ticket_id} told twice"
                late[ticket_id] = (seen - due[ticket_id]).total_seconds()
        time.sleep(0.05)
    return list(late.values())


def _run(what: str, argument: str, environment: dict[str, str]) -> str:
    command = [sys.executable, "-P", str(Path(__file__)), "--inside", what]
    environment = environment | {"BENCH_COUNT": argument, "PYTHONPATH": str(Path(__file__).parent.parent)}
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
    return told.splitlines()[-1]


def _environment(centre: Store) -> dict[str, str]:
    return {**os.environ, **centre.told()["environment"], "ZHIYIN_DATA": str(centre.folder)}


def _inside(what: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")
    import django

    django.setup()
    if what == "histories":
        from zhiyin.sla.tests.test_clocks import disagreements

        began = time.perf_counter()
        wrong = disagreements(range(int(os.environ["BENCH_COUNT"])))
        print(f"{len(wrong)} ({time.perf_counter() - began:.0f} s)")
    else:
        print(_tried())


def _tried() -> str:
    from django.utils import timezone

    from zhiyin.people.models import Staff
    from zhiyin.platform.calendars.models import Calendar
    from zhiyin.sla.models import Policy
    from zhiyin.sla.queries.replaying import Draft, replay_draft
    from zhiyin.sla.shipped import packs

    calendar = Calendar.objects.order_by("pk").first()
    metrics = [metric.model_dump() for pack in packs()[:2] for metric in pack.metrics][:4]
    policy = Policy.objects.filter(track="customer").order_by("position").first()
    draft = Draft(
        "customer", {"all": []}, calendar.pk if calendar else None, metrics, [], policy.pk if policy else None
    )
    by = Staff.objects.filter(roles__code="administrator").first()
    assert by is not None
    began = time.perf_counter()
    found = replay_draft(draft, days=36_500, by=by, now=timezone.now())
    seconds = time.perf_counter() - began
    decided = sum(one.in_time + one.breached for one in found.metrics.values())
    return f"{seconds:.1f} s for {found.tickets:,} tickets, {decided:,} promises decided"


_PARTS: dict[str, Callable[[bool, Path | None], Iterator[tuple[str, str]]]] = {
    "counting": count_working_time,
    "histories": compare_histories,
    "trial": try_a_draft,
    "firing": fire,
}

if __name__ == "__main__":
    main()
