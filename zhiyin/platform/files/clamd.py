"""Asking a ClamAV daemon about a content, by its INSTREAM command; see clamd(8).

Own code for lack of a library: those on PyPI are unmaintained or under the GPL.
"""

from __future__ import annotations

import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

PIECE = 64 * 1024
PATIENCE = 60.0  # seconds; large archives take a while
_FOUND = re.compile(r"(?:stream|.*?): (.+) FOUND\Z")


class ScannerAway(Exception):
    """The daemon can't be asked now."""


class TooLargeToScan(Exception):
    """The daemon's StreamMaxLength is smaller than this content."""


def threat_in(content: BinaryIO, *, address: str) -> str:
    """The name of the threat that was found; '' when there is none.

    `address` is `unix:/path` or `tcp:host:port`. Raises ScannerAway, TooLargeToScan.
    """
    with _connected(address) as clamd:
        _send(clamd, b"zINSTREAM\0")
        answer = ""
        try:
            while piece := content.read(PIECE):
                clamd.sendall(struct.pack("!L", len(piece)) + piece)
            clamd.sendall(struct.pack("!L", 0))
        except (BrokenPipeError, ConnectionResetError):
            pass  # it hangs up when there is too much, after saying so
        answer = _answer(clamd)
    if "size limit exceeded" in answer:
        raise TooLargeToScan(answer)
    if found := _FOUND.match(answer):
        return found[1]
    if answer.endswith(": OK"):
        return ""
    raise ScannerAway(answer or "the scanner hung up")


def scanner_version(*, address: str) -> str:
    """What the daemon says of itself and its signatures. Raises ScannerAway."""
    with _connected(address) as clamd:
        _send(clamd, b"zVERSION\0")
        return _answer(clamd)


@contextmanager
def _connected(address: str) -> Iterator[socket.socket]:
    try:
        clamd = _connect(address)
    except (OSError, ValueError) as problem:
        raise ScannerAway(str(problem)) from problem
    with clamd:
        yield clamd


def _connect(address: str) -> socket.socket:
    kind, _, where = address.partition(":")
    if kind != "unix":
        host, _, port = where.rpartition(":")
        return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
    clamd = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        clamd.settimeout(PATIENCE)
        clamd.connect(where)
    except OSError:
        clamd.close()
        raise
    return clamd


def _send(clamd: socket.socket, command: bytes) -> None:
    try:
        clamd.sendall(command)
    except OSError as problem:
        raise ScannerAway(str(problem)) from problem


def _answer(clamd: socket.socket) -> str:
    told = b""
    try:
        while not told.endswith(b"\0"):
            piece = clamd.recv(4096)
            if not piece:
                break
            told += piece
    except OSError as problem:
        raise ScannerAway(str(problem)) from problem
    return told.rstrip(b"\0").decode(errors="replace").strip()
