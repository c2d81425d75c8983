"""Vectors for knowledge search from a model elsewhere: masked before they leave, in batches, bounded in time and tokens.

Nothing waits for them: an index is built without those that can't be had, which are asked for again later, and a question is
answered by words where its vector does not come within a second.
"""

from __future__ import annotations

import hashlib
import time
from collections import OrderedDict
from collections.abc import Sequence
from datetime import datetime
from threading import Lock
from typing import TYPE_CHECKING

from django.utils import timezone

from zhiyin.assist.local.masking import masked
from zhiyin.assist.models import Endpoint, Use
from zhiyin.assist.remote.guarding import (
    EMBEDDING,
    embedding_tokens_spent,
    note_embedding_failure,
    note_embedding_success,
)
from zhiyin.assist.remote.wire import Place, Vectors, WireError, embed
from zhiyin.knowledge.search.vectors import MOST_CHARACTERS, Alike, CannotEncode

if TYPE_CHECKING:
    from zhiyin.knowledge.search.vectors import Matrix

TOGETHER = 64  # texts in one request
WAITED_FOR = 1.0  # seconds, for the vector of one question
KEPT_QUESTIONS = 512
READ = MOST_CHARACTERS + 100  # so that nothing personal is cut in two before it is found
VERSION = "embedding-1"


class EndpointEncoder:
    """What the configured endpoint makes of texts; its settings are read anew each time."""

    retrieves = False
    is_fitted = False

    def __init__(self, name: str) -> None:
        self.name = name
        self._kept: OrderedDict[str, Matrix] = OrderedDict()
        self._lock = Lock()

    def encode(self, texts: Sequence[str]) -> Matrix:
        """One row of length one for each text. Raises CannotEncode."""
        hidden = [masked(text[:READ])[:MOST_CHARACTERS].strip() or "-" for text in texts]
        if len(hidden) == 1 and (known := self._known(hidden[0])) is not None:
            return known
        rows = self._asked(hidden)
        if len(hidden) == 1:
            self._keep(hidden[0], rows)
        return rows

    def alike(self, rows: Matrix, asked: Matrix) -> Alike:
        return Alike(rows @ asked)

    def _asked(self, texts: list[str]) -> Matrix:
        import numpy as np

        endpoint = Endpoint.objects.first()
        if endpoint is None or name_of(endpoint) != self.name:
            raise CannotEncode("not_offered")
        parts = [
            _vectors(endpoint, texts[start : start + TOGETHER], is_question=len(texts) == 1)
            for start in range(0, len(texts), TOGETHER)
        ]
        if len({len(part.rows[0]) for part in parts}) > 1:
            raise CannotEncode("nonsense")
        rows = np.asarray([row for part in parts for row in part.rows], dtype=np.float64)
        return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)

    def _known(self, text: str) -> Matrix | None:
        with self._lock:
            if text in self._kept:
                self._kept.move_to_end(text)
            return self._kept.get(text)

    def _keep(self, text: str, rows: Matrix) -> None:
        with self._lock:
            self._kept[text] = rows
            while len(self._kept) > KEPT_QUESTIONS:
                self._kept.popitem(last=False)


def endpoint_encoder() -> EndpointEncoder | None:
    """The endpoint where it is set to give vectors, whether or not it can now: an index is not built anew for an outage."""
    endpoint = Endpoint.objects.first()
    return EndpointEncoder(name_of(endpoint)) if endpoint is not None and endpoint.gives_vectors else None


def name_of(endpoint: Endpoint) -> str:
    """What an index that was built with it is known by: other addresses may mean another model by the same name."""
    if not endpoint.gives_vectors:
        return ""
    where = hashlib.sha256(endpoint.url.encode()).hexdigest()[:8]
    return f"endpoint:{endpoint.embedding_model}@{where}"


def _vectors(endpoint: Endpoint, texts: list[str], *, is_question: bool) -> Vectors:
    now, began = timezone.now(), time.monotonic()
    if endpoint.embedding_open_until is not None and endpoint.embedding_open_until > now:
        raise CannotEncode("circuit")
    if embedding_tokens_spent(now=now) >= endpoint.embedding_tokens_a_day:
        raise CannotEncode("budget")
    seconds = float(endpoint.timeout_seconds)
    place = Place(
        endpoint.url,
        endpoint.key,
        endpoint.embedding_model,
        min(seconds, WAITED_FOR) if is_question else seconds,
    )
    try:
        found = embed(place, texts)
    except WireError as error:
        note_embedding_failure(str(error), now=now)
        raise CannotEncode(error.reason) from error
    note_embedding_success()
    _note_use(found, len(texts), now=now, milliseconds=round((time.monotonic() - began) * 1000))
    return found


def _note_use(found: Vectors, texts: int, *, now: datetime, milliseconds: int) -> None:
    Use.objects.create(
        task=EMBEDDING,
        at=now,
        provider="endpoint",
        model=found.model,
        version=VERSION,
        finding={"texts": texts},
        milliseconds=milliseconds,
        tokens=found.tokens,
    )
