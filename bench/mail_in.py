"""How long one piped mail takes, process start included, as an MTA sees it.

    python bench/mail_in.py [--mails 100]

Starts a centre of its own in a temporary folder (fsync on, as always), pipes real mails through
`zhiyin mail-in` one after the other, and prints a table. The promise: 150 ms for one mail.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from zhiyin.testing.centre import RunningCentre, running_centre
from zhiyin.testing.mailboxes import add_mailbox

ADDRESS = "help@example.com"
SIZES = {"2 kB": 2_000, "50 kB": 50_000, "1 MB": 1_000_000}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mails", type=int, default=100)
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="zybench") as folder,
        running_centre(Path(folder) / "data") as centre,
    ):
        add_mailbox(centre.told()["environment"]["DATABASE_URL"], address=ADDRESS)
        time.sleep(3)  # let the start settle
        print(f"{'mail':>8} {'n':>5} {'median':>9} {'p95':>9} {'longest':>9}   of which starting Python")
        start = _median([_seconds([sys.executable, "-c", "pass"], b"", centre) for _ in range(20)])
        for number, (name, size) in enumerate(SIZES.items()):
            taken = [_pipe(centre, _mail(number * 100_000 + one, size)) for one in range(options.mails)]
            taken.sort()
            p95 = taken[int(len(taken) * 0.95) - 1]
            shown = "".join(f"{seconds * 1000:>7.0f} ms" for seconds in (_median(taken), p95, taken[-1]))
            print(f"{name:>8} {len(taken):>5} {shown}   {start * 1000:.0f} ms")


def _pipe(centre: RunningCentre, raw: bytes) -> float:
    program = str(Path(sys.executable).with_name("zhiyin"))  # as an MTA's configuration names it
    return _seconds([program, "mail-in", "--data", str(centre.folder), "--to", ADDRESS], raw, centre)


def _seconds(command: list[str], raw: bytes, centre: RunningCentre) -> float:
    began = time.perf_counter()
    subprocess.run(command, input=raw, env=centre.environment, check=True, capture_output=True)
    return time.perf_counter() - began


def _median(values: list[float]) -> float:
    return statistics.median(values)


def _mail(number: int, size: int) -> bytes:
    head = f"Message-ID: <{number}@example.com>\r\nFrom: wang@example.com\r\nTo: {ADDRESS}\r\nSubject: {number}\r\n\r\n"
    return head.encode() + ("您好，我的订单还没有到。\r\n" * (size // 37)).encode()


if __name__ == "__main__":
    main()
