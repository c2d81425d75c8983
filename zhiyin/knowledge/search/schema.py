"""The shape of the index on disk."""

from __future__ import annotations

import json
from collections.abc import Sequence

import tantivy

from zhiyin.knowledge.search.concepts import Concepts
from zhiyin.knowledge.search.searchables import Searchable
from zhiyin.knowledge.search.terms import terms_of, terms_of_title
from zhiyin.knowledge.search.vectors import MOST_WAYS, SearchEncoder, pack

SCHEMA_VERSION = 2  # another number and every machine builds its index anew
ANALYZER = "zhiyin_terms"
TEXT_FIELDS = {"asked": 0.45, "tags": 0.4, "body": 0.6, "whole": 0.4}  # what a term weighs in each
MOST_BODY = 20_000  # characters of a body that are indexed
KEPT_BODY = 2_000  # characters of a body that are kept to show where it matched


def build_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in TEXT_FIELDS:
        builder.add_text_field(name, stored=False, tokenizer_name=ANALYZER, index_option="freq")
    for name in ("edition", "entry", "filter"):
        builder.add_text_field(name, stored=name == "edition", tokenizer_name="raw", index_option="basic")
    builder.add_bytes_field("shown", stored=True)
    builder.add_bytes_field("vectors", stored=True)
    return builder.build()


def register_analyzer(index: tantivy.Index) -> None:
    analyzer = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
    index.register_tokenizer(ANALYZER, analyzer)


def document_of(searchable: Searchable, concepts: Concepts, *, vectors: bytes = b"") -> tantivy.Document:
    """A searchable as the index takes it: terms by field, what it is confined to, and what is shown of it."""
    titles = _titles(searchable)
    asked = [term for title in titles for term in terms_of(title, concepts)]
    tags = [term for tag in searchable.tags for term in terms_of(tag, concepts)]
    body = terms_of(searchable.body[:MOST_BODY], concepts)
    short = [term for title in titles for term in terms_of_title(title)]
    document = tantivy.Document()
    document.add_text("asked", " ".join(asked + short))
    document.add_text("tags", " ".join(tags))
    document.add_text("body", " ".join(body))
    document.add_text("whole", " ".join(asked * 3 + tags * 2 + body))
    document.add_text("edition", str(searchable.edition_id))
    document.add_text("entry", str(searchable.entry_id))
    for mark in _filters_of(searchable):
        document.add_text("filter", mark)
    document.add_bytes("shown", _shown(searchable))
    if vectors:
        document.add_bytes("vectors", vectors)
    return document


def vectors_of(searchables: Sequence[Searchable], encoder: SearchEncoder) -> list[bytes]:
    """Of each, its body and its ways of asking, packed; all are encoded together. Raises CannotEncode."""
    texts = [[one.body, *_titles(one)[:MOST_WAYS]] for one in searchables]
    rows = encoder.encode([text for of_one in texts for text in of_one])
    packed, place = [], 0
    for of_one in texts:
        packed.append(pack(rows[place : place + len(of_one)]))
        place += len(of_one)
    return packed


def _titles(searchable: Searchable) -> list[str]:
    return list(dict.fromkeys([searchable.title, *searchable.questions]))


def _filters_of(searchable: Searchable) -> list[str]:
    audience = "" if searchable.audience == "group" else searchable.audience
    return [
        f"kind:{searchable.kind}",
        f"language:{language_family(searchable.language)}",
        f"region:{searchable.region}",
        f"category:{searchable.category_id or ''}",
        *([f"audience:{audience}"] if audience else [f"group:{group}" for group in searchable.group_ids]),
        *(f"product:{product}" for product in searchable.product_ids or [""]),
    ]


def language_family(language: str) -> str:
    """'zh' for zh-CN and zh-TW."""
    return language.replace("_", "-").split("-")[0].lower()


def _shown(searchable: Searchable) -> bytes:
    shown = {
        "edition": searchable.edition_id,
        "entry": searchable.entry_id,
        "version": searchable.version_id,
        "title": searchable.title,
        "questions": searchable.questions,
        "tags": searchable.tags,
        "body": searchable.body[:KEPT_BODY],
        "from": searchable.valid_from.timestamp() if searchable.valid_from else None,
        "marks": _filters_of(searchable),
        "until": searchable.valid_until.timestamp() if searchable.valid_until else None,
    }
    return json.dumps(shown, ensure_ascii=False).encode()
