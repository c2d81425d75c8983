"""The OpenAI protocol on the wire: chat completions as a stream of Server-Sent Events, transcriptions, and embeddings.

Every server that speaks it will do; what they leave out (usage, a finish reason) is not relied on. Redirects are not
followed, proxies of the environment not used, and nothing is read beyond a limit.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import httpx

LONGEST_ANSWER = 200_000  # characters
MOST_BYTES = 4 * 2**20  # of an answer on the wire
MOST_BYTES_OF_VECTORS = 32 * 2**20  # each number is some 20 characters
WIDEST = 8_192  # numbers of a vector
SMALLEST, LARGEST = 1e-9, 1e9  # of the largest number in one
# an address, a name or a key that can't be put on the wire is one nobody is reached by
NOT_REACHED = (httpx.HTTPError, httpx.InvalidURL, UnicodeError, OverflowError)
LONGEST_MODEL, MOST_TOKENS = 200, 2**31 - 1
_PER_TOKEN = 2  # characters, a careful guess where a server tells no usage


class WireError(Exception):
    """The call came to nothing; `reason` is one word: timeout, connection, refused, busy, server, nonsense, too_long."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True)
class Place:
    """Where to ask, and within how many seconds everything has to be over."""

    url: str
    key: str
    model: str
    seconds: float


@dataclass(frozen=True)
class Answer:
    text: str
    model: str
    tokens: int


@dataclass(frozen=True)
class Vectors:
    """One row of numbers for each text, all of one length and none of it all zero."""

    rows: list[list[float]]
    model: str
    tokens: int


def complete(place: Place, messages: Sequence[dict[str, str]], *, most_tokens: int = 800) -> Answer:
    """Ask for one answer. Raises WireError."""
    body = {
        "model": place.model,
        "messages": list(messages),
        "temperature": 0.2,
        "max_tokens": most_tokens,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    deadline = time.monotonic() + place.seconds
    try:
        with (
            _client(place) as client,
            client.stream("POST", f"{place.url.rstrip('/')}/chat/completions", json=body) as response,
        ):
            _refuse(response)
            return _gathered(_events(response, deadline), place, messages)
    except httpx.TimeoutException as error:
        raise WireError("timeout") from error
    except NOT_REACHED as error:
        raise WireError("connection", type(error).__name__) from error


def transcribe(place: Place, sound: bytes, *, name: str = "speech.wav") -> Answer:
    """What is said in a recording. Raises WireError."""
    deadline = time.monotonic() + place.seconds
    try:
        with (
            _client(place) as client,
            client.stream(
                "POST",
                f"{place.url.rstrip('/')}/audio/transcriptions",
                data={"model": place.model, "response_format": "json"},
                files={"file": (name, sound, "audio/wav")},
            ) as response,
        ):
            _refuse(response)
            told = _json(b"".join(_chunks(response, deadline)).decode("utf-8", "replace"))
    except httpx.TimeoutException as error:
        raise WireError("timeout") from error
    except NOT_REACHED as error:
        raise WireError("connection", type(error).__name__) from error
    if "text" not in told:
        raise WireError("nonsense", "no text")
    return Answer(_clean(str(told["text"]))[:LONGEST_ANSWER], place.model, 0)


def embed(place: Place, texts: Sequence[str]) -> Vectors:
    """What texts mean, in numbers. Raises WireError."""
    deadline = time.monotonic() + place.seconds
    body = {"model": place.model, "input": list(texts), "encoding_format": "float"}
    try:
        with (
            _client(place) as client,
            client.stream("POST", f"{place.url.rstrip('/')}/embeddings", json=body) as response,
        ):
            _refuse(response)
            chunks = _chunks(response, deadline, most=MOST_BYTES_OF_VECTORS)
            told = _json(b"".join(chunks).decode("utf-8", "replace"))
    except httpx.TimeoutException as error:
        raise WireError("timeout") from error
    except NOT_REACHED as error:
        raise WireError("connection", type(error).__name__) from error
    usage = told.get("usage")
    tokens = _count(usage.get("total_tokens")) if isinstance(usage, dict) else 0
    asked = sum(len(one) for one in texts)
    model = _clean(str(told.get("model") or place.model))[:LONGEST_MODEL]
    return Vectors(_rows(told.get("data"), len(texts)), model, tokens or max(1, asked // _PER_TOKEN))


def _rows(data: object, count: int) -> list[list[float]]:
    """The vectors in the order of the texts, whatever order they came in."""
    if not isinstance(data, list) or len(data) != count or not all(isinstance(one, dict) for one in data):
        raise WireError("nonsense", "not one vector for each text")
    by_place = {str(one.get("index", place)): one.get("embedding") for place, one in enumerate(data)}
    rows = [_row(by_place.get(str(place))) for place in range(count)]
    if len({len(row) for row in rows}) > 1:
        raise WireError("nonsense", "vectors of different lengths")
    return rows


def _row(told: object) -> list[float]:
    """One vector. Raises WireError where it is none."""
    if not isinstance(told, list) or not 1 <= len(told) <= WIDEST:
        raise WireError("nonsense", "no vector")
    numbers = [one for one in told if isinstance(one, int | float) and not isinstance(one, bool)]
    are_bounded = all(abs(one) < LARGEST for one in numbers)  # NaN is not, either
    if len(numbers) < len(told) or not are_bounded or not any(abs(one) > SMALLEST for one in numbers):
        raise WireError("nonsense", "no numbers")
    return [float(one) for one in numbers]


def is_address(url: str) -> bool:
    """Whether it is one that can be asked."""
    try:
        asked = httpx.URL(url)
    except (httpx.InvalidURL, ValueError):
        return False
    return asked.scheme in ("http", "https") and bool(asked.host) and (asked.port or 1) < 2**16


def _client(place: Place) -> httpx.Client:
    headers = {"Authorization": f"Bearer {place.key}"} if place.key else {}
    return httpx.Client(timeout=place.seconds, headers=headers, trust_env=False, follow_redirects=False)


def _refuse(response: httpx.Response) -> None:
    if response.status_code == 200:
        return
    reason = {401: "refused", 403: "refused", 429: "busy"}.get(response.status_code)
    if reason is None:
        reason = "server" if response.status_code >= 500 else "refused"
    raise WireError(reason, str(response.status_code))


def _events(response: httpx.Response, deadline: float) -> Iterator[dict[str, object]]:
    """The JSON of each event; a server that answers at once, without a stream, gives one."""
    chunks = _chunks(response, deadline)
    if "text/event-stream" not in response.headers.get("content-type", ""):
        yield _json(b"".join(chunks).decode("utf-8", "replace"))
        return
    for line in _lines(chunks):
        if not line.startswith("data:"):
            continue  # comments that keep the line open, names of events
        told = line.removeprefix("data:").strip()
        if told == "[DONE]":
            return
        yield _json(told)


def _chunks(response: httpx.Response, deadline: float, *, most: int = MOST_BYTES) -> Iterator[bytes]:
    """What comes, as long as there is time for it, and no more than that many bytes."""
    size = 0
    for chunk in response.iter_bytes():
        size += len(chunk)
        if size > most:
            raise WireError("too_long")
        if time.monotonic() > deadline:
            raise WireError("timeout")
        yield chunk


def _lines(chunks: Iterator[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        yield from (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
    if rest:
        yield rest.decode("utf-8", "replace")


def _gathered(
    events: Iterator[dict[str, object]], place: Place, messages: Sequence[dict[str, str]]
) -> Answer:
    text, model, tokens = "", place.model, 0
    for event in events:
        if "error" in event:
            raise WireError("server", "error in the stream")
        model = str(event.get("model") or model)
        usage = event.get("usage")
        if isinstance(usage, dict):
            tokens = _count(usage.get("total_tokens"))
        text += _piece(event)
        if len(text) > LONGEST_ANSWER:
            raise WireError("too_long")
    text = _clean(text).strip()
    if not text:
        raise WireError("nonsense", "an empty answer")
    asked = sum(len(one["content"]) for one in messages)
    return Answer(text, _clean(model)[:LONGEST_MODEL], tokens or (asked + len(text)) // _PER_TOKEN)


def _count(told: object) -> int:
    """A number of tokens as a server tells it; 0 where it tells none that can be."""
    return told if isinstance(told, int) and 0 < told <= MOST_TOKENS else 0


def _clean(text: str) -> str:
    """Without what the database keeps none of: NUL, and halves of characters."""
    return text.replace("\0", "").encode("utf-8", "replace").decode()


def _piece(event: dict[str, object]) -> str:
    choices = event.get("choices")
    if not isinstance(choices, list) or not choices or not isinstance(choices[0], dict):
        return ""
    told = choices[0].get("delta") or choices[0].get("message") or {}
    return str(told.get("content") or "") if isinstance(told, dict) else ""


def _json(told: str) -> dict[str, object]:
    try:
        event = json.loads(told)
    except ValueError as error:
        raise WireError("nonsense", "no JSON") from error
    if not isinstance(event, dict):
        raise WireError("nonsense", "no object")
    return event
