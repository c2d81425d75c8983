"""ASN.1 in BER as signed mail uses it, of which DER is a part: nodes over the bytes they came from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

_DEPTH_LIMIT = 40
_NODES_LIMIT = 20_000
SEQUENCE, SET, OID, OCTETS, INTEGER = 0x30, 0x31, 0x06, 0x04, 0x02


class BrokenBer(ValueError):
    """The bytes are no BER, or more of it than any mail needs."""


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its tag as it is written, its whole bytes, and what is in it."""

    tag: int
    raw: bytes
    content: bytes
    children: tuple[Node, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.children)

    def child(self, number: int) -> Node:
        if number >= len(self.children):
            raise BrokenBer("a value is missing")
        return self.children[number]

    def tagged(self, tag: int) -> Node | None:
        return next((one for one in self.children if one.tag == tag), None)

    def octets(self) -> bytes:
        """The bytes of a string, which may be written in pieces."""
        return b"".join(one.octets() for one in self.children) if self.children else self.content

    def number(self) -> int:
        return int.from_bytes(self.content, signed=True)

    def oid(self) -> str:
        return _oid(self.content)


def read_ber(data: bytes) -> Node:
    """The value the data begins with. Raises BrokenBer."""
    node, _ = _Reader(data).read(0, 0)
    return node


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._left = _NODES_LIMIT

    def read(self, start: int, depth: int) -> tuple[Node, int]:
        """The value at `start`, and where the next one begins."""
        self._left -= 1
        if self._left < 0 or depth > _DEPTH_LIMIT:
            raise BrokenBer("too many values")
        tag, position = self._byte(start), start + 1
        if tag & 0x1F == 0x1F:
            raise BrokenBer("a tag of several bytes")
        size, position = self._length(position)
        if size is None:
            return self._read_until_end(tag, start, position, depth)
        end = position + size
        if end > len(self._data):
            raise BrokenBer("cut off")
        children = self._children(position, end, depth) if tag & 0x20 else ()
        return Node(tag, self._data[start:end], self._data[position:end], children), end

    def _children(self, position: int, end: int, depth: int) -> tuple[Node, ...]:
        found = []
        while position < end:
            node, position = self.read(position, depth + 1)
            found.append(node)
        if position != end:
            raise BrokenBer("a value reaches beyond what holds it")
        return tuple(found)

    def _read_until_end(self, tag: int, start: int, first: int, depth: int) -> tuple[Node, int]:
        found, position = [], first
        while self._data[position : position + 2] != b"\0\0":
            node, position = self.read(position, depth + 1)
            found.append(node)
        return Node(
            tag, self._data[start : position + 2], self._data[first:position], tuple(found)
        ), position + 2

    def _length(self, position: int) -> tuple[int | None, int]:
        first = self._byte(position)
        if first < 0x80:
            return first, position + 1
        if first == 0x80:
            return None, position + 1
        count = first & 0x7F
        if count > 5 or position + 1 + count > len(self._data):
            raise BrokenBer("a length that can't be")
        return int.from_bytes(self._data[position + 1 : position + 1 + count]), position + 1 + count

    def _byte(self, position: int) -> int:
        if position >= len(self._data):
            raise BrokenBer("cut off")
        return self._data[position]


def _oid(content: bytes) -> str:
    numbers, current = [], 0
    for byte in content[:64]:
        current = current << 7 | byte & 0x7F
        if byte < 0x80:
            numbers.append(current)
            current = 0
    if not numbers:
        raise BrokenBer("an empty object identifier")
    head = min(numbers[0] // 40, 2)
    return ".".join(map(str, (head, numbers[0] - 40 * head, *numbers[1:])))
