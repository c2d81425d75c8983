"""The index of a machine: as the event log tells it, whatever happens to who keeps it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhiyin.knowledge.events import EntryArchived, VersionPublished
from zhiyin.knowledge.models import Entry, SynonymGroup, Version
from zhiyin.knowledge.search.concepts import concepts_with
from zhiyin.knowledge.search.finding import IndexNotReady, for_customers, for_staff, search
from zhiyin.knowledge.search.keeping import Keeper, open_keeper, reindex
from zhiyin.knowledge.search.store import AnotherWrites, Store
from zhiyin.knowledge.search.synonyms import concepts_now
from zhiyin.knowledge.tests.test_published import publish
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import Event

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def told(fact: VersionPublished | EntryArchived) -> None:
    """The fact, as the sequencer would have placed it."""
    position = (Event.objects.count() or 0) + 1
    Event.objects.create(
        position=position, type=fact.type, subject=fact.subject(), bucket=0, payload=fact.payload(),
        at=fact.at, recorded_at=fact.at,
    )  # fmt: skip


def say_published(version: Version) -> None:
    edition = version.edition
    told(VersionPublished(entry_id=edition.entry_id, edition_id=edition.pk, version_id=version.pk, at=NOW))


def keeper_of(knowledge_store: Store) -> Keeper:
    return open_keeper(knowledge_store, concepts_now(), None)


def found(text: str, *, signed_in: bool = False) -> list[str]:
    hits = search(text, for_customers(signed_in=signed_in), now=NOW)
    return [one.edition.title for one in hits]


def test_before_the_first_index_search_says_so(knowledge_store: Store) -> None:
    with pytest.raises(IndexNotReady):
        found("退款")


def test_what_is_published_is_found_and_what_is_put_away_is_not(
    knowledge_store: Store, owner: Staff, colleague: Staff
) -> None:
    keeper = keeper_of(knowledge_store)
    assert found("退款") == []
    version = publish("refund", author=owner, reviewer=colleague, audience="public")
    assert keeper.catch_up() == 0
    say_published(version)
    assert keeper.catch_up() == 1
    assert found("refund") == ["refund？"]
    assert knowledge_store.position(keeper.generation) == 1

    Entry.objects.update(archived_at=NOW, archived_by=owner)
    assert found("refund") == []  # the index still has it; the database has the last word
    told(EntryArchived(entry_id=version.edition.entry_id, by_id=owner.pk, at=NOW))
    keeper.catch_up()
    keeper.index.refresh()
    assert keeper.index.search("refund", for_customers(signed_in=False), limit=3, now=NOW) == []
    keeper.close()


def test_audiences_and_validity_hold_and_queries_are_few(
    knowledge_store: Store, owner: Staff, colleague: Staff
) -> None:
    for audience in ("public", "signed_in", "internal"):
        publish(f"refund-{audience}", author=owner, reviewer=colleague, audience=audience)
    keeper_of(knowledge_store).close()
    assert found("refund") == ["refund-public？"]
    assert sorted(found("refund", signed_in=True)) == ["refund-public？", "refund-signed_in？"]
    with CaptureQueriesContext(connection) as queries:
        assert len(search("refund", for_staff(owner), now=NOW)) == 3
    assert len(queries) <= 4
    assert search("refund", for_staff(owner), now=NOW + timedelta(days=2)) == []


def test_a_killed_keeper_leaves_an_index_that_the_next_goes_on_with(
    knowledge_store: Store, owner: Staff, colleague: Staff
) -> None:
    keeper = keeper_of(knowledge_store)
    say_published(publish("refund", author=owner, reviewer=colleague, audience="public"))
    keeper.catch_up()
    say_published(publish("invoice", author=owner, reviewer=colleague, audience="public"))
    keeper.writer._writer.rollback()  # as if killed: nothing after the last commit is kept
    keeper.close()
    knowledge_store.note_position(keeper.generation, 0)  # and the position was not written either
    again = keeper_of(knowledge_store)
    assert again.generation == keeper.generation
    assert again.catch_up() == 2
    assert (found("refund"), found("invoice")) == (["refund？"], ["invoice？"])
    again.index.refresh()
    assert again.index.size == 2  # read twice, there once
    again.close()


@pytest.mark.parametrize("harm", ["position.json", "../current.json"])
def test_an_index_whose_state_is_unreadable_is_built_anew(
    knowledge_store: Store, owner: Staff, colleague: Staff, harm: str
) -> None:
    publish("refund", author=owner, reviewer=colleague, audience="public")
    first = keeper_of(knowledge_store)
    first.close()
    (knowledge_store.folder / first.generation / harm).write_text("{broken")
    second = keeper_of(knowledge_store)
    second.close()
    assert second.generation != first.generation
    assert found("refund") == ["refund？"]
    assert [path.name for path in knowledge_store.folder.iterdir() if path.is_dir()] == [second.generation]


def test_other_words_or_another_shape_ask_for_another_index(
    knowledge_store: Store, owner: Staff, colleague: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish("refund", author=owner, reviewer=colleague, audience="public")
    first = keeper_of(knowledge_store)
    first.close()
    assert found("小金库") == []
    SynonymGroup.objects.create(words=["小金库", "refund"], by=owner, at=NOW)
    second = keeper_of(knowledge_store)
    second.close()
    assert second.generation != first.generation
    assert found("小金库") == ["refund？"]
    monkeypatch.setattr("zhiyin.knowledge.search.store.SCHEMA_VERSION", 99)
    with pytest.raises(IndexNotReady):
        found("refund")
    third = keeper_of(knowledge_store)
    third.close()
    assert third.generation != second.generation


def test_one_process_of_a_machine_writes(knowledge_store: Store) -> None:
    refused = threading.Event()

    def second() -> None:
        try:
            with knowledge_store.writing():
                pass
        except AnotherWrites:
            refused.set()

    with knowledge_store.writing():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join()
    assert refused.is_set()
    with knowledge_store.writing():
        assert reindex(store=knowledge_store, concepts=concepts_with(), encoder=None) == 0


def test_what_matched_is_marked_in_other_words_too(
    knowledge_store: Store, owner: Staff, colleague: Staff
) -> None:
    publish("refund", author=owner, reviewer=colleague, audience="public")
    keeper_of(knowledge_store).close()
    [one] = search("退钱", for_customers(signed_in=False), now=NOW)
    assert [one.title.text[low:high] for low, high in one.title.marks] == ["refund"]
