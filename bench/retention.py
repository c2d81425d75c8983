"""How long a retention rule takes over a whole store, beside the desk that goes on working.

    python bench/retention.py [--sizes 1000,100000] [--quick] [--action delete|anonymise]

Everything there is is made long over first; then one rule takes all of it, as the night does.
The promise: 100,000 tickets within an hour, while a list of tickets stays below 150 ms.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence

import httpx

from bench.measuring import machine, milliseconds, percentile, table
from bench.stores import Store, store

ADMINISTRATOR = "shen.zhixing@luting.example"
SCOPES = ["tickets.read", "retention.manage"]
_OVER = (
    "UPDATE tickets_ticket SET status = 'closed', custom_status_id = NULL, waiting_since = NULL, snoozed_until = NULL,"
    " solved_at = now() - interval '400 days', last_message_at = now() - interval '400 days'"
)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--action", choices=["delete", "anonymise"], default="delete")
    options = parser.parse_args()
    sizes = options.sizes or ("1000" if options.quick else "1000,100000")
    rows: list[list[str]] = []
    for size in map(int, sizes.split(",")):
        with store(size) as centre:
            if not rows:
                print(machine(centre.postgres()), flush=True)
            rows.append(_measure(centre, options.action))
            print("  " + ", ".join(rows[-1]), flush=True)
    head = ["tickets", "messages", "preview", "run", "tickets/s", "left", "list meanwhile, p95"]
    print("\n" + table(head, rows))


def _measure(centre: Store, action: str) -> list[str]:
    tickets = centre.sql("SELECT count(*) FROM tickets_ticket")[0][0]
    centre.sql(_OVER)
    centre.sql("ANALYZE")
    token = centre.token(ADMINISTRATOR, SCOPES)
    rule = {"action": action, "days": 365}
    with httpx.Client(
        base_url=f"{centre.address}/api/v1", headers={"Authorization": f"Bearer {token}"}, timeout=120
    ) as client:
        began = time.monotonic()
        client.post("/retention/preview", json=rule).raise_for_status()
        previewed = time.monotonic() - began
        made = client.post("/retention/rules", json=rule).raise_for_status().json()
        began = time.monotonic()
        client.post(f"/retention/rules/{made['id']}/runs", json={}).raise_for_status()
        lists = _wait(client)
        took = time.monotonic() - began
        run = client.get("/retention/runs").json()[0]
    left = centre.sql("SELECT count(*) FROM tickets_ticket WHERE anonymised_at IS NULL")[0][0]
    return [
        f"{tickets:,}",
        f"{run['messages']:,}",
        milliseconds(previewed),
        f"{took:.0f} s",
        f"{run['tickets'] / took:,.0f}",
        f"{left:,}",
        milliseconds(percentile(lists, 0.95)),
    ]


def _wait(client: httpx.Client) -> Sequence[float]:
    """Until the run is over; how long a list of tickets took meanwhile."""
    lists = []
    while True:
        began = time.monotonic()
        client.get("/tickets?view=all").raise_for_status()
        lists.append(time.monotonic() - began)
        if client.get("/retention/runs").json()[0]["state"] != "running":
            return lists
        time.sleep(0.5)


if __name__ == "__main__":
    main()
