"""A learned model, read once in each process and kept while it is the one that answers."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from zhiyin.platform.files.files import open_content

if TYPE_CHECKING:  # numeric libraries are loaded at first need: most commands need none
    from zhiyin.assist.classifying.model import LinearModel


class KeptModel:
    """The last one asked for; safe for threads."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._sha256 = ""
        self._model: LinearModel | None = None

    def get(self, sha256: str) -> LinearModel:
        """The model stored under this hash."""
        with self._guard:
            if self._model is None or sha256 != self._sha256:
                from zhiyin.assist.classifying.model import from_bytes

                with open_content(sha256) as stored:
                    self._model, self._sha256 = from_bytes(stored.read()), sha256
            return self._model
