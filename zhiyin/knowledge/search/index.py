"""One index on disk: searchables in, ranked hits out. Any number of processes read it, one writes."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import tantivy
from tantivy import Occur, Query

from zhiyin.knowledge.search.asking import question_terms, shortened
from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.english import stem
from zhiyin.knowledge.search.normalising import TOKEN, normal
from zhiyin.knowledge.search.ranking import Found, most_to_reach, ranked, rarity
from zhiyin.knowledge.search.schema import (
    TEXT_FIELDS,
    build_schema,
    document_of,
    language_family,
    register_analyzer,
    vectors_of,
)
from zhiyin.knowledge.search.searchables import Hit, Searchable, Wanted
from zhiyin.knowledge.search.spelling import put_right
from zhiyin.knowledge.search.vectors import CannotEncode, SearchEncoder

WRITER_BYTES = 64_000_000
CANDIDATES_WITH_VECTORS = 60  # the best by words, of which likeness of meaning decides
LARGE = 20_000  # editions; above, fewer terms and fields are asked
FIELDS_OF_LARGE = {"asked": 0.45, "whole": 1.0}
TERMS_OF_LARGE = 24
TERMS_OF_CONFINED = 16
ENTRIES_TO_SPELL_BY = 3
LOOKED_THROUGH = 100
MOST_CANDIDATES = 1_000  # where many of the best are not valid at the moment

log = logging.getLogger(__name__)


class Index:
    """An index in a folder, opened to read; a new folder becomes an empty one."""

    def __init__(self, folder: Path, concepts: Concepts, encoder: SearchEncoder | None = None) -> None:
        self.folder, self.concepts, self.encoder = folder, concepts, encoder
        self.schema = build_schema()
        self.inner = tantivy.Index(self.schema, path=str(folder), reuse=True)
        register_analyzer(self.inner)
        self.inner.config_reader("manual")
        self._lock, self._seen = threading.Lock(), b""
        self._searcher = self.inner.searcher()
        self.refresh()

    def refresh(self) -> None:
        """See what was committed since, by whichever process."""
        committed = (self.folder / "meta.json").read_bytes()  # its time is too coarse for two commits at once
        if committed != self._seen:
            with self._lock:
                self.inner.reload()
                self._searcher, self._seen = self.inner.searcher(), committed

    @property
    def size(self) -> int:
        """How many editions it holds."""
        return int(self._searcher.num_docs)

    def search(
        self,
        text: str,
        wanted: Wanted,
        *,
        limit: int,
        now: datetime,
        typing: bool = False,
        fitted: bool = False,
    ) -> list[Hit]:
        """The best editions for a question that are valid now, best first; `fitted`: by no vectors but those chances fit."""
        searcher = self._searcher
        text = text if typing else self._put_right(text, searcher)
        terms = question_terms(text, self.concepts, knows=lambda term: _knows(searcher, term), typing=typing)
        if not terms:
            return []
        reach = most_to_reach(terms, searcher)
        encoder = None if typing else self.encoder
        if fitted and encoder is not None and not encoder.is_fitted:
            encoder = None
        least = CANDIDATES_WITH_VECTORS if encoder is not None else 2 * limit
        valid = self._candidates(searcher, terms, wanted, limit=limit, least=least, moment=now.timestamp())
        return ranked(valid, text, terms, reach=reach, concepts=self.concepts, encoder=encoder, limit=limit)

    def telling(self, text: str) -> dict[str, float]:
        """The terms of a question, and how much each tells among these entries: its weight by how rare it is."""
        searcher = self._searcher
        text = self._put_right(text, searcher)
        terms = question_terms(text, self.concepts, knows=lambda term: _knows(searcher, term))
        count = searcher.num_docs
        return {
            term: weight * rarity(searcher.doc_freq("whole", term), count) for term, weight in terms.items()
        }

    def _put_right(self, text: str, searcher: tantivy.Searcher) -> str:
        """The question without slips of English spelling."""
        plain = normal(shortened(text))
        right = put_right(
            plain,
            self.concepts,
            knows=lambda term: _knows(searcher, term),
            near=lambda word: self._spelt_like(word, searcher),
        )
        return text if right == plain else right

    def _spelt_like(self, word: str, searcher: tantivy.Searcher) -> Iterable[str]:
        """Words of the first few entries that have a word one letter away from this one or from its stem."""
        for form in {word, stem(word)}:
            query = Query.fuzzy_term_query(self.schema, "whole", f"e:{form}", 1, True, False)
            for _, address in searcher.search(query, ENTRIES_TO_SPELL_BY, count=False).hits:
                shown = json.loads(bytes(searcher.doc(address).get_first("shown") or b"{}"))
                for text in (shown["title"], *shown["questions"], *shown["tags"], shown["body"]):
                    yield from (token for token in TOKEN.findall(normal(text)) if token.isascii())

    def _candidates(
        self,
        searcher: tantivy.Searcher,
        terms: dict[str, float],
        wanted: Wanted,
        *,
        limit: int,
        least: int,
        moment: float,
    ) -> list[Found]:
        """Those that are wanted and valid: all of the best `least`, or more where too few of them are.

        In a large index the rarest terms are asked first without confinement, which can leave most of it unread;
        confined, and by fewer of them, only where too few are wanted or likely for that, or it gave too little.
        """
        marks = _filters_of(wanted)
        if searcher.num_docs > LARGE:
            telling = _telling(terms, searcher)
            looked_through = max(least, LOOKED_THROUGH)
            enough = looked_through * _share_wanted(marks, searcher) >= limit
            foreign = _foreign(telling, wanted.language)
            if enough and not foreign:
                query = self._asked(telling, FIELDS_OF_LARGE)
                addresses = searcher.search(query, looked_through, count=False).hits
                found = [one for one in self._found(searcher, addresses) if one.fits(marks, moment)]
                if len(found) >= limit:
                    return found
            first = sorted(telling, key=foreign.__contains__)[:TERMS_OF_CONFINED]
            asked = self._asked({term: telling[term] for term in first}, FIELDS_OF_LARGE)
        else:
            asked = self._asked(terms, TEXT_FIELDS)
        query, candidates = self._confined(asked, marks), least
        while True:
            addresses = searcher.search(query, candidates, count=False).hits
            found = [one for one in self._found(searcher, addresses) if one.fits(marks, moment)]
            if len(found) >= limit or len(addresses) < candidates or candidates >= MOST_CANDIDATES:
                return found
            candidates *= 4

    def _asked(self, terms: dict[str, float], fields: dict[str, float]) -> Query:
        """Any of the terms in any field, weighed."""
        return Query.boolean_query(
            [
                (Occur.Should, Query.boost_query(self._term(field, term, "freq"), weight * share))
                for term, weight in terms.items()
                for field, share in fields.items()
            ]
        )

    def _confined(self, asked: Query, marks: list[list[str]]) -> Query:
        """The same, of those only that have one of each list of marks."""
        confined = []
        for list_of_marks in marks:
            any_of = [
                (Occur.Should, Query.const_score_query(self._term("filter", mark, "basic"), 0.0))
                for mark in list_of_marks
            ]
            confined.append((Occur.Must, Query.boolean_query(any_of)))
        return Query.boolean_query([(Occur.Must, asked), *confined])

    def _term(self, field: str, term: str, option: str) -> Query:
        return Query.term_query(self.schema, field, term, option)

    def _found(
        self, searcher: tantivy.Searcher, addresses: list[tuple[float, tantivy.DocAddress]]
    ) -> Iterable[Found]:
        for score, address in addresses:
            document = searcher.doc(address)
            packed = document.get_first("vectors") if self.encoder is not None else None
            yield Found(
                score=score,
                shown=json.loads(bytes(document.get_first("shown") or b"{}")),
                vectors=bytes(packed) if packed else b"",
            )


class IndexWriter:
    """The one writer of an index."""

    def __init__(self, index: Index) -> None:
        self.index = index
        self._writer = index.inner.writer(WRITER_BYTES, 1)

    def put_entry(self, entry_id: int, searchables: Sequence[Searchable]) -> set[int]:
        """These are all editions of an entry; what was there of it before is forgotten. Returns as `add` does."""
        self._writer.delete_documents_by_term("entry", str(entry_id))
        return self.add(searchables)

    def add(self, searchables: Sequence[Searchable]) -> set[int]:
        """Take these into an index that holds none of them; returns the entries that had to go in without vectors."""
        vectors = self._vectors(searchables)
        for searchable, packed in zip(searchables, vectors, strict=True):
            self._writer.add_document(document_of(searchable, self.index.concepts, vectors=packed))
        if self.index.encoder is None:
            return set()
        return {one.entry_id for one, packed in zip(searchables, vectors, strict=True) if not packed}

    def _vectors(self, searchables: Sequence[Searchable]) -> list[bytes]:
        """Words are found without them: what can't be encoded now goes in all the same."""
        nothing = [b""] * len(searchables)
        if self.index.encoder is None or not searchables:
            return nothing
        try:
            return vectors_of(searchables, self.index.encoder)
        except CannotEncode as problem:
            log.warning(
                "entries indexed without vectors", extra={"reason": problem.reason, "editions": len(nothing)}
            )
            return nothing

    def commit(self) -> None:
        """Make it last, and visible to readers."""
        self._writer.commit()

    def close(self) -> None:
        """Finish merging and let go of the folder."""
        self._writer.wait_merging_threads()


def _knows(searcher: tantivy.Searcher, term: str) -> bool:
    return bool(searcher.doc_freq("whole", term))


def _telling(terms: dict[str, float], searcher: tantivy.Searcher) -> dict[str, float]:
    """The terms that tell most: heavy, and rare among the entries."""
    known = ((term, weight, searcher.doc_freq("whole", term)) for term, weight in terms.items())
    telling = [
        (weight * rarity(documents, searcher.num_docs), term, weight)
        for term, weight, documents in known
        if documents
    ]
    telling.sort(reverse=True)
    return {term: weight for _, term, weight in telling[:TERMS_OF_LARGE]}


def _foreign(terms: Iterable[str], language: str) -> set[str]:
    """Those of them that are written as entries of this language are not."""
    kinds = "" if not language else "exg" if language_family(language) == "zh" else "cwp"
    return {term for term in terms if term[0] in kinds}


def _share_wanted(marks: list[list[str]], searcher: tantivy.Searcher) -> float:
    """At most this share of the editions has one of each list of marks."""
    most = min(sum(searcher.doc_freq("filter", mark) for mark in one_of) for one_of in marks)
    return min(1.0, most / searcher.num_docs)


def _filters_of(wanted: Wanted) -> list[list[str]]:
    """What must hold: of each list at least one."""
    audiences = [f"audience:{audience}" for audience in wanted.audiences]
    marks = [audiences + [f"group:{group}" for group in wanted.group_ids]]
    if wanted.language:
        marks.append([f"language:{language_family(wanted.language)}"])
    if wanted.region:
        marks.append([f"region:{wanted.region}", "region:"])
    if wanted.kinds:
        marks.append([f"kind:{kind}" for kind in wanted.kinds])
    if wanted.product_id is not None:
        marks.append([f"product:{wanted.product_id}", "product:"])
    if wanted.category_ids:
        marks.append([f"category:{category}" for category in wanted.category_ids])
    return marks
