"""Serving an ASGI application on a socket, in this process."""

from __future__ import annotations

import contextlib
import resource
import signal
import socket
import sys
from collections.abc import Callable

from zhiyin.cli.surroundings import start_django

_FILES = 65_536  # each browser's stream is an open file


def serve(
    application: str, listener: socket.socket, *, kind: str, figures: Callable[[], dict[str, int]] = dict
) -> int:
    """Serve until SIGTERM or SIGINT; requests under way are finished, open streams are ended.

    Meanwhile the process tells that it lives, with the figures that only it knows.
    """
    _allow_many_files()
    start_django()
    import uvicorn
    from django.conf import settings

    from zhiyin.platform.ops.beating import beating

    config = uvicorn.Config(
        application,
        log_config=None,  # the settings configured logging already
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        lifespan="on",
        proxy_headers=settings.TRUST_PROXY,
        forwarded_allow_ips="*" if settings.TRUST_PROXY else None,
        timeout_graceful_shutdown=3,  # a browser whose stream ended comes back by itself
        timeout_keep_alive=30,
    )
    signal.signal(signal.SIGTERM, lambda _number, _frame: sys.exit(0))  # uvicorn sends it on when it is done
    with beating(kind, figures=figures):
        uvicorn.Server(config).run(sockets=[listener])
    return 0


def _allow_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _FILES if hard == resource.RLIM_INFINITY else min(_FILES, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
