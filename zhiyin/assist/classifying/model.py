"""A trained classifier: weights, and how its scores become confidences. Kept as arrays and JSON: reading one runs no code.

Scores are the distances from the planes of a linear support vector machine, one plane for each category. Confidence is
the chance that the first category is right: a logistic function, fitted on texts the planes had not seen, of its score,
its share among all, and how much of the text was ever seen before. Unit: 0 to 1.

Where sentence vectors are to be had, planes over them add to the scores, with a confidence of their own. A machine without
that encoder answers by words alone, from the same file.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, diags, hstack

from zhiyin.assist.classifying.features import BLOCKS, SPACE, count_features, neighbours_of, one_each

if TYPE_CHECKING:
    from zhiyin.knowledge.search.vectors import Encoder

FORMAT = 1
LARGEST = 600 * 2**20  # bytes of a model file, unpacked
BATCH = 2000
AT_ONCE = 64  # texts that are made vectors at a time
Floats = NDArray[np.float32]
_OF_MEANING = ("weights", "bias", "trust")
_BETWEEN_CHARACTERS = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


class UnfitModel(ValueError):
    """The file is no model of ours; the text says what is wrong."""


@dataclass(frozen=True)
class Guess:
    """The likeliest categories with their shares, the first one's confidence, and the words that spoke for it."""

    categories: tuple[tuple[str, float], ...]
    confidence: float
    words: tuple[str, ...] = ()

    @property
    def category(self) -> str:
        return self.categories[0][0] if self.categories else ""


@dataclass(frozen=True)
class Meaning:
    """What the vectors of one encoder add to the scores, and how scores with them become confidences."""

    encoder: str
    weights: Floats  # of numbers of a vector × categories
    bias: Floats
    temperature: float
    trust: Floats

    def scores(self, vectors: Floats) -> Floats:
        return np.asarray(vectors @ self.weights + self.bias, dtype=np.float32)


@dataclass(frozen=True)
class LinearModel:
    """`columns` and `idf` per block: the features kept, and the weight of each; `trust` turns signals into confidence."""

    categories: tuple[str, ...]
    columns: tuple[NDArray[np.int32], ...]
    idf: tuple[Floats, ...]
    weights: Floats  # of features × categories
    bias: Floats
    temperature: float
    trust: Floats  # weights of the signals, then the constant
    note: dict[str, Any] = field(default_factory=dict)
    meaning: Meaning | None = None

    def features(self, texts: Sequence[str]) -> csr_matrix:
        return weigh(count_features(texts), self.columns, self.idf)[0]

    def scores(self, texts: Sequence[str], encoder: Encoder | None = None) -> tuple[Floats, Floats]:
        """Per text the score of every category, and the signals of its confidence."""
        weighed, known = weigh(count_features(texts), self.columns, self.idf)
        scores = np.asarray(weighed @ self._dense + self.bias, dtype=np.float32)
        meaning = self.meaning_by(encoder)
        if meaning is None:
            return scores, signals(scores, known, self.temperature)
        assert encoder is not None
        scores = scores + meaning.scores(vectors_of(texts, encoder))
        return scores, signals(scores, known, meaning.temperature)

    def meaning_by(self, encoder: Encoder | None) -> Meaning | None:
        """The planes over vectors, where they were learned with this encoder."""
        fits = encoder is not None and self.meaning is not None and self.meaning.encoder == encoder.name
        return self.meaning if fits else None

    def guess(self, texts: Sequence[str], *, most: int = 3, encoder: Encoder | None = None) -> list[Guess]:
        """What each text is about, the likeliest first."""
        found: list[Guess] = []
        by = self.meaning_by(encoder) or self
        for start in range(0, len(texts), BATCH):
            scores, told = self.scores(texts[start : start + BATCH], encoder)
            shares = softmax(scores / by.temperature)
            sure = confidence_of(told, by.trust)
            first = np.argsort(-scores, axis=1)[:, :most]
            found += [
                Guess(
                    tuple((self.categories[one], round(float(shares[row, one]), 4)) for one in first[row]),
                    round(float(sure[row]), 4),
                )
                for row in range(len(scores))
            ]
        return found

    def words_for(self, text: str, category: str, *, most: int = 4) -> list[str]:
        """The words and pairs of the text that speak most for the category; a character alone tells nobody anything."""
        spoken = neighbours_of(text)
        if not spoken or category not in self.categories:
            return []
        asked = one_each(spoken)
        places = np.searchsorted(self.columns[0], asked)
        places[places >= len(self.columns[0])] = 0
        known = self.columns[0][places] == asked if len(self.columns[0]) else np.zeros(len(asked), dtype=bool)
        weight = self._dense[places, self.categories.index(category)] * self.idf[0][places] * known
        best = [
            spoken[place] for place in np.argsort(-weight) if weight[place] > 0 and len(spoken[place]) > 1
        ]
        return list(dict.fromkeys(_BETWEEN_CHARACTERS.sub("", one) for one in best))[:most]

    @cached_property
    def _dense(self) -> Floats:
        return self.weights.astype(np.float32)


def weigh(
    blocks: Sequence[csr_matrix], columns: Sequence[NDArray[np.int32]], idf: Sequence[Floats]
) -> tuple[csr_matrix, Floats]:
    """Counts as weighed features of length 1 per block, and the share of each text's features that is kept."""
    parts, kept, all_of = [], 0, 0
    for counts, own, weight in zip(blocks, columns, idf, strict=True):
        part = counts[:, own].astype(np.float32)
        all_of = all_of + np.diff(counts.indptr)
        kept = kept + np.diff(part.indptr)
        np.log1p(part.data, out=part.data)
        part = part @ diags(weight)
        lengths = np.sqrt(np.asarray(part.multiply(part).sum(axis=1)).ravel())
        parts.append(diags(1 / np.maximum(lengths, 1e-9)) @ part)
    return hstack(parts, format="csr", dtype=np.float32), (kept / np.maximum(all_of, 1)).astype(np.float32)


def vectors_of(texts: Sequence[str], encoder: Encoder) -> Floats:
    """Their sentence vectors, a few texts at a time."""
    parts = [encoder.encode(texts[start : start + AT_ONCE]) for start in range(0, len(texts), AT_ONCE)]
    return np.asarray(np.vstack(parts), dtype=np.float32)


def softmax(scores: Floats) -> Floats:
    raised = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def signals(scores: Floats, known: Floats, temperature: float) -> Floats:
    """What confidence is told by: the best score, its share, and how much of the text is known."""
    best = scores.max(axis=1)
    share = softmax(scores / temperature).max(axis=1)
    return np.stack([best, share, known], axis=1).astype(np.float32)


def confidence_of(told: Floats, trust: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-(told @ trust[:-1] + trust[-1]))), dtype=np.float32)


def to_bytes(model: LinearModel) -> bytes:
    """The model as one file: a zip of plain arrays and a JSON note."""
    arrays: dict[str, NDArray[Any]] = {f"columns_{place}": one for place, one in enumerate(model.columns)}
    arrays |= {f"idf_{place}": one for place, one in enumerate(model.idf)}
    # half precision: a third digit of a weight changes no answer, and the file is half as large
    arrays |= {"weights": model.weights.astype(np.float16), "bias": model.bias, "trust": model.trust}
    head = {
        "format": FORMAT,
        "categories": model.categories,
        "temperature": model.temperature,
        "note": model.note,
    }
    if model.meaning is not None:
        head |= {"encoder": model.meaning.encoder, "temperature_of_meaning": model.meaning.temperature}
        arrays |= {f"meaning_{name}": getattr(model.meaning, name) for name in _OF_MEANING}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as into:
        into.writestr("head.json", json.dumps(head, ensure_ascii=False))
        for name, array in arrays.items():
            plain = io.BytesIO()
            np.lib.format.write_array(plain, np.ascontiguousarray(array), allow_pickle=False)
            into.writestr(f"{name}.npy", plain.getvalue())
    return packed.getvalue()


def from_bytes(content: bytes) -> LinearModel:
    """The model of a file. Raises UnfitModel for anything that is none, whatever it is."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            if sum(one.file_size for one in packed.infolist()) > LARGEST:
                raise UnfitModel("it is larger than any model")
            head = json.loads(packed.read("head.json"))
            if head["format"] != FORMAT:
                raise UnfitModel(f"format {head['format']} is not ours")
            arrays = {
                name: _array(packed.read(f"{name}.npy"))
                for name in (
                    *(f"{kind}_{place}" for kind in ("columns", "idf") for place in range(len(BLOCKS))),
                    "weights",
                    "bias",
                    "trust",
                    *((f"meaning_{name}" for name in _OF_MEANING) if "encoder" in head else ()),
                )
            }
    except (zipfile.BadZipFile, KeyError, TypeError, ValueError, EOFError) as error:
        raise UnfitModel(str(error)) from error
    return _fitting(head, arrays)


def _array(content: bytes) -> NDArray[Any]:
    return np.lib.format.read_array(io.BytesIO(content), allow_pickle=False)


def _fitting(head: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> LinearModel:
    columns = tuple(arrays[f"columns_{place}"].astype(np.int32) for place in range(len(BLOCKS)))
    idf = tuple(arrays[f"idf_{place}"].astype(np.float32) for place in range(len(BLOCKS)))
    weights, bias = arrays["weights"], arrays["bias"].astype(np.float32)
    shape = (sum(len(one) for one in columns), len(head["categories"]))
    if weights.shape != shape or bias.shape != (shape[1],) or arrays["trust"].shape != (4,):
        raise UnfitModel("its arrays do not fit each other")
    if any(
        len(a) != len(b) or (len(a) and not 0 <= a.min() <= a.max() < SPACE)
        for a, b in zip(columns, idf, strict=True)
    ):
        raise UnfitModel("its features are none of ours")
    return LinearModel(
        categories=tuple(map(str, head["categories"])),
        columns=columns,
        idf=idf,
        weights=weights,
        bias=bias,
        temperature=float(head["temperature"]),
        trust=arrays["trust"].astype(np.float32),
        note=head.get("note") or {},
        meaning=_meaning(head, arrays),
    )


def _meaning(head: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Meaning | None:
    if "encoder" not in head:
        return None
    weights, bias, trust = (arrays[f"meaning_{name}"].astype(np.float32) for name in _OF_MEANING)
    if (
        weights.ndim != 2
        or weights.shape[1:] != bias.shape
        or bias.shape != (len(head["categories"]),)
        or trust.shape != (4,)
    ):
        raise UnfitModel("its planes over vectors do not fit it")
    return Meaning(str(head["encoder"]), weights, bias, float(head["temperature_of_meaning"]), trust)
