"""Topics to begin with, until the centre's own tickets teach a model: shipped in packs, learned at first need."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numeric libraries are loaded at first need: most commands need none
    from zhiyin.assist.classifying.model import LinearModel

FIRST = "retail"
_FOLDER = Path(__file__).parent / "packs"


@dataclass(frozen=True)
class Topic:
    """`matches` are names of categories that mean it, folded."""

    key: str
    matches: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Pack:
    key: str
    name_zh: str
    name_en: str
    topics: tuple[Topic, ...]


@cache
def packs() -> tuple[Pack, ...]:
    return tuple(_read(path) for path in sorted(_FOLDER.glob("*.toml")))


@cache
def pack_model(key: str) -> LinearModel:
    """What a pack's examples teach; learned in this process, in less than a second."""
    from zhiyin.assist.classifying.training import Known, train

    (pack,) = (one for one in packs() if one.key == key)
    pairs = [(text, topic.key) for topic in pack.topics for text in topic.examples]
    return train(Known([text for text, _ in pairs], [name for _, name in pairs]))


def chosen_pack(key: str | None) -> Pack:
    """The pack of that key, or the first there ever was."""
    known = {pack.key: pack for pack in packs()}
    return known.get(key or FIRST) or known[FIRST]


def topics_by_name(pack: Pack) -> dict[str, str]:
    """Folded names of categories, and the topic of the pack that each means."""
    return {name: topic.key for topic in pack.topics for name in topic.matches}


def _read(path: Path) -> Pack:
    told = tomllib.loads(path.read_text(encoding="utf-8"))
    topics = tuple(
        Topic(
            key=one["key"],
            matches=tuple(name.casefold() for name in one["matches"]),
            examples=(*one["zh"], *one["en"]),
        )
        for one in told["topics"]
    )
    return Pack(path.stem, told["name_zh"], told["name_en"], topics)
