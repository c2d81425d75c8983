"""A server that speaks the OpenAI protocol as recorded from the wire: chunks, comments, usage, errors, silence, vectors."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# a stream as OpenAI-compatible servers send it: first a role, then pieces, a finish reason, usage, the end
_HEAD = {"id": "chatcmpl-9x", "object": "chat.completion.chunk", "created": 1760000000, "model": "replayed-1"}


def stream_of(text: str, *, tokens: int = 42) -> bytes:
    """The body of a streamed answer, byte for byte in the recorded form."""
    pieces = [text[start : start + 7] for start in range(0, len(text), 7)]
    events: list[dict[str, Any]] = [
        {"choices": [{"index": 0, "delta": {"role": "assistant", "content": ""}, "finish_reason": None}]},
        *({"choices": [{"index": 0, "delta": {"content": one}, "finish_reason": None}]} for one in pieces),
        {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
        {
            "choices": [],
            "usage": {"prompt_tokens": 30, "completion_tokens": tokens - 30, "total_tokens": tokens},
        },
    ]
    lines = [f"data: {json.dumps(_HEAD | event, ensure_ascii=False)}\n\n" for event in events]
    return ("".join([": keep-alive\n\n", *lines]) + "data: [DONE]\n\n").encode()


class Replay(ThreadingHTTPServer):
    """Answers each call with the next of `answers`: a text, a status, "silence" or "endless"; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: list[str | int] = []
        self.asked: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.meanings: list[tuple[str, ...]] = []  # words that mean the same, of each number of a vector

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"


def vectors_of(texts: list[str], meanings: list[tuple[str, ...]]) -> bytes:
    """The body of an answer with vectors, the last text first, as a server may send it."""
    rows = [[float(any(word in text for word in words)) for words in meanings] + [0.1] for text in texts]
    told = {
        "object": "list",
        "data": [
            {"object": "embedding", "index": place, "embedding": row}
            for place, row in reversed(list(enumerate(rows)))
        ],
        "model": "replayed-vectors",
        "usage": {"prompt_tokens": 5 * len(texts), "total_tokens": 5 * len(texts)},
    }
    return json.dumps(told).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Replay

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.keys.append(self.headers.get("Authorization", ""))
        is_sound = self.path.endswith("/audio/transcriptions")
        self.server.asked.append({"sound": len(body)} if is_sound else json.loads(body))
        is_vectors = self.path.endswith("/embeddings")
        otherwise: str | int = "vectors" if is_vectors and self.server.meanings else 500
        answer = self.server.answers.pop(0) if self.server.answers else otherwise
        if answer == "silence":
            time.sleep(3)
            return
        if answer == "endless":
            self._drip()
        elif isinstance(answer, int):
            self._send(answer, "application/json", b'{"error": {"message": "no"}}')
        elif answer == "vectors":
            texts = self.server.asked[-1]["input"]
            self._send(200, "application/json", vectors_of(texts, self.server.meanings))
        elif is_sound:
            self._send(200, "application/json", json.dumps({"text": answer}).encode())
        elif answer.startswith("plain:"):
            self._send(200, "application/json", answer.removeprefix("plain:").encode())
        else:
            self._send(200, "text/event-stream", stream_of(answer))

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _drip(self) -> None:
        """Comments that keep the line open, and never an answer; until the other side hangs up."""
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.end_headers()
        with suppress(OSError):
            for _ in range(100):
                self.wfile.write(b": still thinking\n\n")
                time.sleep(0.1)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (as its parent names it)
        """Tests are quiet."""


@contextmanager
def replaying() -> Iterator[Replay]:
    server = Replay()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
