"""`zhiyin intake`: the far end of `zhiyin mail-in`. Answers only after the mail is committed."""

from __future__ import annotations

import logging
import signal
import socket
import threading
from contextlib import suppress
from typing import BinaryIO

from zhiyin.cli.arguments import Parser
from zhiyin.cli.language import say
from zhiyin.cli.listening import listen_on_path
from zhiyin.cli.processes import end_with_parent
from zhiyin.cli.surroundings import enter, start_django

log = logging.getLogger(__name__)
_THREADS = 4
_LONGEST = 256 * 1024 * 1024


def run(words: list[str]) -> int:
    """Serve the data folder's mail socket until told to stop."""
    parser = Parser("intake", zh="接收 zhiyin mail-in 交来的邮件。", en="Take over mail from zhiyin mail-in.")
    parser.add_argument("--fd", type=int, help=say("使用已打开的套接字", "serve an open socket"))
    options = parser.parse_args(words)
    folder = enter(options.data)
    end_with_parent()
    start_django()
    if options.fd is None:
        folder.create()
        listener = listen_on_path(folder.mail_socket)
    else:
        listener = socket.socket(fileno=options.fd)
    stopping = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stopping.set())
    threads = [
        threading.Thread(target=_serve, args=(listener, stopping), daemon=True) for _ in range(_THREADS)
    ]
    for thread in threads:
        thread.start()
    stopping.wait()
    for thread in threads:
        thread.join(5)
    return 0


def _serve(listener: socket.socket, stopping: threading.Event) -> None:
    listener.settimeout(0.5)
    while not stopping.is_set():
        with suppress(TimeoutError):
            connection, _ = listener.accept()
            with connection, suppress(OSError):
                connection.settimeout(60)
                _answer(connection)


def _answer(connection: socket.socket) -> None:
    from zhiyin.cli.mail_storing import store_mail

    with connection.makefile("rb") as requests:
        length, language, to = requests.readline(1024).decode().rstrip("\n").split(" ", 2)
        raw = _read(requests, int(length))
    try:
        outcome, words = store_mail(raw, to=to or None, language=language)
    except Exception as problem:  # the MTA keeps the mail; this process goes on serving
        log.exception("a mail could not be stored")
        outcome, words = "later", type(problem).__name__
    connection.sendall(f"{outcome} {words}\n".encode())


def _read(requests: BinaryIO, length: int) -> bytes:
    if length > _LONGEST:
        raise ConnectionAbortedError("mail too long")
    raw = requests.read(length)
    if len(raw) < length:
        raise ConnectionAbortedError("the other end went away before the mail was whole")
    return raw
