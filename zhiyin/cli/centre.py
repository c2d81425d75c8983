"""The running centre under `zhiyin up`: starts its parts in order, watches them, stops them in order."""

from __future__ import annotations

import os
import signal
import socket
from collections.abc import Sequence
from urllib.parse import urlsplit

from zhiyin.cli.announcing import Announcer
from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.embedded_postgres import EmbeddedPostgres
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.keys import ensure_keys
from zhiyin.cli.language import say
from zhiyin.cli.listening import listen_on_path, listen_on_port
from zhiyin.cli.processes import Identity, stop
from zhiyin.cli.supervisor import Part, Signals, Supervisor, zhiyin_process

DATABASE_PART = "postgres"


class Centre:
    def __init__(self, folder: DataFolder, *, host: str, port: int, web_workers: int, demo: bool) -> None:
        self._folder = folder
        self._host, self._port, self._web_workers, self._demo = host, port, web_workers, demo
        self._signals = Signals()
        self._supervisor = Supervisor(self._signals, on_change=self._note_parts)
        self._postgres = None if os.environ.get("DATABASE_URL") else EmbeddedPostgres(folder)
        self._environment: dict[str, str] = {}

    def run(self) -> int:
        """Run until told to stop; 0 when all was stopped cleanly."""
        try:
            self._stop_leftovers()
            listener = listen_on_port(self._host, self._port)
            self._environment = self._surroundings(listener)
            if self._start_database() and self._prepare_database():
                self._start_parts(listener)
                announcer = Announcer(listener, self._environment, demo=self._demo)
                self._supervisor.run(meanwhile=announcer.step)
            return 0
        finally:
            self._stop()

    def _stop_leftovers(self) -> None:
        """End what a killed `up` left behind; its run file names the processes."""
        told = self._folder.read_run().get("processes", {})
        left = [Identity(pid, began) for pid, began in told.values()]
        stop([process for process in left if process.is_alive()], patience=10)
        self._folder.forget_run()
        if self._postgres is not None:
            self._postgres.stop_leftovers()

    def _surroundings(self, listener: socket.socket) -> dict[str, str]:
        port = listener.getsockname()[1]
        host = "127.0.0.1" if self._host in ("0.0.0.0", "::", "") else self._host  # noqa: S104
        base_url = (
            os.environ.get("ZHIYIN_BASE_URL") or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        )
        names = {"localhost", "127.0.0.1", "[::1]", host, urlsplit(base_url).hostname or host}
        return {
            **ensure_keys(self._folder),
            "ZHIYIN_ALLOWED_HOSTS": ",".join(sorted(names)),
            **{name: value for name, value in os.environ.items() if name.startswith("ZHIYIN_")},
            "ZHIYIN_BASE_URL": base_url,
            "DATABASE_URL": os.environ.get("DATABASE_URL")
            or (self._postgres.url() if self._postgres else ""),
        }

    def _start_database(self) -> bool:
        if self._postgres is None:
            return True
        if not (self._folder.postgres / "PG_VERSION").exists():
            print(say("首次启动：正在建立数据库…", "First start: making the database…"), flush=True)
        self._postgres.prepare()
        part = Part(DATABASE_PART, start=self._postgres.start)
        self._supervisor.add(part)
        assert part.process is not None
        return self._postgres.wait_until_ready(part.process, stopping=self._signals.stopping)

    def _prepare_database(self) -> bool:
        """Migrate where needed, and fill in demo data; False when told to stop meanwhile."""
        if self._postgres is None:
            return self._finish(["migrate", "--quiet"]) and self._make_demo()
        from zhiyin.cli.owned_database import OwnedDatabase

        database = OwnedDatabase(self._postgres)
        database.ensure()
        if not database.is_current():
            if not self._finish(["migrate", "--quiet"]):
                return False
            database.note_current()
        return self._make_demo()

    def _make_demo(self) -> bool:
        return not self._demo or self._finish(["demo", "--if-empty"])

    def _finish(self, words: Sequence[str]) -> bool:
        """Run a command to its end; False when told to stop meanwhile."""
        process = zhiyin_process(words, self._environment)
        while process.poll() is None:
            if self._signals.stopping():
                process.terminate()
                process.wait()
                return False
            self._signals.wait(0.1)
        if process.returncode != 0:
            raise CommandFailed(
                zh=f"zhiyin {words[0]} 失败（见上方信息），已停止启动。",
                en=f"zhiyin {words[0]} failed (see above); not starting.",
            )
        return True

    def _start_parts(self, listener: socket.socket) -> None:
        stream = listen_on_port("127.0.0.1", 0)
        mail = listen_on_path(self._folder.mail_socket)
        self._environment["ZHIYIN_STREAM_UPSTREAM"] = f"http://127.0.0.1:{stream.getsockname()[1]}"
        parts = [
            *((f"web-{number}", "web", listener) for number in range(1, self._web_workers + 1)),
            ("stream", "stream", stream),
            ("worker", "worker", None),
            ("intake", "intake", mail),
        ]
        for name, command, opened in parts:
            descriptors = [] if opened is None else [opened.fileno()]
            words = [command, *(word for number in descriptors for word in ("--fd", str(number)))]
            self._supervisor.add(Part(name, words, self._environment, descriptors))

    def _note_parts(self, parts: Sequence[Part]) -> None:
        alive = [part.identity for part in parts if part.process is not None and part.identity is not None]
        named = {
            part.name: (part.identity.pid, part.identity.began) for part in parts if part.identity in alive
        }
        self._folder.write_run(
            {
                "pid": os.getpid(),
                "address": self._environment["ZHIYIN_BASE_URL"],
                "environment": self._environment,
                "processes": named,
            }
        )

    def _stop(self) -> None:
        names = [part.name for part in self._supervisor.parts if part.name != DATABASE_PART]
        if names:
            print(say("\n正在停止…", "\nStopping…"), flush=True)
        self._supervisor.stop(*names, patience=10)
        if self._postgres is not None:
            self._supervisor.stop(DATABASE_PART, patience=60, gently=signal.SIGINT)
            self._postgres.clean_up()
        self._folder.forget_run()
