"""Stories: how cases go, read from text files with alternatives, so that no two cases read the same.

    == name | category=… group=… weight=… tags=…      a story
    s: one subject|another                            what the customer writes into the subject line
    c: …   a: …   n: …                                 the customer, the agent, a note for colleagues
    = solved | > group | + pdf | ~ 2d                  status, hand-over, a file on the last reply, time passing
    ?40 c: …                                           in 40 of 100 cases; lines with one number go together

In texts: [one|other|] is a choice, {order} a fact of the case, <hi> a word of words.txt, // a new line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from random import Random

FOLDER = Path(__file__).parent / "stories"
_PIECE = re.compile(r"[\[\]|]|\{\w+\}|<\w+>")
_SECONDS = {"m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Slot:
    name: str


@dataclass(frozen=True, slots=True)
class Choice:
    options: tuple[Text, ...]


Text = tuple["str | Slot | Choice", ...]


@dataclass(frozen=True, slots=True)
class Turn:
    """One line of a story. `chance` is in percent; turns of one `bundle` happen together or not at all."""

    kind: str  # c, a, n, or one of = > + ~
    text: Text = ()
    word: str = ""
    seconds: int = 0
    chance: int = 100
    bundle: int = 0


@dataclass
class Story:
    name: str
    settings: dict[str, str]
    subjects: Text = ()
    turns: list[Turn] = field(default_factory=list)

    @property
    def weight(self) -> int:
        return int(self.settings.get("weight", "1"))

    @property
    def channels(self) -> list[str]:
        return self.settings.get("channels", "email,chat,api").split(",")

    @property
    def language(self) -> str:
        return self.settings.get("lang", "zh")

    @property
    def priority(self) -> int:
        return int(self.settings.get("priority", "2"))

    @property
    def tags(self) -> list[str]:
        return [tag for tag in self.settings.get("tags", "").split(",") if tag]


def render(text: Text, rng: Random, facts: Mapping[str, str]) -> str:
    """One of the things a text may say."""
    said: list[str] = []
    _say(text, said, rng.random, facts)
    return "".join(said)


@lru_cache(maxsize=1)
def stories() -> list[Story]:
    """All stories, in the order of their files."""
    words = _words((FOLDER / "words.txt").read_text("utf-8"))
    files = sorted(path for path in FOLDER.glob("*.txt") if path.stem not in ("words", "products", "lists"))
    return [story for path in files for story in _stories_in(path.read_text("utf-8"), words)]


@lru_cache(maxsize=1)
def _lists() -> dict[str, list[str]]:
    found = {}
    for line in _lines((FOLDER / "lists.txt").read_text("utf-8")):
        name, _, told = line.partition(": ")
        found[name] = told.split(", ")
    return found


def word_list(name: str) -> list[str]:
    """A list of lists.txt."""
    return _lists()[name]


def parse(text: str, words: Mapping[str, Text]) -> Text:
    """A text as choices between texts. Raises ValueError for an unknown word or brackets that don't match."""
    pieces = iter([*_pieces(text), "]"])
    parsed = _choice(pieces, words)
    if next(pieces, None) is not None:
        raise ValueError(f"a ] too many in: {text}")
    return parsed.options[0] if len(parsed.options) == 1 else (parsed,)


def _say(text: Text, said: list[str], draw: Callable[[], float], facts: Mapping[str, str]) -> None:
    for piece in text:
        if isinstance(piece, str):
            said.append(piece)
        elif isinstance(piece, Slot):
            said.append(facts[piece.name])
        else:
            _say(piece.options[int(draw() * len(piece.options))], said, draw, facts)


def _pieces(text: str) -> list[str]:
    found, start = [], 0
    for match in _PIECE.finditer(text):
        found += [text[start : match.start()], match.group()]
        start = match.end()
    return [piece for piece in [*found, text[start:]] if piece]


def _choice(pieces: Iterator[str], words: Mapping[str, Text]) -> Choice:
    options: list[Text] = []
    current: list[str | Slot | Choice] = []
    for piece in pieces:
        if piece in ("|", "]"):
            options.append(tuple(current))
            current = []
            if piece == "]":
                return Choice(tuple(options))
        elif piece == "[":
            current.append(_choice(pieces, words))
        elif piece[0] == "{" and piece[-1] == "}":
            current.append(Slot(piece[1:-1]))
        elif piece[0] == "<" and piece[-1] == ">":
            current.append(Choice((words[piece[1:-1]],)))
        else:
            current.append(piece.replace("//", "\n"))
    raise ValueError("a [ without its ]")


def _words(text: str) -> dict[str, Text]:
    words: dict[str, Text] = {}
    for line in _lines(text):
        name, _, said = line.partition(":")
        words[name.strip()] = parse(said.strip(), words)
    return words


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _stories_in(text: str, words: Mapping[str, Text]) -> list[Story]:
    found: list[Story] = []
    for line in _lines(text):
        if line.startswith("== "):
            name, _, settings = line[3:].partition("|")
            found.append(Story(name.strip(), dict(pair.split("=", 1) for pair in settings.split())))
        elif line.startswith("s: "):
            found[-1].subjects = parse(line[3:], words)
        else:
            found[-1].turns.append(_turn(line, found[-1].turns, words))
    return found


def _turn(line: str, before: list[Turn], words: Mapping[str, Text]) -> Turn:
    chance, bundle = 100, 0
    if line.startswith("?"):
        told, _, line = line[1:].partition(" ")
        chance = int(told)
        goes_on = bool(before) and before[-1].chance == chance
        bundle = before[-1].bundle if goes_on else len(before) + 1
    kind, rest = line[0], line[1:].removeprefix(":").strip()
    if kind in "can":
        return Turn(kind, text=parse(rest, words), chance=chance, bundle=bundle)
    if kind == "~":
        return Turn(kind, seconds=int(rest[:-1]) * _SECONDS[rest[-1]], chance=chance, bundle=bundle)
    if kind in "=>+":
        return Turn(kind, word=rest, chance=chance, bundle=bundle)
    raise ValueError(f"a story line begins with c, a, n, =, >, + or ~: {line}")
