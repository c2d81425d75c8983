"""One index on disk: searchables in, ranked hits out. Any number of processes read it, one writes."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

import tantivy
from tantivy import Occur, Query

from zhiyin.knowledge.search.asking import question_terms
from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.schema import TEXT_FIELDS, build_schema, document_of, register_analyzer
from zhiyin.knowledge.search.searchables import Hit, Searchable, Wanted
from zhiyin.knowledge.search.terms import terms_of

WRITER_BYTES = 64_000_000
MOST_LOOKED_AT = 1_000  # candidates, where many of the best are not valid at the moment


class Index:
    """An index in a folder, opened to read."""

    def __init__(self, folder: Path, concepts: Concepts) -> None:
        self.folder, self.concepts = folder, concepts
        self.schema = build_schema()
        self.inner = tantivy.Index(self.schema, path=str(folder), reuse=True)
        register_analyzer(self.inner)
        self.inner.config_reader("manual")
        self._lock, self._seen = threading.Lock(), 0
        self.searcher = self._fresh_searcher()

    def _fresh_searcher(self) -> tantivy.Searcher:
        self.inner.reload()
        return self.inner.searcher()

    def refresh(self) -> None:
        """See what was committed since, by whichever process."""
        changed = (self.folder / "meta.json").stat().st_mtime_ns
        if changed != self._seen:
            with self._lock:
                self.searcher, self._seen = self._fresh_searcher(), changed

    def search(
        self, text: str, wanted: Wanted, *, limit: int, now: datetime, typing: bool = False
    ) -> list[Hit]:
        """The best entries for a question that are valid now, best first."""
        searcher = self.searcher
        terms = question_terms(
            text, self.concepts, knows=lambda term: bool(searcher.doc_freq("whole", term)), typing=typing
        )
        if not terms:
            return []
        query = self._query(terms, wanted)
        moment, looked_at, hits = now.timestamp(), 2 * limit, list[Hit]()
        while len(hits) < limit and looked_at <= MOST_LOOKED_AT:
            found = searcher.search(query, looked_at, count=False).hits
            hits = self._hits(searcher, found, terms, moment, limit)
            if len(found) < looked_at:
                break
            looked_at *= 4
        return hits

    def _query(self, terms: dict[str, float], wanted: Wanted) -> Query:
        """Any of the terms in any field, weighed; confined to what is wanted."""
        asked = [
            (Occur.Should, Query.boost_query(Query.term_query(self.schema, field, term, "freq"), weight * share))
            for term, weight in terms.items()
            for field, share in TEXT_FIELDS.items()
        ]
        confined = [
            (Occur.Must, Query.const_score_query(Query.term_set_query(self.schema, "filter", marks), 0.0))
            for marks in filters_of(wanted)
        ]
        return Query.boolean_query([(Occur.Must, Query.boolean_query(asked)), *confined])

    def _hits(
        self, searcher: tantivy.Searcher, found: list[Any], terms: dict[str, float], moment: float, limit: int
    ) -> list[Hit]:
        hits = []
        for score, address in found:
            shown = json.loads(searcher.doc(address).get_first("shown"))
            if (shown["from"] or 0) <= moment and (shown["until"] is None or moment < shown["until"]):
                hits.append(self._hit(shown, score, terms))
                if len(hits) == limit:
                    break
        return hits

    def _hit(self, shown: dict[str, Any], score: float, terms: dict[str, float]) -> Hit:
        ways = [shown["title"], *shown["questions"]]
        covers = [_covered(terms, set(terms_of(way, self.concepts))) for way in ways]
        best = max(range(len(ways)), key=covers.__getitem__)
        return Hit(
            edition_id=shown["edition"],
            entry_id=shown["entry"],
            version_id=shown["version"],
            score=score,
            likeness=0.0,
            title=shown["title"],
            matched=ways[best],
            body=shown["body"],
        )


class IndexWriter:
    """The one writer of an index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._writer = index.inner.writer(WRITER_BYTES, 1)

    def put(self, searchables: Iterable[Searchable]) -> None:
        """Take these in, in the place of what was there of their editions."""
        for searchable in searchables:
            self._writer.delete_documents_by_term("edition", str(searchable.edition_id))
            self._writer.add_document(document_of(searchable, self.index.concepts))

    def add(self, searchables: Iterable[Searchable]) -> None:
        """Take these into an index that holds none of them."""
        for searchable in searchables:
            self._writer.add_document(document_of(searchable, self.index.concepts))

    def drop_entry(self, entry_id: int) -> None:
        """Forget all editions of an entry."""
        self._writer.delete_documents_by_term("entry", str(entry_id))

    def commit(self) -> None:
        """Make it last, and visible to readers."""
        self._writer.commit()

    def close(self) -> None:
        """Finish merging and let go of the lock."""
        self._writer.wait_merging_threads()


def filters_of(wanted: Wanted) -> list[list[str]]:
    """What must hold: of each list at least one."""
    audiences = [f"audience:{audience}" for audience in wanted.audiences]
    marks = [audiences + [f"group:{group}" for group in wanted.group_ids]]
    if wanted.language:
        marks.append([f"language:{wanted.language.split('-')[0].lower()}"])
    if wanted.region:
        marks.append([f"region:{wanted.region}", "region:"])
    if wanted.kinds:
        marks.append([f"kind:{kind}" for kind in wanted.kinds])
    if wanted.product_id is not None:
        marks.append([f"product:{wanted.product_id}", "product:"])
    if wanted.category_ids:
        marks.append([f"category:{category}" for category in wanted.category_ids])
    return marks


def _covered(terms: dict[str, float], there: set[str]) -> float:
    return sum(weight for term, weight in terms.items() if term in there) / (len(there) + 4) ** 0.5


