"""`zhiyin stream`: live streams to browsers; any number of them run over one database."""

from __future__ import annotations

import socket

from zhiyin.cli.arguments import Parser, port_number
from zhiyin.cli.language import say
from zhiyin.cli.listening import listen_on_port
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.serving import serve
from zhiyin.cli.surroundings import enter


def run(words: list[str]) -> int:
    """Serve streams until told to stop; browsers come back by themselves and miss nothing."""
    parser = Parser(
        "stream",
        zh="只运行实时推送进程；可在任意多台机器上运行。",
        en="Run the live-stream part alone, on any number of machines.",
    )
    parser.add_argument(
        "--host",
        default="127.0.0.1",
        help=say("监听地址（默认 127.0.0.1）", "address to listen on (127.0.0.1)"),
    )
    parser.add_argument(
        "--port",
        type=port_number,
        default=8001,
        help=say("监听端口（默认 8001）", "port to listen on (8001)"),
    )
    parser.add_argument("--fd", type=int, help=say("使用已打开的套接字", "serve an open socket"))
    options = parser.parse_args(words)
    enter(options.data)
    end_with_parent()
    if options.fd is not None:
        listener = socket.socket(fileno=options.fd)
    else:
        listener = listen_on_port(options.host, options.port)
        print(
            say("推送进程：", "stream: ") + f"http://{options.host}:{listener.getsockname()[1]}", flush=True
        )
    return serve("zhiyin.platform.stream.app:application", listener, kind="stream", figures=_figures)


def _figures() -> dict[str, int]:
    from zhiyin.platform.stream.app import application

    return {"streams": len(application.hub.connections)}
