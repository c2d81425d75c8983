"""The running centre under `zhiyin up`: starts its parts in order, watches them, stops them in order."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from zhiyin.cli.announcing import Announcer
from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.embedded_postgres import EmbeddedPostgres
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.forking import Child, ForkedCommand, load_everything
from zhiyin.cli.keys import ensure_keys
from zhiyin.cli.language import say
from zhiyin.cli.listening import listen_on_path, listen_on_port
from zhiyin.cli.processes import Identity, stop
from zhiyin.cli.supervisor import Part, Signals, Supervisor, spawn_command
from zhiyin.cli.surroundings import start_django

DATABASE = "postgres"
_OF_ONE_COMMAND = {"ZHIYIN_LANG", "ZHIYIN_DATA"}  # not for the commands beside it


class Centre:
    def __init__(self, folder: DataFolder, *, lock: int, web_workers: int, demo: bool) -> None:
        self._folder = folder
        self._lock, self._web_workers, self._demo = lock, web_workers, demo
        self._signals = Signals()
        self._supervisor = Supervisor(self._signals, on_change=self._note_parts)
        self._postgres = None if os.environ.get("DATABASE_URL") else EmbeddedPostgres(folder)
        self._listeners: dict[str, socket.socket] = {}

    def run(self, *, host: str, port: int) -> int:
        """Run until told to stop; 0 when all was stopped cleanly."""
        try:
            self._stop_leftovers()
            self._listen(host, port)
            os.environ.update(self._surroundings(host))
            if self._start_database() and self._prepare_database():
                self._start_parts()
                welcome = partial(
                    self._start_command, "welcome", ["welcome", *(["--demo"] if self._demo else [])]
                )
                announcer = Announcer(self._listeners["web"], os.environ["ZHIYIN_BASE_URL"], welcome=welcome)
                self._supervisor.run(meanwhile=announcer.step)
            return 0
        finally:
            self._stop()

    def _stop_leftovers(self) -> None:
        """End what a killed `up` left behind; its run file names the processes."""
        told = self._folder.read_run().get("processes", {})
        left = [Identity(pid, began) for name, (pid, began) in told.items() if name != DATABASE]
        stop([process for process in left if process.is_alive()], patience=10)
        self._folder.forget_run()
        if self._postgres is not None:
            self._postgres.stop_leftovers()

    def _listen(self, host: str, port: int) -> None:
        """Open every socket before anything starts; a part that starts again finds its queue as it was."""
        self._listeners = {
            "web": listen_on_port(host, port),
            "stream": listen_on_port("127.0.0.1", 0),
            "intake": listen_on_path(self._folder.mail_socket),
        }

    def _surroundings(self, host: str) -> dict[str, str]:
        """The environment of the parts; what is set already wins."""
        port = self._listeners["web"].getsockname()[1]
        host = "127.0.0.1" if host in ("0.0.0.0", "::", "") else host  # noqa: S104
        base_url = (
            os.environ.get("ZHIYIN_BASE_URL") or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        )
        names = {"localhost", "127.0.0.1", "[::1]", host, urlsplit(base_url).hostname or host}
        made = {
            **ensure_keys(self._folder),
            "ZHIYIN_ALLOWED_HOSTS": ",".join(sorted(names)),
            "ZHIYIN_BASE_URL": base_url,
            "PROMETHEUS_MULTIPROC_DIR": str(self._folder.make_metrics()),
            "ZHIYIN_STREAM_UPSTREAM": f"http://127.0.0.1:{self._listeners['stream'].getsockname()[1]}",
            "DATABASE_URL": "" if self._postgres is None else self._postgres.url(),
        }
        return {name: os.environ.get(name) or value for name, value in made.items()}

    def _start_database(self) -> bool:
        """Start it, load the program meanwhile, wait for it; False when told to stop."""
        part = None
        if self._postgres is not None:
            if not (self._folder.postgres / "PG_VERSION").exists():
                print(say("首次启动：正在建立数据库…", "First start: making the database…"), flush=True)
            self._postgres.prepare()
            part = Part(DATABASE, self._postgres.start)
            self._supervisor.add(part)
        start_django()
        load_everything()
        if self._postgres is None or part is None or part.process is None:
            return True
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
        process = self._start_command(words[0], words)
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

    def _start_parts(self) -> None:
        parts = {f"web-{number}": "web" for number in range(1, self._web_workers + 1)}
        for name, command in {**parts, "stream": "stream", "worker": "worker", "intake": "intake"}.items():
            listener = self._listeners.get(command)
            words = [command] if listener is None else [command, "--fd", str(listener.fileno())]
            self._supervisor.add(Part(name, partial(self._start_command, name, words)))

    def _start_command(self, name: str, words: Sequence[str]) -> Child:
        listeners = [listener.fileno() for listener in self._listeners.values()]
        if sys.platform == "darwin":  # its libraries don't survive a fork
            return spawn_command(words, descriptors=listeners)
        return ForkedCommand(name, words, keep_closed=[self._lock, *self._signals.descriptors])

    def _note_parts(self, parts: Sequence[Part]) -> None:
        alive = [part for part in parts if part.process is not None and part.identity is not None]
        kept = {
            name: value
            for name, value in os.environ.items()
            if name.startswith("ZHIYIN_") or name == "DATABASE_URL"
        }
        kept = {name: value for name, value in kept.items() if name not in _OF_ONE_COMMAND}
        self._folder.write_run(
            {
                "pid": os.getpid(),
                "address": os.environ["ZHIYIN_BASE_URL"],
                "environment": kept,
                "processes": {
                    part.name: (part.identity.pid, part.identity.began) for part in alive if part.identity
                },
            }
        )

    def _stop(self) -> None:
        names = [part.name for part in self._supervisor.parts if part.name != DATABASE]
        if names:
            print(say("\n正在停止…", "\nStopping…"), flush=True)
        self._supervisor.stop(*names, patience=10)
        if self._postgres is not None:
            self._supervisor.stop(DATABASE, patience=60, gently=signal.SIGINT)
            self._postgres.clean_up()
        self._folder.forget_run()
