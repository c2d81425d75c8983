"""How long a backup and a restore take, on a centre filled with demo data.

    python bench/backup.py [--sizes 1000,100000] [--quick]

The promise: 100,000 tickets are restored within 10 minutes.
"""

from __future__ import annotations

import argparse
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.measuring import machine, table
from bench.stores import Store, store


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--sizes", default="")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sizes = options.sizes or ("1000" if options.quick else "1000,100000")
    rows: list[list[str]] = []
    for size in map(int, sizes.split(",")):
        with store(size) as centre, tempfile.TemporaryDirectory(prefix="zybench") as folder:
            if not rows:
                print(machine(centre.postgres()), flush=True)
            rows.append(_measure(centre, size, Path(folder)))
            print("  " + ", ".join(rows[-1]), flush=True)
    print("\n" + table(["tickets", "database", "backup", "file", "restore"], rows))


def _measure(centre: Store, size: int, folder: Path) -> list[str]:
    key = folder / "key.txt"
    _timed(centre, ["backup", "--make-key", str(key)])
    public = key.read_text().split("public key: ")[1].split()[0]
    saving = _timed(centre, ["backup", "--data", str(centre.folder), "--to", public, "--out", str(folder)])
    (backup,) = folder.glob("*.zybackup")
    restored = ["--key", str(key), "--data", str(folder / "restored")]
    restoring = _timed(centre, ["restore", str(backup), *restored])
    database = centre.sql("SELECT pg_size_pretty(pg_database_size(current_database()))")[0][0]
    return [
        f"{size:,}",
        database,
        f"{saving:.0f} s",
        f"{backup.stat().st_size / 2**20:,.0f} MB",
        f"{restoring:.0f} s",
    ]


def _timed(centre: Store, words: Sequence[str]) -> float:
    began = time.monotonic()
    subprocess.run([*centre.program, *words], env=centre.environment, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - began


if __name__ == "__main__":
    main()
