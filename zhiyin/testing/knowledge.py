"""People of the knowledge base, entries in any state, and their index for tests that search it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings

from zhiyin.knowledge.commands.arranging import EntryPlace
from zhiyin.knowledge.commands.authoring import VersionContent, begin_entry, begin_version, save_version
from zhiyin.knowledge.commands.reviewing import approve_version, submit_version
from zhiyin.knowledge.models import Version
from zhiyin.knowledge.search.keeping import machine_store, reindex
from zhiyin.knowledge.search.store import Store
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.knowledge.search.vectors import SearchEncoder
from zhiyin.people.models import Staff
from zhiyin.testing.people import make_staff

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def make_author(name: str = "Author") -> Staff:
    return make_staff(name=name, roles=["knowledge_author"])


def make_reviewer(name: str = "Reviewer") -> Staff:
    return make_staff(name=name, roles=["lead"], groups=["Support"])


@pytest.fixture
def author(db: None) -> Staff:
    return make_author()


@pytest.fixture
def reviewer(db: None) -> Staff:
    return make_reviewer()


def draft(
    *, by: Staff, kind: str = "faq", title: str = "退款多久到账？", html: str = "<p>3 天内。</p>",
    language: str = "zh-CN", region: str = "", place: dict[str, Any] | None = None, **content: Any,
) -> Version:  # fmt: skip
    return begin_entry(
        kind=kind,
        place=EntryPlace(**(place or {})),
        language=language,
        region=region,
        content=VersionContent(title=title, html=html, **content),
        by=by,
        now=NOW,
    )


def approve(
    version: Version, *, by: Staff, now: datetime = NOW, publish_at: datetime | None = None
) -> Version:
    submit_version(version_id=version.pk, by=version.author, now=now)
    return approve_version(
        version_id=version.pk, note="", publish_at=publish_at, revision=version.revision, by=by, now=now
    )


def publish(*, by: Staff, reviewer: Staff, now: datetime = NOW, **told: Any) -> Version:
    return approve(draft(by=by, **told), by=reviewer, now=now)


def publish_again(
    version: Version, *, html: str, by: Staff, reviewer: Staff, now: datetime = NOW, **content: Any
) -> Version:
    """The next version of the edition."""
    made = begin_version(edition_id=version.edition_id, by=by, now=now)
    made = save_version(
        version_id=made.pk,
        content=VersionContent(title=made.title, html=html, **content),
        revision=made.revision,
        by=by,
        now=now,
    )
    return approve(made, by=reviewer, now=now)


@pytest.fixture
def knowledge_store(tmp_path: Path) -> Iterator[Store]:
    """This machine's index, still to be built, in a folder of the test's own."""
    with override_settings(DATA_DIR=tmp_path):
        yield machine_store()


def build_index(store: Store, *, encoder: SearchEncoder | None = None) -> None:
    """Build it from what is published now."""
    reindex(store=store, concepts=concepts_now(), encoder=encoder)
