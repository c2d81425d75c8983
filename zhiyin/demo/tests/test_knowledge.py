"""The demo's knowledge base: read whole, published by a second person, used by the tickets beside it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from zhiyin.demo.catalogue import products
from zhiyin.demo.knowledge import SHELVES, read_entries
from zhiyin.demo.making import make_demo
from zhiyin.knowledge.models import Edition, Entry, Flag, Version
from zhiyin.tickets.models import KnowledgeUse
from zhiyin.tickets.placeholders import PLACEHOLDERS, fill

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_every_text_is_whole_and_its_placeholders_are_known() -> None:
    told = read_entries()
    assert len({one.key for one in told}) == len(told)
    for one in told:
        assert one.settings["cat"] in SHELVES, one.key
        for edition in one.editions:
            assert edition.title, one.key
            assert edition.html, one.key
            filled = fill(edition.html, dict.fromkeys(PLACEHOLDERS, "x"))
            assert filled.unknown == [], one.key


def test_the_demo_has_a_knowledge_base_that_was_used_corrected_and_questioned() -> None:
    make_demo(tickets=120, seed=1, now=NOW)
    assert Entry.objects.count() == len(read_entries()) + sum(len(one.questions) + 1 for one in products())
    assert not Edition.objects.filter(published=None).exists()
    assert not Version.objects.filter(approved_by=None, state="published").exists()
    assert set(Version.objects.values_list("state", flat=True)) == {
        "published",
        "retired",
        "in_review",
        "draft",
    }
    assert set(Flag.objects.values_list("state", flat=True)) == {"open", "corrected"}
    assert KnowledgeUse.objects.filter(message__isnull=False).count() > 20
