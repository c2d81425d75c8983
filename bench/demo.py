"""How long demo data take, from an empty database.

python bench/demo.py [--sizes 400,10000,100000,1000000] [--quick]
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench.measuring import machine, table
from bench.stores import Store


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sizes = options.sizes or ("400,2000" if options.quick else "400,10000,100000,1000000")
    rows: list[list[str]] = []
    for size in map(int, sizes.split(",")):
        with tempfile.TemporaryDirectory(prefix="zybench") as folder:
            centre = Store(Path(folder) / "data", ZHIYIN_LANG="en")
            try:
                centre.start()
                if not rows:
                    print(machine(centre.postgres()), flush=True)
                seconds = centre.fill(size)
                rows.append(_row(centre, size, seconds))
                print("  " + ", ".join(rows[-1]), flush=True)
                centre.stop()
            finally:
                centre.kill_everything()
    head = ["tickets", "seconds", "tickets/s", "messages", "events", "open", "database"]
    print("\n" + table(head, rows))


def _row(centre: Store, size: int, seconds: float) -> list[str]:
    told = centre.sql(
        "SELECT (SELECT count(*) FROM tickets_message), (SELECT count(*) FROM event_log_event),"
        " (SELECT count(*) FROM tickets_ticket WHERE status NOT IN ('solved', 'closed')),"
        " pg_size_pretty(pg_database_size(current_database()))"
    )[0]
    return [f"{size:,}", f"{seconds:.0f}", f"{size / seconds:,.0f}", *(f"{n:,}" for n in told[:3]), told[3]]


if __name__ == "__main__":
    main()
