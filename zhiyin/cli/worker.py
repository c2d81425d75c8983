"""`zhiyin worker`: events, timers, outside effects and jobs; any number of them run over one database."""

from __future__ import annotations

import signal
import threading

from zhiyin.cli.arguments import Parser
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, start_django


def run(words: list[str]) -> int:
    """Work until told to stop; what is under way is finished or given back."""
    parser = Parser(
        "worker",
        zh="只运行后台进程；可在任意多台机器上运行。",
        en="Run the worker alone, on any number of machines.",
    )
    options = parser.parse_args(words)
    enter(options.data)
    end_with_parent()
    start_django()
    from zhiyin.platform.worker.worker import run_worker

    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    run_worker(stop)
    return 0
