"""Training: which features to keep, the planes, and the confidence, fitted on texts the planes had not seen."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from joblib import Parallel, cpu_count, delayed
from numpy.typing import NDArray
from scipy.optimize import minimize_scalar
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from zhiyin.assist.classifying.features import count_features
from zhiyin.assist.classifying.model import (
    Floats,
    LinearModel,
    Meaning,
    signals,
    softmax,
    vectors_of,
    weigh,
)

if TYPE_CHECKING:
    from zhiyin.knowledge.search.vectors import Encoder

LEAST_TEXTS = 5  # of a category that is learned
MOST_FEATURES = 60_000  # of one block
MOST_ROUNDS = 200
# inverse of the regularisation, the first where others are no better: the more labels are wrong, the less may be believed
STRENGTHS = (0.4, 1.0, 0.15)
STRENGTH_OF_FEW = 1.0
ENOUGH_TO_CHOOSE = 1_000  # texts from which the strength is chosen on those held back
HELD_BACK = 0.2
# from so many texts on, a twentieth is held back for good: what the last texts would add, they measure
MANY = 20_000
HELD_BACK_OF_MANY = 0.05
MOST_WITH_MEANING = 10_000  # texts that planes over vectors are learned from; making them takes the time
SHARE_OF_MEANING = 2.0  # of the scores by vectors, against those by words
STRENGTH_OF_MEANING = 20.0  # inverse of the regularisation
LEAST_OF_MANY = 5  # texts that hold a feature worth keeping


class Asked(NamedTuple):
    """What a model says of texts: scores of all categories, and how much of each text it knows."""

    scores: Floats
    known: Floats


class TooLittle(ValueError):
    """Too few known texts, or of one category only, to learn from."""


@dataclass(frozen=True)
class Known:
    """Texts with their categories; `outside` are texts that belong to none."""

    texts: Sequence[str]
    categories: Sequence[str]
    outside: Sequence[str] = ()


def train(known: Known, *, seed: int = 0, encoder: Encoder | None = None) -> LinearModel:
    """Learn from all texts; the confidence comes from a first run that held some of them back.

    With an encoder, planes over sentence vectors are learned beside the words.
    """
    began = time.monotonic()
    names, labels = _labels(known)
    counts = count_features(known.texts)
    learned, held = _split(labels, seed)
    kept_back, part = [block[held] for block in counts], [block[learned] for block in counts]
    if len(labels) >= MANY:
        counts.clear()
    strength = STRENGTHS[0] if len(labels) >= MANY else STRENGTH_OF_FEW
    if ENOUGH_TO_CHOOSE <= len(labels) < MANY:
        strength = _best_strength(part, labels[learned], kept_back, labels[held], names)
    first = _fit(part, labels[learned], names, strength)
    inside = _asked(first, kept_back)
    outside = _asked(first, count_features(known.outside)) if known.outside else None
    temperature, trust = _calibrate(inside, labels[held], outside)
    full = first if len(labels) >= MANY else _fit(counts, labels, names, strength)
    meaning = None
    if encoder is not None:
        meaning = _with_meaning(known, labels, (learned, held), inside, outside, encoder)
    note = {
        "texts": len(labels),
        "seconds": round(time.monotonic() - began, 2),
        "outside": len(known.outside),
    }
    return replace(full, temperature=temperature, trust=trust, note=note, meaning=meaning)


def _labels(known: Known) -> tuple[list[str], NDArray[np.int32]]:
    sizes = Counter(known.categories)
    if len(sizes) < 2 or len(known.texts) < 2 * LEAST_TEXTS:
        raise TooLittle(f"{len(known.texts)} texts of {len(sizes)} categories")
    names = sorted(sizes)
    places = {name: place for place, name in enumerate(names)}
    return names, np.array([places[one] for one in known.categories], dtype=np.int32)


def _split(labels: NDArray[np.int32], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """A fifth of each category held back, of many texts a twentieth; at least one text stays."""
    share = HELD_BACK if len(labels) < MANY else HELD_BACK_OF_MANY
    rng = np.random.default_rng(seed)
    held = []
    for label in np.unique(labels):
        places = rng.permutation(np.flatnonzero(labels == label))
        held.append(places[: min(len(places) - 1, round(len(places) * share))])
    back = np.sort(np.concatenate(held))
    return np.setdiff1d(np.arange(len(labels)), back), back


def _best_strength(
    counts: list[csr_matrix],
    labels: NDArray[np.int32],
    asked: list[csr_matrix],
    truth: NDArray[np.int32],
    names: Sequence[str],
) -> float:
    """The one that is right most often on texts held back. Their labels are as wrong as those learned from, for all alike."""

    def right(strength: float) -> float:
        scores = _asked(_fit(list(counts), labels, names, strength), asked).scores
        return float((scores.argmax(axis=1) == truth).mean())

    return max(STRENGTHS, key=right)


def _fit(
    counts: list[csr_matrix], labels: NDArray[np.int32], names: Sequence[str], strength: float
) -> LinearModel:
    """The planes; the counts are used up, since of many texts they take most of the memory."""
    columns, idf = zip(*(_kept(block) for block in counts), strict=True)
    weighed, _ = weigh(counts, columns, idf)
    counts.clear()
    weights, bias = _planes_by_words(weighed, labels, len(names), strength)
    return LinearModel(
        categories=tuple(names),
        columns=columns,
        idf=idf,
        weights=weights,
        bias=bias,
        temperature=1.0,
        trust=np.zeros(4, dtype=np.float32),
    )


def _planes_by_words(
    weighed: csr_matrix, labels: NDArray[np.int32], categories: int, strength: float
) -> tuple[Floats, Floats]:
    """One plane for each category against all others, of many texts by as many processes as there are cores."""
    cores = min(cpu_count(), categories // 2) if len(labels) >= MANY else 1
    if cores == 1:
        return planes_against_all(weighed, labels, np.arange(categories), strength)
    shares = np.array_split(np.arange(categories), cores)
    found = Parallel(n_jobs=cores, backend="loky", idle_worker_timeout=10)(
        delayed(planes_against_all)(weighed, labels, share, strength) for share in shares
    )
    weights, bias = zip(*found, strict=True)
    return np.hstack(weights), np.concatenate(bias)


def planes_against_all(
    weighed: csr_matrix, labels: NDArray[np.int32], own: NDArray[np.int64], strength: float
) -> tuple[Floats, Floats]:
    """The planes of some categories; texts of the others, told apart no further, are one more."""
    others = own[-1] + 1
    told = np.where(np.isin(labels, own), labels, others)
    exact = 1e-3 if len(labels) < MANY else 1e-2
    machine = LinearSVC(C=strength, max_iter=MOST_ROUNDS, tol=exact).fit(weighed, told)
    weights, bias = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:  # one plane tells two
        weights, bias = np.hstack([-weights, weights]), np.concatenate([-bias, bias])
    here = machine.classes_ != others
    return weights[:, here].astype(np.float32), bias[here].astype(np.float32)


def _kept(counts: csr_matrix) -> tuple[NDArray[np.int32], Floats]:
    """The features worth keeping, the commonest first where there are too many, and how much each tells."""
    texts = counts.shape[0]
    often = np.bincount(counts.indices, minlength=counts.shape[1])
    columns = np.flatnonzero(often >= (LEAST_OF_MANY if texts >= MANY else 2 if texts > 200 else 1))
    if len(columns) > MOST_FEATURES:
        columns = np.sort(columns[np.argsort(-often[columns], kind="stable")[:MOST_FEATURES]])
    idf = np.log((1 + texts) / (1 + often[columns])) + 1
    return columns.astype(np.int32), idf.astype(np.float32)


def _asked(model: LinearModel, counts: Sequence[csr_matrix]) -> Asked:
    weighed, known = weigh(counts, model.columns, model.idf)
    return Asked(np.asarray(weighed @ model.weights + model.bias, dtype=np.float32), known)


def _calibrate(inside: Asked, labels: NDArray[np.int32], outside: Asked | None) -> tuple[float, Floats]:
    """How scores become shares, and signals a confidence."""
    temperature = _temperature(inside.scores, labels)
    told = signals(inside.scores, inside.known, temperature)
    right = inside.scores.argmax(axis=1) == labels
    if outside is not None:
        told = np.vstack([told, signals(outside.scores, outside.known, temperature)])
        right = np.concatenate([right, np.zeros(len(outside.scores), dtype=bool)])
    if right.all() or not right.any():  # nothing to tell apart: believe the shares, drawn towards the middle
        return temperature, np.array([0, 4, 0, -2], dtype=np.float32)
    fitted = LogisticRegression(C=1.0, max_iter=500).fit(told, right)
    return temperature, np.concatenate([fitted.coef_[0], fitted.intercept_]).astype(np.float32)


def _with_meaning(
    known: Known,
    labels: NDArray[np.int32],
    parts: tuple[NDArray[np.int64], NDArray[np.int64]],
    inside: Asked,
    outside: Asked | None,
    encoder: Encoder,
) -> Meaning:
    """Planes over vectors, weighed against the words by how far their scores spread on the texts held back."""
    learned, held = parts
    if len(learned) > MOST_WITH_MEANING:
        learned = np.sort(np.random.default_rng(0).permutation(learned)[:MOST_WITH_MEANING])
    vectors = vectors_of([known.texts[place] for place in learned], encoder)
    asked = vectors_of([known.texts[place] for place in held], encoder)
    first = _planes(vectors, labels[learned], inside.scores.shape[1])
    by_meaning = asked @ first[0] + first[1]
    scale = SHARE_OF_MEANING * float(inside.scores.std() / max(by_meaning.std(), 1e-9))
    both = Asked(inside.scores + scale * by_meaning, inside.known)
    if outside is not None:
        far = vectors_of(known.outside, encoder) @ first[0] + first[1]
        outside = Asked(outside.scores + scale * far, outside.known)
    temperature, trust = _calibrate(both, labels[held], outside)
    if len(labels) < MANY:
        order = np.concatenate([learned, held])
        weights, bias = _planes(np.vstack([vectors, asked]), labels[order], inside.scores.shape[1])
    else:
        weights, bias = first
    return Meaning(encoder.name, scale * weights, scale * bias, temperature, trust)


def _planes(vectors: Floats, labels: NDArray[np.int32], categories: int) -> tuple[Floats, Floats]:
    """One plane for each category; one that none of these texts has is never the likeliest."""
    fitted = LogisticRegression(C=STRENGTH_OF_MEANING, max_iter=200).fit(vectors, labels)
    weights = np.zeros((vectors.shape[1], categories), dtype=np.float32)
    bias = np.full(categories, fitted.intercept_.min(), dtype=np.float32)
    found, planes, constants = fitted.classes_, fitted.coef_.T, fitted.intercept_
    if len(found) == 2:  # one plane tells two
        planes, constants = np.hstack([-planes, planes]), np.concatenate([-constants, constants])
    weights[:, found], bias[found] = planes, constants
    return weights, bias


def _temperature(scores: Floats, labels: NDArray[np.int32]) -> float:
    """The one that makes the shares of held-back texts likeliest."""
    rows = np.arange(len(labels))

    def surprise(log_temperature: float) -> float:
        shares = softmax(scores / float(np.exp(log_temperature)))
        return float(-np.log(np.maximum(shares[rows, labels], 1e-9)).mean())

    found = minimize_scalar(surprise, bounds=(-4.0, 2.0), method="bounded")
    return round(float(np.exp(found.x)), 4)
