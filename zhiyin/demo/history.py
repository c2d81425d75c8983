"""The facts a chunk of cases leaves behind, to be put in one order with those of all other chunks."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from operator import itemgetter

from zhiyin.demo.rows import moment

Entry = tuple[int, str]  # moment, and the event's line for COPY without its position


class History:
    """Collects facts. Each subject tells its own in order; `buckets` are PostgreSQL's, by subject id."""

    def __init__(self, buckets: dict[str, dict[int, int]]) -> None:
        self._buckets = buckets
        self._entries: list[Entry] = []

    def tell(self, type_: str, kind: str, subject_id: int, payload: str, at: int) -> None:
        when = moment(at)
        told = f'{{"{kind}_id":{subject_id}{"," if payload else ""}{payload}}}'
        bucket = self._buckets[kind][subject_id]
        self._entries.append((at, f"{type_}\t{kind}:{subject_id}\t{bucket}\t{told}\t{when}\t{when}"))

    def packed(self) -> tuple[array[int], bytes]:
        """All facts by time, small to send from process to process."""
        self._entries.sort(key=itemgetter(0))
        return array("q", map(itemgetter(0), self._entries)), "\n".join(
            map(itemgetter(1), self._entries)
        ).encode()


class Merge:
    """Gives facts of all chunks their positions. Chunks come in the order in which their cases begin."""

    def __init__(self, position: int) -> None:
        self.position = position
        self._held: list[Entry] = []

    def lines(self, times: array[int], packed: bytes, *, until: int | None) -> bytes:
        """Lines for COPY of all facts before `until`, where the next chunk begins; None: of all that are left."""
        fresh = zip(times, packed.decode().split("\n"), strict=True) if times else ()
        entries = sorted([*self._held, *fresh], key=itemgetter(0))
        ready = len(entries) if until is None else bisect_left(entries, until, key=itemgetter(0))
        self._held = entries[ready:]
        start = self.position + 1
        self.position += ready
        return "".join(
            f"{line}\t{start + number}\n" for number, (_, line) in enumerate(entries[:ready])
        ).encode()
