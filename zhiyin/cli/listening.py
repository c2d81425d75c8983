"""Sockets that we listen on, opened before anything starts so that a taken port is told at once."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path

from zhiyin.cli.failures import CommandFailed

BACKLOG = 2048


def listen_on_port(host: str, port: int) -> socket.socket:
    """A listening TCP socket that child processes inherit; port 0 takes any free one."""
    try:
        family, _, _, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
    except socket.gaierror as problem:
        raise CommandFailed(
            zh=f"无法识别主机名“{host}”：{problem.strerror}。",
            en=f"can't find the host {host!r}: {problem.strerror}.",
        ) from problem
    listener = socket.socket(family, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(BACKLOG)
    except OSError as problem:
        listener.close()
        raise _explain(problem, host, port) from problem
    listener.set_inheritable(True)
    return listener


def listen_on_path(path: Path) -> socket.socket:
    """A listening Unix socket for our own user; works however long the path to its folder is."""
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    here = os.getcwd()
    before = os.umask(0o177)
    try:
        os.chdir(path.parent)  # the kernel takes 107 bytes only; the name alone is short
        listener.bind(path.name)
    finally:
        os.umask(before)
        os.chdir(here)
    listener.listen(BACKLOG)
    listener.set_inheritable(True)
    return listener


def _explain(problem: OSError, host: str, port: int) -> CommandFailed:
    if problem.errno == errno.EADDRINUSE:
        return CommandFailed(
            zh=f"端口 {port} 已被其他程序占用。请换一个端口（如 --port {port + 1}），或停止占用它的程序。",
            en=f"port {port} is taken by another program. Use another (--port {port + 1}), "
            f"or stop the one that has it (lsof -i :{port} shows it).",
        )
    if problem.errno == errno.EACCES:
        return CommandFailed(
            zh=f"没有权限使用端口 {port}。请使用 1024 以上的端口。",
            en=f"port {port} needs special rights here. Use one above 1023.",
        )
    return CommandFailed(
        zh=f"无法在 {host}:{port} 上监听：{problem.strerror}。请检查 --host 与 --port。",
        en=f"can't listen on {host}:{port}: {problem.strerror}. Check --host and --port.",
    )
