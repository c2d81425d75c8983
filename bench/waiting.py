"""What waiting customers are told of their wait, against how long they waited, in simulated centres.

    python bench/waiting.py [--days 5] [--quick]

Each centre lives through a surge: three times what its people can take for a while, then what is usual. Everybody who
has to wait is told, as they come, their place and an estimate from what the queue shows at that moment; nothing of the
centre's parameters is known to it. A wait is told as one number only where the estimate is narrow enough, and as a range
elsewhere. The command fails when four of five numbers are not within 25 % of the wait, or fewer than three of four waits are
within what was told.
"""

from __future__ import annotations

import argparse
import sys

from bench.measuring import machine, table
from zhiyin.routing.simulation.centre import Policy, simulate
from zhiyin.routing.simulation.making import make_people, make_surge
from zhiyin.routing.simulation.promising import Honesty, honesty_of, told_in

MOST_ERROR, LEAST_HELD = 0.25, 0.75
CENTRES = (  # people, chats each, seconds of handling, seconds of patience
    (5, 3, 480.0, None),
    (20, 3, 480.0, 1800.0),
    (100, 1, 300.0, 1200.0),
    (100, 3, 480.0, None),
    (300, 3, 480.0, 2400.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--days", type=int, default=5, help="surges of each centre")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    days = 1 if options.quick else options.days
    print(f"{days} surges of each centre; {machine()}\n")
    rows, failed = [], False
    for people, room, handling, patience in CENTRES:
        found = live_through(people, room, handling, patience, days=days)
        failed |= (found.as_number > 0 and found.p80_error > MOST_ERROR) or found.held < LEAST_HELD
        rows.append(
            [
                f"{people} people × {room}",
                f"{found.told:,}",
                f"{found.as_number / found.told:.0%}",
                f"{found.p50_error:.0%}" if found.as_number else "–",
                f"{found.p80_error:.0%}" if found.as_number else "–",
                f"{found.held:.0%}",
            ]
        )
    head = [
        "centre",
        "waits",
        "told as one number",
        "their P50 error",
        "their P80 error",
        "waits within the range",
    ]
    print(table(head, rows))
    if failed:
        sys.exit("what was told was not true enough")


def live_through(people: int, room: int, handling: float, patience: float | None, *, days: int) -> Honesty:
    """All waits of so many surges of one centre."""
    told = []
    for seed in range(1, days + 1):
        contacts = make_surge(people=people * room, handling=handling, patience=patience, seed=seed)
        run = simulate(contacts, make_people(people, room=room), Policy(), seconds=8 * 3600.0, seed=seed)
        told += told_in(run, serving=people * room, from_second=1800.0)
    return honesty_of(told)


if __name__ == "__main__":
    main()
