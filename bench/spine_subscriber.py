"""A worker with one more subscriber: it writes a row for each fact. Started by bench/spine.py."""

from __future__ import annotations

import os
import signal
import threading

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "zhiyin.settings")


def main() -> None:
    import django

    django.setup()
    from django.db import connection

    from zhiyin.platform.event_log.facts import Fact, fact
    from zhiyin.platform.event_log.subscribing import install_subscribers, on
    from zhiyin.platform.worker.worker import run_worker

    @fact("bench.counted", subject="bench:{number}")
    class Counted(Fact):
        number: int

    @on(Counted, subscriber="bench")
    def write_a_row(told: Counted) -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_row (position, subject) VALUES (%s, %s)",
                [told.position, str(told.number % 500)],
            )

    install_subscribers()
    print("ready", flush=True)
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    run_worker(stop)


if __name__ == "__main__":
    main()
