"""Reading a file in a process of its own, within bounds of memory and time: what people hand in may be small and yet
unfold without end, or take a parser for ever."""

from __future__ import annotations

import base64
import json
import resource
import subprocess
import sys
from dataclasses import asdict
from typing import Any

from zhiyin.knowledge.importing.found import Found, Unreadable

MEMORY = 3 << 29  # bytes
SECONDS = 60  # of work


def read_apart(content: bytes, name: str) -> list[Found]:
    """What `read_file` finds. Raises Unreadable, also where it takes too much."""
    told = {"name": name, "memory": MEMORY, "seconds": SECONDS}
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-m", __name__],
            input=json.dumps(told).encode() + b"\n" + content,
            capture_output=True,
            timeout=SECONDS * 2,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise _too_much() from late
    if done.returncode != 0:  # out of memory or time, or a parser has given up
        raise _too_much()
    answer = json.loads(done.stdout)
    if "refused" in answer:
        raise Unreadable(*answer["refused"])
    return [_found(one) for one in answer["found"]]


def _too_much() -> Unreadable:
    return Unreadable(
        "文件太大或太复杂，读不出来。请拆成几份，或另存为更简单的格式再试。",
        "The file is too large or too intricate to be read. Split it, or save it in a simpler form.",
    )


def _told(found: Found) -> dict[str, Any]:
    pictures = {
        name: (base64.b64encode(content).decode(), kind) for name, (content, kind) in found.pictures.items()
    }
    refused = (found.refused.zh, found.refused.en) if found.refused else None
    found.pictures, found.refused = {}, None
    return asdict(found) | {"pictures": pictures, "refused": refused}


def _found(told: dict[str, Any]) -> Found:
    found = Found(**told)
    found.pictures = {name: (base64.b64decode(text), kind) for name, (text, kind) in told["pictures"].items()}
    found.warnings = [(zh, en) for zh, en in told["warnings"]]
    found.refused = Unreadable(*told["refused"]) if told["refused"] else None
    return found


def _main() -> None:
    """The other process: a line of JSON and the file come in, JSON goes out."""
    told = json.loads(sys.stdin.buffer.readline())
    content = sys.stdin.buffer.read()
    from zhiyin.knowledge.importing.reading import read_file

    resource.setrlimit(resource.RLIMIT_AS, (told["memory"], told["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (told["seconds"], told["seconds"]))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        answer: dict[str, Any] = {"found": [_told(one) for one in read_file(content, told["name"])]}
    except Unreadable as unreadable:
        answer = {"refused": (unreadable.zh, unreadable.en)}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    _main()
