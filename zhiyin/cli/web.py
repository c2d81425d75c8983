"""`zhiyin web`: the HTTP part; any number of them run over one database."""

from __future__ import annotations

import socket
import sys
from functools import partial

from zhiyin.cli.arguments import Parser, port_number, positive
from zhiyin.cli.language import say
from zhiyin.cli.listening import listen_on_port
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.serving import serve
from zhiyin.cli.surroundings import enter


def run(words: list[str]) -> int:
    """Serve the desk and the API until told to stop."""
    parser = Parser(
        "web",
        zh="只运行网页进程；可在任意多台机器上运行。",
        en="Run the web part alone, on any number of machines.",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help=say("监听地址（默认 127.0.0.1）", "address to listen on (127.0.0.1)"),
    )
    parser.add_argument(
        "--port",
        type=port_number,
        default=8000,
        help=say("监听端口（默认 8000）", "port to listen on (8000)"),
    )
    parser.add_argument(
        "--workers", type=positive, default=1, help=say("进程数（默认 1）", "number of processes (1)")
    )
    parser.add_argument("--fd", type=int, help=say("使用已打开的套接字", "serve an open socket"))
    options = parser.parse_args(words)
    enter(options.data)
    end_with_parent()
    if options.fd is not None:
        return serve("zhiyin.asgi:application", socket.socket(fileno=options.fd), kind="web")
    listener = listen_on_port(options.host, options.port)
    print(say("网页进程：", "web: ") + f"http://{options.host}:{listener.getsockname()[1]}", flush=True)
    if options.workers > 1:
        return _serve_with(options.workers, listener)
    return serve("zhiyin.asgi:application", listener, kind="web")


def _serve_with(count: int, listener: socket.socket) -> int:
    from zhiyin.cli.supervisor import Part, Signals, Supervisor, spawn_command

    signals = Signals()
    supervisor = Supervisor(signals, on_change=lambda _parts: None)
    names = [f"web-{number}" for number in range(1, count + 1)]
    words = ["web", "--fd", str(listener.fileno())]
    for name in names:
        supervisor.add(Part(name, partial(spawn_command, words, descriptors=[listener.fileno()])))
    supervisor.run()
    supervisor.stop(*names, patience=10)
    sys.stdout.flush()
    return 0
