"""One demo company for all scenes that only look at one."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scenarios.demo import Demo, running_demo


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("demo") / "data") as running:
        yield running
