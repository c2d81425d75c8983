"""How sure an automatic answer is, and how right: precision at coverage, on questions held back.

    python bench/answers.py [--data DIR] [--write]

Each folder of DIR holds faq.jsonl, questions.jsonl (text, faq_id, style) and out_of_scope.jsonl (text, kind). Questions are asked
of their folder's own entries. Strays are the messages of out_of_scope.jsonl, and the questions of a quarter of the entries
asked of an index without those entries, four times, so that each question is once one that nobody has an answer to.

A fit is judged on what it has not seen: for Chinese, fitted on one folder and judged on the other; for English, on fifths of
the entries. With --write the numbers that ship (zhiyin/assist/answering/fitted.json) are written anew, fitted on everything;
what they say to expect is from the held-back judgement.
The promise: 60 % of questions answered, at most 5 % of answers wrong, 85 % of messages out of scope refused.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression

from bench.measuring import machine, table
from bench.retrieval import DATA, PUBLIC, built, now, read, searchable
from zhiyin.assist.answering.choosing import how_many_are_close, signals_together, what_to_do
from zhiyin.assist.answering.signals import LOOKED_AT, NAMES, Way, signals_of
from zhiyin.assist.answering.sureness import FITTED
from zhiyin.knowledge.search.covering import cover_of
from zhiyin.knowledge.search.index import Index
from zhiyin.knowledge.search.vectors import SearchEncoder, packaged_encoder, retrieval_encoder

LANGUAGES = {"ecommerce": "zh", "telecom": "zh", "en": "en"}
MOST_WRONG = 0.05  # of answers
PARTS = 4  # of the entries, each taken out once
FOLDS = 5
STRENGTH = 0.05  # of regularisation (C)
STRAYS_WEIGH = 0.25  # of a question whose entry was taken out, against 1 of all others
COVERAGES = (0.4, 0.5, 0.6, 0.7, 0.8)
ASKED_FROM = (0.6, 0.7, 0.8, 0.85)
ASKING = [
    "questions in",
    "by",
    "threshold",
    "said alone",
    "wrong of these",
    "asked which",
    "right among those offered",
    "helped in all",
    "out of scope: said",
    "asked",
    "without entry: said",
    "asked",
]
THRESHOLDS = (*(round(0.5 + 0.05 * step, 2) for step in range(10)), 0.97)


@dataclass(frozen=True)
class Row:
    """One message asked, and what its first hit was."""

    folder: str
    kind: str  # question | stray | removed
    detail: str
    group: int  # of the entry it belongs to; strays are dealt out
    values: tuple[float, ...]
    right: bool
    together: tuple[float, ...] | None = (
        None  # of the few that are close, taken for one; None where one stands alone
    )
    among: bool = False  # the right entry is one of them


@dataclass(frozen=True)
class Chances:
    """What a fit says of a row: that its first entry answers, and that one of those close together does (0 without any)."""

    first: float
    together: float


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=DATA)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    folders = [path.parent for path in sorted(options.data.glob("*/out_of_scope.jsonl"))]
    if not folders:
        print(f"No test questions in {options.data}.")
        return 0
    print(machine(), "\n")
    ways = ways_here()
    fits: dict[str, Any] = {}
    overview, crossed, sure, bins, asking = [], [], [], [], []
    for way, chosen in ways:
        rows = {folder.name: list(asked(folder, chosen)) for folder in folders}
        for language in sorted({LANGUAGES.get(name, "zh") for name in rows}):
            own = [row for name in rows if LANGUAGES.get(name, "zh") == language for row in rows[name]]
            both = held_back(own)
            chances = [one.first for one in both]
            asking += asking_of(own, both, [language, way])
            overview += overview_of(own, chances, [language, way])
            crossed.append(crossed_of(own, chances, [language, way]))
            sure += sure_of(own, chances, [language, way])
            bins += bins_of(own, chances, [language, way])
            fits[f"{language}.{way}"] = shipped(own, chances, way)
    head = [
        "questions in",
        "by",
        "asked of",
        "answered",
        "threshold",
        "answers wrong",
        "out of scope refused",
        "near misses refused",
        "without entry refused",
    ]
    print(table(head, overview), "\n")
    print("Thresholds set for 0.05 wrong on the other folds:\n")
    print(table([*head[:2], "answered", *head[5:]], crossed), "\n")
    print(
        table(
            [
                "questions in",
                "by",
                "threshold",
                "answered",
                "answers right",
                "out of scope refused",
                "without entry refused",
            ],
            sure,
        ),
        "\n",
    )
    print(table(["questions in", "by", "chance told", "messages", "right in truth"], bins), "\n")
    print(table(ASKING, asking), "\n")
    if options.write:
        write(fits, folders)
    return 0


def ways_here() -> list[tuple[Way, SearchEncoder | None]]:
    """By words, and with the vectors that are installed."""
    encoders: list[SearchEncoder | None] = [None, packaged_encoder(), retrieval_encoder()]
    ways: list[tuple[Way, SearchEncoder | None]] = [(way_by(one), one) for one in encoders]
    return [(way, one) for way, one in ways if one is not None or way == "words"]


def way_by(encoder: SearchEncoder | None) -> Way:
    if encoder is None:
        return "words"
    return "retrieval" if encoder.retrieves else "vectors"


def asked(folder: Path, encoder: SearchEncoder | None) -> Iterator[Row]:
    """All messages of a folder with what was found for them."""
    entries = read(folder / "faq.jsonl")
    questions, strays = read(folder / "questions.jsonl"), read(folder / "out_of_scope.jsonl")
    places = {entry["id"]: place for place, entry in enumerate(entries)}
    everything = [searchable(number, entry) for number, entry in enumerate(entries)]
    with tempfile.TemporaryDirectory() as place:
        index = built(Path(place), everything, encoder)
        for one in questions:
            wanted = places[one["faq_id"]]
            yield _row(index, folder.name, "question", one["style"], wanted, one["text"], wanted)
        for number, one in enumerate(strays):
            yield _row(index, folder.name, "stray", one["kind"], number, one["text"], None)
    for part in range(PARTS):
        with tempfile.TemporaryDirectory() as place:
            index = built(Path(place), [one for one in everything if one.edition_id % PARTS != part], encoder)
            for one in questions:
                if places[one["faq_id"]] % PARTS == part:
                    yield _row(
                        index, folder.name, "removed", one["style"], places[one["faq_id"]], one["text"], None
                    )


def _row(index: Index, folder: str, kind: str, detail: str, group: int, text: str, wanted: int | None) -> Row:
    hits = index.search(text, PUBLIC, limit=LOOKED_AT, now=now())
    telling = index.telling(text)
    covers = [cover_of(hit, telling, index.concepts) for hit in hits]
    signals = signals_of(text, hits, covers)
    values = signals.vector() if signals is not None else (0.0,) * len(NAMES[way_by(index.encoder)])
    close = how_many_are_close(hits)
    both = signals_together(text, hits, covers, close) if close else None
    return Row(
        folder,
        kind,
        detail,
        group,
        values,
        bool(hits) and hits[0].edition_id == wanted,
        both.vector() if both is not None else None,
        wanted in [hit.edition_id for hit in hits[:close]],
    )


def fitted(rows: Sequence[Row]) -> dict[str, Any]:
    """Means, spreads, weights and offset of a logistic function over these."""
    values = np.array([row.values for row in rows])
    means, spreads = values.mean(axis=0), values.std(axis=0) + 1e-9
    weights = [STRAYS_WEIGH if row.kind == "removed" else 1.0 for row in rows]
    model = LogisticRegression(C=STRENGTH, max_iter=2000)
    model.fit((values - means) / spreads, [row.right for row in rows], sample_weight=weights)
    rounded = {
        name: [round(float(one), 4) for one in numbers]
        for name, numbers in (("means", means), ("spreads", spreads), ("weights", model.coef_[0]))
    }
    return {**rounded, "offset": round(float(model.intercept_[0]), 4)}


def chances_by(fit: dict[str, Any], rows: Sequence[Row]) -> list[Chances]:
    def told(of: Sequence[tuple[float, ...]]) -> list[float]:
        values = (np.array(of) - fit["means"]) / fit["spreads"]
        shares: list[float] = (
            1 / (1 + np.exp(-(values @ np.array(fit["weights"]) + fit["offset"])))
        ).tolist()
        return shares

    first, together = told([row.values for row in rows]), told([row.together or row.values for row in rows])
    return [
        Chances(alone, of_some if row.together is not None else 0.0)
        for row, alone, of_some in zip(rows, first, together, strict=True)
    ]


def held_back(rows: Sequence[Row]) -> list[Chances]:
    """Of each row the chances by a fit that has not seen its folder, or, where there is one folder only, its entry."""
    folds = folds_of(rows)
    found = [Chances(0.0, 0.0)] * len(rows)
    for number in sorted(set(folds)):
        fit = fitted([row for row, fold in zip(rows, folds, strict=True) if fold != number])
        inside = [place for place, fold in enumerate(folds) if fold == number]
        for place, chance in zip(inside, chances_by(fit, [rows[one] for one in inside]), strict=True):
            found[place] = chance
    return found


def folds_of(rows: Sequence[Row]) -> list[int]:
    """Which rows are judged together: those of a folder, or, where there is one folder only, of a fifth of its entries."""
    folders = sorted({row.folder for row in rows})
    return [folders.index(row.folder) if len(folders) > 1 else row.group % FOLDS for row in rows]


def threshold_for(rows: Sequence[Row], chances: Sequence[float], wrong: float = MOST_WRONG) -> float:
    """The lowest from which at most this share of answers to questions is wrong."""
    own = sorted(
        ((chance, row.right) for row, chance in zip(rows, chances, strict=True) if row.kind == "question"),
        reverse=True,
    )
    found, mistakes = 1.01, 0
    for count, (chance, right) in enumerate(own, 1):
        mistakes += not right
        if mistakes <= wrong * count:
            found = chance
    return found


def crossed_of(rows: Sequence[Row], chances: Sequence[float], head: list[str]) -> list[str]:
    """What comes of thresholds that are set where they are not used: for each fold by all others."""
    folds = folds_of(rows)
    passed = []
    for number in sorted(set(folds)):
        apart = [place for place, fold in enumerate(folds) if fold != number]
        threshold = threshold_for([rows[one] for one in apart], [chances[one] for one in apart])
        passed += [
            (row, float(chance >= threshold))
            for row, chance, fold in zip(rows, chances, folds, strict=True)
            if fold == number
        ]
    told = measures([row for row, _ in passed], [over for _, over in passed], 0.5)
    names = ("answered", "refused", "near", "removed")
    return [
        *head,
        share(told["answered"]),
        share(1 - told["right"]),
        *(share(told[name]) for name in names[1:]),
    ]


def measures(rows: Sequence[Row], chances: Sequence[float], threshold: float) -> dict[str, float]:
    """Shares at a threshold."""
    over = [chance >= threshold for chance in chances]
    picked = list(zip(rows, over, strict=True))
    answered = [row for row, yes in picked if yes and row.kind == "question"]

    def refused(kind: str, detail: str = "") -> float:
        of = [yes for row, yes in picked if row.kind == kind and detail in ("", row.detail)]
        return 1 - sum(of) / max(len(of), 1)

    return {
        "answered": len(answered) / max(sum(row.kind == "question" for row in rows), 1),
        "right": sum(row.right for row in answered) / max(len(answered), 1),
        "refused": refused("stray"),
        "near": refused("stray", "near_miss"),
        "removed": refused("removed"),
    }


def overview_of(rows: Sequence[Row], chances: Sequence[float], head: list[str]) -> list[list[str]]:
    """At shares of questions answered, by folder: thresholds are where that share is reached over all folders."""
    own = sorted(
        (chance for row, chance in zip(rows, chances, strict=True) if row.kind == "question"), reverse=True
    )
    lines = []
    for folder in [*sorted({row.folder for row in rows})]:
        for coverage in COVERAGES:
            threshold = own[min(int(coverage * len(own)), len(own) - 1)]
            part = [(row, chance) for row, chance in zip(rows, chances, strict=True) if row.folder == folder]
            told = measures([row for row, _ in part], [chance for _, chance in part], threshold)
            lines.append(
                [
                    *head,
                    folder,
                    share(told["answered"]),
                    f"{threshold:.2f}",
                    share(1 - told["right"]),
                    share(told["refused"]),
                    share(told["near"]),
                    share(told["removed"]),
                ]
            )
    return lines


def sure_of(rows: Sequence[Row], chances: Sequence[float], head: list[str]) -> list[list[str]]:
    lines = []
    for threshold in THRESHOLDS:
        told = measures(rows, chances, threshold)
        lines.append(
            [
                *head,
                f"{threshold:.2f}",
                *(share(told[name]) for name in ("answered", "right", "refused", "removed")),
            ]
        )
    return lines


def asking_of(rows: Sequence[Row], chances: Sequence[Chances], head: list[str]) -> list[list[str]]:
    """What customers get where it may be asked which of a few close entries they mean."""
    lines = []
    for threshold in ASKED_FROM:
        said, asked = [], []
        for row, chance in zip(rows, chances, strict=True):
            told = what_to_do(chance.first, chance.together, threshold, may_ask=True)
            said += [row] if told == "say" else []
            asked += [row] if told == "ask" else []
        counts = {
            kind: max(sum(row.kind == kind for row in rows), 1) for kind in ("question", "stray", "removed")
        }
        alone = [row for row in said if row.kind == "question"]
        offered = [row for row in asked if row.kind == "question"]
        right = sum(row.right for row in alone) + sum(row.among for row in offered)
        lines.append(
            [
                *head,
                f"{threshold:.2f}",
                share(len(alone) / counts["question"]),
                share(1 - sum(row.right for row in alone) / max(len(alone), 1)),
                share(len(offered) / counts["question"]),
                share(sum(row.among for row in offered) / max(len(offered), 1)),
                share(right / counts["question"]),
                *(
                    share(sum(row.kind == kind for row in some) / counts[kind])
                    for kind in ("stray", "removed")
                    for some in (said, asked)
                ),
            ]
        )
    return lines


def bins_of(rows: Sequence[Row], chances: Sequence[float], head: list[str]) -> list[list[str]]:
    """Whether chances are what they say, strays among the questions."""
    lines = []
    for low in (0.0, 0.2, 0.4, 0.6, 0.8, 0.9):
        high = {0.8: 0.9, 0.9: 1.01}.get(low, low + 0.2)
        inside = [
            row
            for row, chance in zip(rows, chances, strict=True)
            if low <= chance < high and row.kind != "removed"
        ]
        right = share(sum(row.right for row in inside) / len(inside)) if inside else "–"
        lines.append([*head, f"{low:.1f}–{min(high, 1.0):.1f}", str(len(inside)), right])
    return lines


def shipped(rows: Sequence[Row], chances: Sequence[float], way: Way) -> dict[str, Any]:
    """A fit on everything, with what to expect of each threshold from the judgement held back."""
    expected = []
    for threshold in THRESHOLDS:
        told = measures(rows, chances, threshold)
        expected.append(
            {"threshold": threshold}
            | {name: round(told[name], 3) for name in ("answered", "right", "refused")}
        )
    return {
        "names": list(NAMES[way]),
        **fitted(rows),
        "expected": expected,
    }


def write(fits: dict[str, Any], folders: Sequence[Path]) -> None:
    provenance = (
        "Fitted by bench/answers.py --write on the CC0 question sets "
        + ", ".join(folder.name for folder in folders)
        + " (questions, messages out of scope, and questions whose entry was taken out); expected is from fits held back."
    )
    FITTED.write_text(json.dumps({"provenance": provenance, "fits": fits}, indent=1) + "\n", encoding="utf-8")
    print(f"written: {FITTED}")


def share(value: float) -> str:
    return f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
