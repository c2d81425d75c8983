"""What a text is told by: its words, pairs of words near each other, and runs of characters inside words.

A character of Chinese is a word of its own, so that pairs are the words of two characters. Features are counted under a
hash, so that a model needs no list of words; each block is weighed and brought to length 1 by itself.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, vstack
from sklearn.feature_extraction import FeatureHasher

BLOCKS = ("words", "characters", "pairs")
SPACE = 2**20  # of one block
READ = 1000  # characters of a text that are looked at: what it is about stands at its beginning
BATCH = 2000  # texts whose features are in memory as words at a time
NEAR = 4  # words that a pair may be apart
_TOKENS = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+|[!?]")
_RUNS = re.compile(r"[\u3400-\u9fff]+")
_DIGITS = re.compile(r"\d{3,}")
_ENDINGS = (
    ("ings", ""),
    ("ing", ""),
    ("ies", "y"),
    ("ied", "y"),
    ("ed", ""),
    ("es", ""),
    ("s", ""),
    ("ly", ""),
)
_LEAST_STEM = 3
_hasher = FeatureHasher(SPACE, input_type="string", alternate_sign=False, dtype=np.float32)


def count_features(texts: Sequence[str]) -> list[csr_matrix]:
    """How often each feature stands in each text, block by block."""
    batches = [_count(texts[start : start + BATCH]) for start in range(0, max(1, len(texts)), BATCH)]
    return (
        batches[0]
        if len(batches) == 1
        else [vstack(parts, format="csr") for parts in zip(*batches, strict=True)]
    )


def _count(texts: Sequence[str]) -> list[csr_matrix]:
    plain = [folded(text) for text in texts]
    words = [words_of(text) for text in plain]
    blocks = (
        (list(_neighbours(one)) for one in words),
        (list(_characters(text)) for text in plain),
        (list(_pairs(one)) for one in words),
    )
    return [_hasher.transform(block).tocsr() for block in blocks]


def folded(text: str) -> str:
    """The text as it is looked at: width, case and long numbers make no difference."""
    plain = unicodedata.normalize("NFKC", text[:READ]).casefold()
    return _DIGITS.sub("000", plain)


def words_of(plain: str) -> list[str]:
    return [_stem(word) for word in _TOKENS.findall(plain)]


def neighbours_of(text: str) -> list[str]:
    """What the block of words holds of a text, as it is written there."""
    return list(dict.fromkeys(_neighbours(words_of(folded(text)))))


def one_each(features: Sequence[str]) -> NDArray[np.int32]:
    """The column of each feature in its block."""
    return np.asarray(_hasher.transform([one] for one in features).tocsr().indices, dtype=np.int32)


def _neighbours(words: list[str]) -> Iterator[str]:
    yield from words
    for left, right in itertools.pairwise(words):
        yield f"{left} {right}"


def _pairs(words: list[str]) -> Iterator[str]:
    """Two words near each other, whichever comes first."""
    for place, left in enumerate(words):
        for right in words[place + 1 : place + 1 + NEAR]:
            yield f"{left}_{right}" if left < right else f"{right}_{left}"


def _characters(plain: str) -> Iterator[str]:
    """Runs of 2 to 4 characters inside Chinese, of 2 to 5 inside other words."""
    for run in _RUNS.findall(plain):
        for size in (2, 3, 4):
            for start in range(len(run) - size + 1):
                yield run[start : start + size]
    for token in _TOKENS.findall(plain):
        if token[0] >= "\u3400":
            continue
        padded = f" {token} "
        for size in (2, 3, 4, 5):
            if len(padded) < size:
                break
            for start in range(len(padded) - size + 1):
                yield padded[start : start + size]


def _stem(word: str) -> str:
    """An English word without its commonest endings; what comes out need not be a word."""
    if not word.isascii() or not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _LEAST_STEM:
            word = word[: -len(ending)] + instead
            break
    if word.endswith("e") and len(word) > _LEAST_STEM:
        word = word[:-1]
    if len(word) > _LEAST_STEM and word[-1] == word[-2]:
        word = word[:-1]
    return word
