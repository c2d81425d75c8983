"""Where a machine keeps its index: generations in the data folder, of which one is current.

    search/current.json         which generation, and what it was built with
    search/<generation>/index   tantivy's files
    search/<generation>/position.json   how far in the event log it has come, and what has no vectors yet
    search/writer.lock          held by the one process of this machine that writes

A new generation is built beside the current one, and becomes current by a rename. What was built by another version of
the index, other concepts or another model is not current any more.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import uuid4

from zhiyin.knowledge.search.concepts import Concepts, Own, concepts_with
from zhiyin.knowledge.search.index import Index
from zhiyin.knowledge.search.schema import SCHEMA_VERSION
from zhiyin.knowledge.search.vectors import SearchEncoder, encoder_named


class AnotherWrites(Exception):
    """Another process of this machine keeps the index."""


@dataclass(frozen=True)
class Make:
    """What an index was built with. Another make asks for another index."""

    schema: int
    concepts: str
    vectors: str


@dataclass(frozen=True)
class Generation:
    """A finished index: its name, its make, and the administrator's groups of words that are in it."""

    name: str
    make: Make
    own: Own


def make_of(concepts: Concepts, encoder: SearchEncoder | None) -> Make:
    return Make(SCHEMA_VERSION, concepts.version, encoder.name if encoder else "")


class Store:
    """The generations in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock = threading.Lock()
        self._opened: tuple[str, Index] | None = None

    def current(self) -> Generation | None:
        """The generation that is read; None before the first is built."""
        try:
            told = json.loads((self.folder / "current.json").read_text())
            own = tuple(tuple(words) for words in told["own"])
            return Generation(told["generation"], Make(**told["make"]), own)
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def reader(self, encoder: SearchEncoder | None) -> Index | None:
        """The current index as of its last commit; None while there is none.

        One of an older make is read until the new one is there, as long as its shape on disk is ours.
        """
        current = self.current()
        if current is None or current.make.schema != SCHEMA_VERSION:
            return None
        with self._lock:
            if self._opened is None or self._opened[0] != current.name:
                of_ours = encoder is not None and current.make.vectors == encoder.name
                vectors = encoder if of_ours else encoder_named(current.make.vectors)
                place = self._place(current.name)
                self._opened = (current.name, Index(place, concepts_with(current.own), vectors))
            index = self._opened[1]
        index.refresh()
        return index

    def begin(self, concepts: Concepts, encoder: SearchEncoder | None) -> tuple[str, Index]:
        """An empty generation that nobody reads yet."""
        generation = uuid4().hex[:12]
        place = self._place(generation)
        place.mkdir(parents=True)
        return generation, Index(place, concepts, encoder)

    def open_to_write(self, generation: str, concepts: Concepts, encoder: SearchEncoder | None) -> Index:
        """The generation, for its writer."""
        return Index(self._place(generation), concepts, encoder)

    def make_current(self, generation: Generation) -> None:
        """Let readers go over to this generation, and clear away the others."""
        told = {"generation": generation.name, "make": asdict(generation.make), "own": generation.own}
        _write(self.folder / "current.json", told)
        for other in self.folder.iterdir():
            if other.is_dir() and other.name != generation.name:
                shutil.rmtree(other, ignore_errors=True)

    def position(self, generation: str) -> int | None:
        """How far in the event log this generation has come; None where that is not known."""
        try:
            return int(json.loads((self.folder / generation / "position.json").read_text())["position"])
        except (FileNotFoundError, ValueError, KeyError, TypeError):
            return None

    def without_vectors(self, generation: str) -> set[int]:
        """Entries that went into this generation without vectors, as they could not be had."""
        try:
            told = json.loads((self.folder / generation / "position.json").read_text())
            return {int(entry) for entry in told.get("without_vectors", [])}
        except (FileNotFoundError, ValueError, AttributeError, TypeError):
            return set()

    def note_position(self, generation: str, position: int, without_vectors: Collection[int] = ()) -> None:
        """Written after the commit: what happens twice after a crash has the same outcome as once."""
        told = {"position": position, "without_vectors": sorted(without_vectors)}
        _write(self.folder / generation / "position.json", told)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the writer of this machine. Raises AnotherWrites; the lock ends with the process, however it ends."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "writer.lock").open("w") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as problem:
                raise AnotherWrites from problem
            yield

    def ask_for_rebuild(self) -> None:
        """Ask whoever writes to build the index anew."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / "rebuild").touch()

    def take_request(self) -> bool:
        """Whether somebody asked to have the index built anew; asked once, it is told once."""
        try:
            (self.folder / "rebuild").unlink()
        except FileNotFoundError:
            return False
        return True

    def _place(self, generation: str) -> Path:
        return self.folder / generation / "index"


def _write(path: Path, told: Mapping[str, object]) -> None:
    beside = path.with_suffix(".new")
    with beside.open("w") as file:
        json.dump(told, file)
        file.flush()
        os.fsync(file.fileno())
    beside.rename(path)
