"""What is published, as an index or a page reads it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from zhiyin.knowledge.models import Edition, Entry, EntryGroup, Version
from zhiyin.knowledge.queries.published import all_published, published_editions
from zhiyin.people.models import Group, Staff

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)


def publish(key: str, *, author: Staff, reviewer: Staff, **told: object) -> Version:
    entry = Entry.objects.create(
        key=key, kind="faq", owner=author, created_by=author, created_at=NOW, updated_at=NOW, **told
    )
    edition = Edition.objects.create(entry=entry, language="zh-CN")
    version = Version.objects.create(
        edition=edition, number=1, state="published", title=f"{key}？", html="<p>3 天</p>", text="3 天",
        author=author, writers=[author.pk], approved_by=reviewer, created_at=NOW, updated_at=NOW,
        published_at=NOW, valid_until=NOW + timedelta(days=1),
    )  # fmt: skip
    edition.published = version
    edition.save()
    return version


def test_only_what_is_published_and_not_put_away_is_told(
    owner: Staff, colleague: Staff, support: Group
) -> None:
    first = publish("refund", author=owner, reviewer=colleague, audience="group")
    EntryGroup.objects.create(entry=first.edition.entry, group=support)
    publish("gone", author=owner, reviewer=colleague, archived_at=NOW, archived_by=owner)
    Entry.objects.create(key="new", kind="faq", owner=owner, created_by=owner, created_at=NOW, updated_at=NOW)
    with CaptureQueriesContext(connection) as queries:
        [told] = published_editions()
    assert len(queries) == 3
    assert (told.key, told.title, told.group_ids, told.language) == (
        "refund",
        "refund？",
        [support.pk],
        "zh-CN",
    )
    assert [one.key for one in all_published()] == ["refund"]
    assert published_editions(edition_ids=[]) == []
    assert told.is_valid_at(NOW)
    assert not told.is_valid_at(NOW + timedelta(days=1))


def test_the_database_itself_refuses_who_approves_what_they_wrote(owner: Staff, colleague: Staff) -> None:
    version = publish("refund", author=owner, reviewer=colleague)
    for writer in (owner, colleague):
        with pytest.raises(IntegrityError), transaction.atomic():
            Version.objects.filter(pk=version.pk).update(writers=[owner.pk, writer.pk], approved_by=writer)
