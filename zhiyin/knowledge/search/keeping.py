"""Keeping this machine's index as the event log tells it.

Each machine follows the log by itself: its position lies beside its index and not in the database, since an index on a
new machine begins at the beginning while those of others are up to date.
"""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from django.conf import settings
from django.db.models import Max

from zhiyin.knowledge.queries.published import PublishedEdition, all_published, published_editions
from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.index import Index, IndexWriter
from zhiyin.knowledge.search.searchables import Searchable
from zhiyin.knowledge.search.store import AnotherWrites, Generation, Make, Store, make_of
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.knowledge.search.vectors import SearchEncoder, index_encoder
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.worker.loops import background

POLL_SECONDS = 0.4
STANDBY_SECONDS = 2.0
BATCH = 500
TOGETHER = 32  # editions that are encoded at once
TRY_AGAIN_SECONDS = 60.0  # after which vectors that could not be had are asked for again
PREFIX = "knowledge."

log = logging.getLogger(__name__)


@background("knowledge-index")
def keep_index(stop: threading.Event) -> None:
    """Be the writer of this machine's index if nobody is, and follow the log until asked to stop."""
    store = machine_store()
    try:
        with store.writing():
            _follow(store, stop)
    except AnotherWrites:
        stop.wait(STANDBY_SECONDS)


def reindex(*, store: Store, concepts: Concepts, encoder: SearchEncoder | None) -> int:
    """Build the index anew while the old one is read; returns how many editions it holds. Called by the writer only."""
    position = log_head()
    generation, index = store.begin(concepts, encoder)
    writer = IndexWriter(index)
    count, missing = 0, set[int]()
    editions = iter(all_published())
    while together := [searchable_of(one) for one in islice(editions, TOGETHER)]:
        missing |= writer.add(together)
        count += len(together)
    writer.commit()
    writer.close()
    store.note_position(generation, position, missing)
    store.make_current(Generation(generation, make_of(concepts, encoder), concepts.own))
    log.info("knowledge index built", extra={"editions": count})
    return count


@dataclass
class Keeper:
    """Follows the log for one generation."""

    store: Store
    generation: str
    make: Make
    index: Index
    writer: IndexWriter
    position: int
    missing: set[int] = field(default_factory=set)  # entries without vectors, as they could not be had
    tried_at: float = field(default_factory=time.monotonic)
    last_tried: int = 0

    def catch_up(self) -> int:
        """Take in what happened since; returns how many events were read. In between, vectors that were missing are asked for
        again."""
        events = list(
            Event.objects.filter(position__gt=self.position)
            .order_by("position")
            .values_list("position", "type", "payload")[:BATCH]
        )
        if not events:
            if self.missing and time.monotonic() - self.tried_at > TRY_AGAIN_SECONDS:
                self.fill_in_vectors()
            return 0
        entries = {
            payload["entry_id"]
            for _, kind, payload in events
            if kind.startswith(PREFIX) and "entry_id" in payload
        }
        if entries:
            self._put(sorted(entries))
        self.position = events[-1][0]
        self.store.note_position(self.generation, self.position, self.missing)
        return len(events)

    def fill_in_vectors(self) -> None:
        """Ask for vectors again, of some of the entries that have none: of one first, and of more where it gets some.

        They have their turn one after the other, so that one that can never have any does not keep back the rest.
        """
        first, *others = sorted(self.missing, key=lambda entry: (entry <= self.last_tried, entry))[:BATCH]
        self._put([first])
        if others and first not in self.missing:
            self._put(others)
        self.last_tried = first
        self.store.note_position(self.generation, self.position, self.missing)
        self.tried_at = time.monotonic()

    def close(self) -> None:
        """Let go of the index."""
        self.writer.close()

    def _put(self, entry_ids: list[int]) -> None:
        editions: dict[int, list[Searchable]] = {entry_id: [] for entry_id in entry_ids}
        for edition in published_editions(entry_ids=entry_ids):
            editions[edition.entry_id].append(searchable_of(edition))
        for entry_id, searchables in editions.items():
            self.missing.discard(entry_id)
            self.missing |= self.writer.put_entry(entry_id, searchables)
        self.writer.commit()


def open_keeper(store: Store, concepts: Concepts, encoder: SearchEncoder | None) -> Keeper:
    """The keeper of the current generation; builds one first where there is none that can be gone on with."""
    make = make_of(concepts, encoder)
    current = store.current()
    position = store.position(current.name) if current else None
    if current is None or current.make != make or position is None:
        reindex(store=store, concepts=concepts, encoder=encoder)
        return open_keeper(store, concepts, encoder)
    index = store.open_to_write(current.name, concepts, encoder)
    missing = store.without_vectors(current.name) if encoder is not None else set()
    return Keeper(store, current.name, make, index, IndexWriter(index), position, missing)


def searchable_of(edition: PublishedEdition) -> Searchable:
    """A published edition as the index takes it."""
    return Searchable(
        edition_id=edition.edition_id,
        entry_id=edition.entry_id,
        version_id=edition.version_id,
        kind=edition.kind,
        language=edition.language,
        region=edition.region,
        audience=edition.audience,
        title=edition.title,
        questions=tuple(edition.questions),
        tags=(*edition.tags, *filter(None, [edition.situation, edition.mood])),
        body="\n".join(filter(None, [edition.summary, edition.text])),
        category_id=edition.category_id,
        product_ids=tuple(edition.product_ids),
        group_ids=tuple(edition.group_ids),
        valid_from=edition.valid_from,
        valid_until=edition.valid_until,
    )


def machine_store() -> Store:
    """Where this machine keeps its index; one for the whole process, so that it is opened once."""
    return _store_in(settings.DATA_DIR / "search")


def log_head() -> int:
    """The last position of the event log now."""
    return Event.objects.aggregate(last=Max("position"))["last"] or 0


@lru_cache(maxsize=1)
def _store_in(folder: Path) -> Store:
    return Store(folder)


def _follow(store: Store, stop: threading.Event) -> None:
    keeper: Keeper | None = None
    while not stop.is_set():
        concepts, encoder = concepts_now(), index_encoder()
        asked = store.take_request()
        if keeper is not None and (asked or make_of(concepts, encoder) != keeper.make):
            keeper.close()
            keeper = None
        if asked:
            reindex(store=store, concepts=concepts, encoder=encoder)
        if keeper is None:
            keeper = open_keeper(store, concepts, encoder)
        if not keeper.catch_up():
            stop.wait(POLL_SECONDS)
