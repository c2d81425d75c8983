"""Classifiers: how often they are right, how well they know it, what they refuse, how quick they are.

    python bench/classify.py [--quick] [--only banking77,clinc150,faq,noise,speed,training]
    python bench/classify.py --train FILE --test FILE [--outside FILE] [--unseen FILE]

Without files, the train splits of BANKING77 and CLINC150 are cross-validated where ../shared/data holds them (five parts,
two with --quick), the Chinese and English questions of ../shared/data/faq are given the category of their entry, wrong
labels are put among right ones to see what they spoil, texts are timed on one core, and a model learns from 100,000 made-up
tickets of 300 categories whose labels are wrong for every tenth. With files, a model learns from all of --train and answers
all of --test: nothing of the test file is looked at before. --outside holds texts of no category to learn from, --unseen
such texts to refuse. Files are CSV with the columns text and category, JSON lines with text and category (or intent), or a
JSON object of lists of pairs, where FILE#name chooses a list (clinc150_train_val.json#train).
The aims: BANKING77 0.92, CLINC150 0.93, out-of-scope 0.80 refused where 0.90 of the others are answered rightly,
2,000 texts a second on a core, training within 300 s and 4 GiB.
"""

from __future__ import annotations

import argparse
import csv
import json
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import numpy as np
import psutil
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from bench.measuring import machine, table
from zhiyin.assist.classifying.measuring import calibration_error
from zhiyin.assist.classifying.model import Guess, LinearModel, from_bytes, to_bytes
from zhiyin.assist.classifying.training import Known, train
from zhiyin.knowledge.search.vectors import Encoder, packaged_encoder

SHARED = Path(__file__).parents[1].parent / "shared" / "data" / "intent-en"
FAQ = SHARED.parent / "faq"
PARTS = ("banking77", "clinc150", "faq", "noise", "speed", "training")
OF_NONE = ("oos", "")


class Remembering:
    """The packaged encoder, asked for each text once: the parts of a cross-validation share most of theirs."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self._encoder, self._known = encoder.name, encoder, dict[str, Any]()
        self.is_fitted = encoder.is_fitted

    def encode(self, texts: Sequence[str]) -> Any:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        if new:
            self._known |= dict(zip(new, self._encoder.encode(new), strict=True))
        return np.stack([self._known[text] for text in texts])


@cache
def vectors() -> Remembering | None:
    """Where the extra `zhiyin[vectors]` is installed."""
    encoder = packaged_encoder()
    return Remembering(encoder) if encoder is not None else None


class Texts(NamedTuple):
    texts: list[str]
    categories: list[str]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--shared", type=Path, default=SHARED)
    parser.add_argument("--faq", type=Path, default=FAQ)
    for name in ("train", "test", "outside", "unseen"):
        parser.add_argument(f"--{name}")
    told = parser.parse_args()
    named = machine()
    print(named, flush=True)
    if told.train:
        rows = list(_by_files(told))
    else:
        rows = []
        for part in told.only.split(","):
            for row in _PARTS[part](told):
                print("  " + ": ".join(row), flush=True)
                rows.append(list(row))
    print(f"\n{named}\n\n{table(['what', 'measured'], rows)}")


def _by_files(told: argparse.Namespace) -> Iterator[tuple[str, str]]:
    known, asked = read(told.train), read(told.test)
    outside = read(told.outside).texts if told.outside else []
    began = time.perf_counter()
    model = train(Known(known.texts, known.categories, outside), encoder=vectors())
    yield f"trained on {len(known.texts):,} texts", f"{time.perf_counter() - began:.1f} s"
    unseen = read(told.unseen).texts if told.unseen else []
    inside = [place for place, name in enumerate(asked.categories) if name not in OF_NONE]
    unseen += [text for text, name in zip(*asked, strict=True) if name in OF_NONE]
    yield from measured(model, Texts(*(list(np.array(one, dtype=object)[inside]) for one in asked)), unseen)


def measured(model: LinearModel, asked: Texts, unseen: Sequence[str] = ()) -> Iterator[tuple[str, str]]:
    """By words, and beside them by vectors where there are any."""
    for by, encoder in _ways():
        guesses = model.guess(asked.texts, encoder=encoder)
        for what, value in _told(guesses, asked.categories):
            yield f"{what}{by}", value
        if unseen:
            for what, value in _refusals(guesses, asked.categories, model.guess(unseen, encoder=encoder)):
                yield f"{what}{by}", value


def _ways() -> list[tuple[str, Encoder | None]]:
    encoder = vectors()
    return [("", None)] if encoder is None else [("", None), (", with vectors", encoder)]


def _told(guesses: Sequence[Guess], truth: Sequence[str]) -> Iterator[tuple[str, str]]:
    answers = [one.category for one in guesses]
    right = np.array([one == category for one, category in zip(answers, truth, strict=True)])
    sure = np.array([one.confidence for one in guesses])
    yield f"accuracy on {len(truth):,} texts", f"{right.mean():.4f}"
    yield "macro F1", f"{f1_score(truth, answers, average='macro'):.4f}"
    among = np.mean([category in dict(one.categories) for one, category in zip(guesses, truth, strict=True)])
    yield "right among the first three", f"{among:.4f}"
    yield "calibration error (10 bins)", f"{calibration_error(sure, right):.4f}"


def _refusals(
    guesses: Sequence[Guess], truth: Sequence[str], outside: Sequence[Guess]
) -> Iterator[tuple[str, str]]:
    """The share refused of what belongs nowhere, at the threshold where 0.90 of all others are answered rightly."""
    sure = sorted(
        (one.confidence for one, category in zip(guesses, truth, strict=True) if one.category == category),
        reverse=True,
    )
    needed = int(np.ceil(0.90 * len(truth)))
    if len(sure) < needed:
        yield "refused of what belongs nowhere", "n/a: fewer than 0.90 are right at all"
        return
    threshold = sure[needed - 1]
    refused = np.mean([one.confidence < threshold for one in outside])
    yield f"refused of {len(outside):,} that belong nowhere, at 0.90 answered rightly", f"{refused:.4f}"


def banking77(told: argparse.Namespace) -> Iterator[tuple[str, str]]:
    path = told.shared / "banking77_train.csv"
    if not path.exists():
        yield "BANKING77", f"left out: no {path.name}"
        return
    yield from _crossed("BANKING77", read(str(path)), [], [], quick=told.quick)


def clinc150(told: argparse.Namespace) -> Iterator[tuple[str, str]]:
    path = told.shared / "clinc150_train_val.json"
    if not path.exists():
        yield "CLINC150", f"left out: no {path.name}"
        return
    outside, unseen = read(f"{path}#oos_train").texts, read(f"{path}#oos_val").texts
    yield from _crossed("CLINC150 train", read(f"{path}#train"), outside, unseen, quick=told.quick)
    known, asked = read(f"{path}#train"), read(f"{path}#val")
    model = train(Known(known.texts, known.categories, outside), encoder=vectors())
    for what, value in measured(model, asked, unseen):
        yield f"CLINC150 train → val, {what}", value


def faq(told: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Which category a question belongs to: told by the entries alone, and by those with four fifths of the questions."""
    folders = sorted(path.parent for path in told.faq.glob("*/faq.jsonl"))
    if not folders:
        yield "questions of entries", f"left out: no entries in {told.faq}"
    for folder in folders:
        entries, questions = (_lines(folder / name) for name in ("faq.jsonl", "questions.jsonl"))
        category = {one["id"]: one["category"] for one in entries}
        known = Texts([], [])
        for one in entries:
            for text in (one["question"], one["answer"], " ".join(one["tags"])):
                known.texts.append(text)
                known.categories.append(one["category"])
        asked = Texts([one["text"] for one in questions], [category[one["faq_id"]] for one in questions])
        outside = [one["text"] for one in _lines(folder / "out_of_scope.jsonl")]
        name = f"{folder.name}, {len(set(asked.categories))} categories"
        model = train(Known(*known), encoder=vectors())
        for what, value in measured(model, asked):
            yield f"{name}, learned from entries alone, {what}", value
        yield from _crossed(f"{name}, with the entries", asked, [], outside, quick=False, always=known)


def noise(told: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """What labels that are wrong spoil: so many of the known texts get the category of another, the asked ones none."""
    path = told.shared / "banking77_train.csv"
    if not path.exists():
        yield "BANKING77 with wrong labels", f"left out: no {path.name}"
        return
    texts, truth = (np.array(one, dtype=object) for one in read(str(path)))
    parts = StratifiedKFold(5, shuffle=True, random_state=1).split(texts, truth)
    learned, held = next(iter(parts))
    for share in (0.0, 0.1, 0.2):
        rng, given = np.random.default_rng(3), truth[learned].copy()
        wrong = rng.random(len(given)) < share
        given[wrong] = rng.permutation(given)[wrong]
        guesses = train(Known(list(texts[learned]), list(given))).guess(list(texts[held]))
        right = np.mean([one.category == name for one, name in zip(guesses, truth[held], strict=True)])
        yield (
            f"BANKING77, one part of five, {share:.0%} of the labels learned from made wrong, accuracy",
            f"{right:.4f}",
        )


def _crossed(
    name: str,
    known: Texts,
    outside: list[str],
    unseen: list[str],
    *,
    quick: bool,
    always: Texts | None = None,
) -> Iterator[tuple[str, str]]:
    texts, truth = (np.array(one, dtype=object) for one in known)
    guesses: dict[str, list[Guess]] = defaultdict(list)
    beyond: dict[str, list[Guess]] = defaultdict(list)
    answered: list[str] = []
    more = always or Texts([], [])
    parts = list(StratifiedKFold(5, shuffle=True, random_state=1).split(texts, truth))
    for learned, held in parts[: 2 if quick else 5]:
        given = Known([*texts[learned], *more.texts], [*truth[learned], *more.categories], outside)
        model = train(given, encoder=vectors())
        answered += list(truth[held])
        for by, encoder in _ways():
            guesses[by] += model.guess(list(texts[held]), encoder=encoder)
            beyond[by] += model.guess(unseen, encoder=encoder) if unseen else []
    for by, found in guesses.items():
        for what, value in _told(found, answered):
            yield f"{name}, cross-validated, {what}{by}", value
        if unseen:
            for what, value in _refusals(found, answered, beyond[by]):
                yield f"{name}, cross-validated, {what}{by}", value


def speed(told: argparse.Namespace) -> Iterator[tuple[str, str]]:
    """Short texts of real customers where there are some, and made-up tickets of about 150 characters."""
    made = made_up(12_000, 300)
    model = from_bytes(to_bytes(train(Known(made.texts[:6000], made.categories[:6000]))))
    asked = made.texts[6000:8000] if told.quick else made.texts[6000:]
    length = sum(map(len, asked)) / len(asked)
    began = time.perf_counter()
    model.guess(asked)
    spent = time.perf_counter() - began
    yield f"texts of {length:.0f} characters, 300 categories, one core", f"{len(asked) / spent:,.0f}/s"
    path = told.shared / "banking77_train.csv"
    if path.exists():
        known = read(str(path))
        model = train(Known(known.texts, known.categories))
        began = time.perf_counter()
        model.guess(known.texts)
        yield "BANKING77 texts, one core", f"{len(known.texts) / (time.perf_counter() - began):,.0f}/s"


def training(told: argparse.Namespace) -> Iterator[tuple[str, str]]:
    count = 5_000 if told.quick else 100_000
    made = made_up(count, 300)
    held = made_up(2_000, 300, seed=2, wrong=0.0)
    began, used = time.perf_counter(), time.process_time()
    model = train(Known(made.texts, made.categories))
    spent, used = time.perf_counter() - began, time.process_time() - used
    peak = peak_memory()
    yield (
        f"training on {count:,} tickets, 300 categories",
        f"{spent:.0f} s, of which {used:.0f} s on the processor",
    )
    yield "peak memory of its processes together", f"{peak:.2f} GiB"
    yield "size of the model's file", f"{len(to_bytes(model)) / 2**20:.0f} MB"
    right = np.mean(
        [one.category == name for one, name in zip(model.guess(held.texts), held.categories, strict=True)]
    )
    yield "right on rightly labelled ones", f"{right:.4f}"


def peak_memory() -> float:
    """Of this process and of those it started, each at its highest, in GiB."""
    here = psutil.Process()
    found = [Path(f"/proc/{one.pid}/status").read_text() for one in (here, *here.children(recursive=True))]
    return sum(int(text.split("VmHWM:")[1].split()[0]) for text in found if "VmHWM:" in text) / 2**20


def made_up(count: int, categories: int, *, seed: int = 1, wrong: float = 0.1) -> Texts:
    """Tickets of common words and a few of their category, half in Chinese characters; some labels are wrong."""
    world, rng = Random(7), Random(seed)
    letters = "abcdefghijklmnopqrstuvwxyz"
    latin = ["".join(world.choices(letters, k=world.randint(3, 9))) for _ in range(20_000)]
    chinese = [
        "".join(chr(0x4E00 + int(3000 * world.random() ** 2)) for _ in range(2)) for _ in range(20_000)
    ]
    own = [(world.sample(latin, 12), world.sample(chinese, 12)) for _ in range(categories)]
    texts, names = [], []
    for number in range(count):
        category, is_chinese = number % categories, rng.random() < 0.5
        words = chinese if is_chinese else latin
        common = [words[int(len(words) * rng.random() ** 3)] for _ in range(60 if is_chinese else 18)]
        common += rng.choices(own[category][is_chinese], k=4)
        rng.shuffle(common)
        texts.append(("" if is_chinese else " ").join(common))
        names.append(f"c{rng.randrange(categories) if rng.random() < wrong else category}")
    return Texts(texts, names)


def read(place: str) -> Texts:
    """Texts and categories of a file; see the top for the forms."""
    path, _, part = place.partition("#")
    if path.endswith(".csv"):
        with Path(path).open(encoding="utf-8", newline="") as lines:
            rows = list(csv.DictReader(lines))
        return Texts([row["text"] for row in rows], [row["category"] for row in rows])
    if part:
        pairs = json.loads(Path(path).read_text(encoding="utf-8"))[part]
        return Texts([one[0] for one in pairs], [one[1] for one in pairs])
    told = _lines(Path(path))
    return Texts(
        [one["text"] for one in told], [str(one.get("category", one.get("intent", ""))) for one in told]
    )


def _lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


_PARTS = {
    "banking77": banking77,
    "clinc150": clinc150,
    "faq": faq,
    "noise": noise,
    "speed": speed,
    "training": training,
}

if __name__ == "__main__":
    main()
