"""The index of the knowledge base, for tests that search it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import override_settings

from zhiyin.knowledge.search.keeping import machine_store, reindex
from zhiyin.knowledge.search.store import Store
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.knowledge.search.vectors import Encoder


@pytest.fixture
def knowledge_store(tmp_path: Path) -> Iterator[Store]:
    """This machine's index, still to be built, in a folder of the test's own."""
    with override_settings(DATA_DIR=tmp_path):
        yield machine_store()


def build_index(store: Store, *, encoder: Encoder | None = None) -> None:
    """Build it from what is published now."""
    reindex(store=store, concepts=concepts_now(), encoder=encoder)
