"""How well questions find their entry, and how quickly among many entries.

    python bench/retrieval.py [--data DIR] [--entries 250000] [--quick]

Each folder of DIR holds faq.jsonl (id, question, answer, tags) and questions.jsonl (text, faq_id, style). Its questions are
asked of its own entries, by words alone and with sentence vectors where the extra `zhiyin[vectors]` is installed.
Shipped concepts were added while reading questions of every other entry (“read”), not those of the rest (“not read”); what
else was chosen with which questions in sight is told in docs, Help centre. Then so many invented entries are indexed, and
asked by the same questions.
The promise: recall@1 ≥ 0.65 and recall@5 ≥ 0.90 by words, ≥ 0.78 and ≥ 0.95 with vectors; p95 ≤ 10 ms.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.knowledge_entries import invented_entries
from bench.measuring import machine, milliseconds, percentile, table
from zhiyin.knowledge.search.concepts import concepts_with
from zhiyin.knowledge.search.index import Index, IndexWriter
from zhiyin.knowledge.search.searchables import Searchable, Wanted
from zhiyin.knowledge.search.vectors import SearchEncoder, packaged_encoder, retrieval_encoder

DATA = Path(__file__).resolve().parents[2] / "shared" / "data" / "faq"
PUBLIC = Wanted(audiences=("public",))
Line = dict[str, Any]
Ranks = list[tuple[Line, int, bool]]  # question, rank of its entry (0: not found), whether it was not read


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--entries", type=int, default=250_000)
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    print(machine(), "\n")
    questions = quality(options.data)
    speed(
        questions or ["退款多久到账", "怎么开发票", "how do I reset my password"],
        5_000 if options.quick else options.entries,
    )
    return 0


def quality(data: Path) -> list[str]:
    """Print how well each folder's questions are answered; returns the questions."""
    folders = sorted(path.parent for path in data.glob("*/faq.jsonl"))
    if not folders:
        print(f"No test questions in {data}; only speed is measured.\n")
        return []
    meaning, retrieval = packaged_encoder(), retrieval_encoder()
    ways: list[tuple[str, SearchEncoder | None]] = [("words", None)]
    ways += [("meaning", meaning)] if meaning else []
    ways += [("meaning and retrieval", retrieval)] if retrieval else []
    rows, styles, asked = [], [], []
    for name, chosen in ways:
        for folder in folders:
            ranks, times = ask(folder, chosen)
            asked += [question["text"] for question, _, _ in ranks]
            rows.append([*row([folder.name, name, "all"], ranks), milliseconds(percentile(times, 0.95))])
            for label, apart in (("read", False), ("not read", True)):
                part = [one for one in ranks if one[2] is apart]
                rows.append([*row([folder.name, name, label], part), ""])
            by_style = defaultdict(list)
            for one in ranks:
                by_style[one[0]["style"]].append(one)
            styles += [row([folder.name, name, style], found) for style, found in sorted(by_style.items())]
    print(table(["entries", "by", "questions", "n", "recall@1", "recall@5", "MRR", "p95"], rows), "\n")
    print(table(["entries", "by", "style", "n", "recall@1", "recall@5", "MRR"], styles), "\n")
    return list(dict.fromkeys(asked))


def ask(folder: Path, encoder: SearchEncoder | None) -> tuple[Ranks, list[float]]:
    """The rank of the right entry for each question, and how long each took."""
    entries = read(folder / "faq.jsonl")
    places = {entry["id"]: place for place, entry in enumerate(entries)}
    with tempfile.TemporaryDirectory() as place:
        index = built(
            Path(place), (searchable(number, entry) for number, entry in enumerate(entries)), encoder
        )
        ranks, times = [], []
        for question in read(folder / "questions.jsonl"):
            wanted = places[question["faq_id"]]
            hits, took = timed(
                lambda text=question["text"]: index.search(text, PUBLIC, limit=len(entries), now=now())
            )
            found = [hit.edition_id for hit in hits]
            ranks.append((question, found.index(wanted) + 1 if wanted in found else 0, wanted % 2 == 1))
            times.append(took)
    return ranks, times


def speed(questions: list[str], count: int) -> None:
    """Print how long building took, and how long the questions take, for three kinds of readers."""
    readers = {
        "anybody": PUBLIC,
        "a colleague, in Chinese": Wanted(audiences=("public", "signed_in", "internal"), language="zh"),
        "anybody, one product, in English": Wanted(audiences=("public",), language="en", product_id=3),
    }
    with tempfile.TemporaryDirectory() as place:
        begun = time.perf_counter()
        index = built(Path(place), invented_entries(count), None)
        took = time.perf_counter() - begun
        size = sum(path.stat().st_size for path in Path(place).iterdir()) / 2**20
        rows = []
        for name, wanted in readers.items():
            walls, processor = [], []
            for text in questions:
                before = time.thread_time()
                _, wall = timed(
                    lambda text=text, wanted=wanted: index.search(text, wanted, limit=10, now=now())
                )
                processor.append(time.thread_time() - before)
                walls.append(wall)
            told = [percentile(walls, 0.5), percentile(walls, 0.95), percentile(processor, 0.95)]
            rows.append([f"{count:,}", name, *map(milliseconds, told)])
    print(f"{count:,} invented entries indexed in {took:.0f} s, {size:.0f} MB.\n")
    print(table(["entries", "reader", "p50", "p95", "p95 of processor time"], rows))


def built(folder: Path, entries: Iterable[Searchable], encoder: SearchEncoder | None) -> Index:
    """An index of these, read as others read it."""
    index = Index(folder, concepts_with(), encoder)
    writer = IndexWriter(index)
    writer.add(entries)
    writer.commit()
    writer.close()
    index.refresh()
    return index


def searchable(number: int, entry: Line) -> Searchable:
    return Searchable(
        edition_id=number,
        entry_id=number,
        version_id=number,
        kind="faq",
        language="en" if entry["question"].isascii() else "zh-CN",
        audience="public",
        title=entry["question"],
        tags=tuple(entry["tags"]),
        body=entry["answer"],
    )


def row(head: list[str], ranks: Ranks) -> list[str]:
    """Count, recall@1, recall@5 and mean reciprocal rank."""
    count = max(len(ranks), 1)
    first = sum(rank == 1 for _, rank, _ in ranks) / count
    five = sum(1 <= rank <= 5 for _, rank, _ in ranks) / count
    mrr = sum(1 / rank for _, rank, _ in ranks if rank) / count
    return [*head, str(len(ranks)), f"{first:.3f}", f"{five:.3f}", f"{mrr:.3f}"]


def timed(what: Callable[[], Any]) -> tuple[Any, float]:
    begun = time.perf_counter()
    told = what()
    return told, time.perf_counter() - begun


def read(path: Path) -> list[Line]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def now() -> datetime:
    return datetime.now(UTC)


if __name__ == "__main__":
    sys.exit(main())
