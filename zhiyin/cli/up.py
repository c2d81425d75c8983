"""`zhiyin up`: the whole centre on one machine, from one command."""

from __future__ import annotations

import os
import sys

from zhiyin.cli.arguments import Parser, port_number, positive
from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.language import say


def run(words: list[str]) -> int:
    """Start database, web, stream and worker; keep them running until Ctrl-C."""
    parser = Parser(
        "up",
        zh="启动整个中心：内置 PostgreSQL（或 DATABASE_URL）、网页、实时推送、后台。Ctrl-C 停止。",
        en="Run the whole centre: embedded PostgreSQL (or DATABASE_URL), web, stream, worker. Ctrl-C stops it.",
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
        "--web-workers",
        type=positive,
        default=2,
        help=say("网页进程数（默认 2）", "number of web processes (2)"),
    )
    parser.add_argument(
        "--demo",
        action="store_true",
        help=say("首次启动时填入演示数据", "fill in demo data at the first start"),
    )
    options = parser.parse_args(words)

    folder = DataFolder(options.data)
    folder.create()
    lock = folder.take_lock()
    if lock is None:
        raise _runs_already(folder)
    os.environ["ZHIYIN_DATA"] = str(folder.path)

    from zhiyin.cli.centre import Centre

    centre = Centre(folder, lock=lock, web_workers=options.web_workers, demo=options.demo)
    exit_code = centre.run(host=options.host, port=options.port)
    sys.stdout.flush()
    return exit_code


def _runs_already(folder: DataFolder) -> CommandFailed:
    address = folder.read_run().get("address") or say("（正在启动）", "(still starting)")
    return CommandFailed(
        zh=f"数据目录 {folder.path} 上已有知音在运行：{address}。请直接打开它，或先停止它，或用 --data 指定其他目录。",
        en=f"a Zhiyin runs on {folder.path} already: {address}. Open that, or stop it first, or name another folder by --data.",
    )
