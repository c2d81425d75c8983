"""What changed between two texts, shown as a reader of either language reads it.

Lines are matched first, then words within lines that changed; a Chinese character counts as a word.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

Op = Literal["same", "added", "removed"]
_WORDS = re.compile(r"[A-Za-z0-9_]+|\s+|.", re.DOTALL)
_MOST_PAIRS = 2_000_000  # of lines that are matched with each other
_LONGEST_PAIR = 4000  # characters of a pair of lines looked at word by word


@dataclass(frozen=True)
class Piece:
    """A stretch of text that stayed, came or went."""

    op: Op
    text: str


def difference(before: str, after: str) -> list[Piece]:
    """The pieces that make up both: without `added` they are `before`, without `removed` they are `after`."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    begins = _shared(old, new)
    ends = _shared(old[begins:][::-1], new[begins:][::-1])
    head, tail = old[:begins], old[len(old) - ends :]
    middle = _lines(old[begins : len(old) - ends], new[begins : len(new) - ends])
    return _joined([Piece("same", "".join(head)), *middle, Piece("same", "".join(tail))])


def _shared(old: Sequence[str], new: Sequence[str]) -> int:
    """How many lines both begin with."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((place for place, (one, other) in pairs if one != other), min(len(old), len(new)))


def _lines(old: Sequence[str], new: Sequence[str]) -> list[Piece]:
    """Lines that differ from the first to the last; as one block where there are too many to be matched in good time."""
    if len(old) * len(new) > _MOST_PAIRS:
        return [Piece("removed", "".join(old)), Piece("added", "".join(new))]
    pieces: list[Piece] = []
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if tag == "equal":
            pieces.append(Piece("same", gone))
        elif tag == "replace" and len(gone) + len(come) <= _LONGEST_PAIR:
            pieces += _words(gone, come)
        else:
            pieces += [Piece("removed", gone), Piece("added", come)]
    return pieces


def _words(before: str, after: str) -> list[Piece]:
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if matcher.ratio() < 0.3:  # nothing in common worth showing: one block each reads better
        return [Piece("removed", before), Piece("added", after)]
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        pieces += [Piece("same", gone)] if tag == "equal" else [Piece("removed", gone), Piece("added", come)]
    return pieces


def _joined(pieces: list[Piece]) -> list[Piece]:
    joined: list[Piece] = []
    for piece in pieces:
        if not piece.text:
            continue
        if joined and joined[-1].op == piece.op:
            joined[-1] = Piece(piece.op, joined[-1].text + piece.text)
        else:
            joined.append(piece)
    return joined
