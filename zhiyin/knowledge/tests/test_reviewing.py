"""From a draft to what is published: by a second person, at its hour, and back again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction

from zhiyin.knowledge.commands.authoring import (
    InTheMaking,
    NothingWritten,
    SavedMeanwhile,
    VersionContent,
    WrongValidity,
    begin_version,
    discard_version,
    save_version,
)
from zhiyin.knowledge.commands.flagging import AlreadySettled, WhatIsWrong, dismiss_flag, flag_version
from zhiyin.knowledge.commands.locking import WrongState
from zhiyin.knowledge.commands.reviewing import (
    OwnWords,
    ReadAnother,
    ReasonNeeded,
    approve_version,
    return_version,
    submit_version,
    take_back_version,
    withdraw_edition,
)
from zhiyin.knowledge.events import (
    EditionExpired,
    EditionExpiring,
    EntryFlagged,
    FlagSettled,
    VersionPublished,
)
from zhiyin.knowledge.models import Edition, Entry, Flag, Review, Version
from zhiyin.people.models import Staff
from zhiyin.platform.audit.models import AuditEntry
from zhiyin.platform.event_log.facts import Fact
from zhiyin.platform.event_log.models import Event
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.knowledge import (
    NOW,
    approve,
    draft,
    make_author,
    make_reviewer,
    publish,
    publish_again,
)
from zhiyin.testing.people import make_staff
from zhiyin.testing.spine import let_events_happen

pytestmark = pytest.mark.django_db


def told(kind: type[Fact]) -> list[dict[str, object]]:
    let_events_happen(now=NOW)
    return [event.payload for event in Event.objects.filter(type=kind.type).order_by("position")]


def test_a_second_person_publishes_and_the_version_before_is_kept(author: Staff, reviewer: Staff) -> None:
    first = publish(by=author, reviewer=reviewer, title="退款多久到账？", html="<p>7 天</p>")
    assert (first.state, first.approved_by, first.published_at) == ("published", reviewer, NOW)
    second = publish_again(first, html="<p>3 天</p>", by=author, reviewer=reviewer)
    first.refresh_from_db()
    assert (first.state, first.retired_at, first.text) == ("retired", NOW, "7 天")
    assert (second.number, second.text, second.edition.published_id) == (2, "3 天", second.pk)
    facts = told(VersionPublished)
    assert [(fact["version_id"], fact["replaces_id"]) for fact in facts] == [
        (first.pk, None),
        (second.pk, first.pk),
    ]
    published = AuditEntry.objects.filter(action="knowledge.version_published")
    assert [entry.details["version"] for entry in published.order_by("number")] == [1, 2]


def test_nobody_approves_words_of_their_own(author: Staff, reviewer: Staff) -> None:
    manager = make_reviewer("Manager")
    manager.roles.set(author.roles.all())
    version = draft(by=author)
    version = save_version(
        version_id=version.pk,
        content=VersionContent(title="退款", html="<p>5 天</p>"),
        revision=1,
        by=manager,
        now=NOW,
    )
    submit_version(version_id=version.pk, by=author, now=NOW)
    for writer in (author, manager):
        with pytest.raises(OwnWords), transaction.atomic():
            approve_version(version_id=version.pk, note="", publish_at=None, revision=2, by=writer, now=NOW)
    with pytest.raises(ReadAnother):
        approve_version(version_id=version.pk, note="", publish_at=None, revision=1, by=reviewer, now=NOW)
    version.refresh_from_db()
    assert (version.state, Review.objects.count()) == ("in_review", 0)


def test_what_is_returned_says_why_and_is_a_draft_again(author: Staff, reviewer: Staff) -> None:
    version = draft(by=author)
    submit_version(version_id=version.pk, by=author, now=NOW)
    with pytest.raises(ReasonNeeded):
        return_version(version_id=version.pk, note=" ", revision=1, by=reviewer, now=NOW)
    return_version(version_id=version.pk, note="缺少海外订单", revision=1, by=reviewer, now=NOW)
    version.refresh_from_db()
    assert (version.state, version.submitted_at) == ("draft", None)
    assert version.reviews.get().note == "缺少海外订单"
    with pytest.raises(WrongState):
        approve_version(version_id=version.pk, note="", publish_at=None, revision=1, by=reviewer, now=NOW)


def test_an_approved_version_waits_for_its_hour_and_can_be_taken_back(author: Staff, reviewer: Staff) -> None:
    hour = NOW + timedelta(days=2)
    version = approve(draft(by=author), by=reviewer, publish_at=hour)
    assert (version.state, version.edition.published_id) == ("approved", None)
    take_back_version(version_id=version.pk, by=author, now=NOW)
    assert fire_due_timers(now=hour) == 0
    version = approve(Version.objects.get(pk=version.pk), by=reviewer, publish_at=hour)
    assert fire_due_timers(now=hour - timedelta(seconds=1)) == 0
    assert fire_due_timers(now=hour) == 1
    let_events_happen(now=hour)
    version.refresh_from_db()
    assert (version.state, version.published_at) == ("published", hour)
    assert Edition.objects.get().published_id == version.pk


def test_two_writers_do_not_overwrite_each_other(author: Staff) -> None:
    version, other = draft(by=author), make_author("Other")
    mine = VersionContent(title="退款", html="<p>甲</p>")
    save_version(version_id=version.pk, content=mine, revision=1, by=other, now=NOW)
    with pytest.raises(SavedMeanwhile) as refused:
        save_version(version_id=version.pk, content=mine, revision=1, by=author, now=NOW)
    assert refused.value.params == {"who": "Other", "revision": 2}
    version.refresh_from_db()
    assert (version.text, version.revision, version.writers) == ("甲", 2, [author.pk, other.pk])


def test_strange_drafts_are_refused_and_nothing_is_kept(author: Staff) -> None:
    strange: list[tuple[dict[str, Any], type[Exception]]] = [
        ({"title": "  "}, NothingWritten),
        ({"title": "x", "valid_from": NOW, "valid_until": NOW}, WrongValidity),
    ]
    for content, refusal in strange:
        with pytest.raises(refusal):
            draft(by=author, **content)
    assert Entry.objects.count() == 0
    empty = draft(by=author, html="<p> </p>")
    with pytest.raises(NothingWritten):
        submit_version(version_id=empty.pk, by=author, now=NOW)
    discard_version(version_id=empty.pk, by=author, now=NOW)
    assert Entry.objects.count() == 0


def test_rolling_back_is_a_new_version_that_says_what_the_old_one_did(author: Staff, reviewer: Staff) -> None:
    first = publish(by=author, reviewer=reviewer, html="<p>7 天</p>", questions=["退款几天"])
    publish_again(first, html="<p>3 天</p>", by=author, reviewer=reviewer)
    back = begin_version(edition_id=first.edition_id, restores=1, by=author, now=NOW)
    assert (back.number, back.text, back.questions, back.restores) == (3, "7 天", ["退款几天"], 1)
    with pytest.raises(InTheMaking):
        begin_version(edition_id=first.edition_id, by=author, now=NOW)
    approve(back, by=reviewer)
    assert Edition.objects.select_related("published").get().published == back


def test_withdrawing_takes_it_out_of_use_at_once(author: Staff, reviewer: Staff) -> None:
    version = publish(by=author, reviewer=reviewer)
    reader, stranger = make_staff(roles=["agent"]), make_staff(roles=["planner"])
    assert (Entry.objects.visible_to(reader).count(), Entry.objects.visible_to(stranger).count()) == (1, 0)
    withdraw_edition(edition_id=version.edition_id, by=reviewer, now=NOW)
    assert Entry.objects.visible_to(reader).count() == 0
    assert Version.objects.get().state == "retired"
    with pytest.raises(WrongState):
        withdraw_edition(edition_id=version.edition_id, by=reviewer, now=NOW)


def test_the_owner_hears_before_validity_ends_and_when_it_has(author: Staff, reviewer: Staff) -> None:
    until = NOW + timedelta(days=30)
    version = publish(by=author, reviewer=reviewer, valid_until=until)
    assert fire_due_timers(now=until - timedelta(days=14)) == 1
    let_events_happen(now=NOW)
    [fact] = told(EditionExpiring)
    assert (fact["version_id"], fact["owner_id"]) == (version.pk, author.pk)
    assert fire_due_timers(now=until) == 1
    let_events_happen(now=until)
    assert [fact["version_id"] for fact in told(EditionExpired)] == [version.pk]


def test_what_is_flagged_is_settled_by_the_version_that_answers_it(author: Staff, reviewer: Staff) -> None:
    version, agent = publish(by=author, reviewer=reviewer), make_reviewer("Agent")
    with pytest.raises(WhatIsWrong):
        flag_version(version_id=version.pk, reason="wrong", note=" ", ticket_id=None, by=agent, now=NOW)
    flag = flag_version(
        version_id=version.pk, reason="wrong", note="现在是 5 天", ticket_id=7, by=agent, now=NOW
    )
    again = flag_version(
        version_id=version.pk, reason="wrong", note="改成 5 天了", ticket_id=None, by=agent, now=NOW
    )
    assert (again.pk, again.note, again.ticket_id) == (flag.pk, "改成 5 天了", 7)
    [fact] = told(EntryFlagged)
    assert (fact["owner_id"], fact["ticket_id"]) == (author.pk, 7)
    second = publish_again(
        version, html="<p>5 天</p>", by=author, reviewer=reviewer, settles=[flag.pk], change_note="改为 5 天"
    )
    flag.refresh_from_db()
    assert (flag.state, flag.corrected_by, flag.answer) == ("corrected", second, "改为 5 天")
    assert [fact["state"] for fact in told(FlagSettled)] == ["corrected"]
    with pytest.raises(AlreadySettled):
        dismiss_flag(flag_id=flag.pk, answer="没错", by=author, now=NOW)
    other = flag_version(
        version_id=second.pk, reason="unclear", note="看不懂", ticket_id=None, by=agent, now=NOW
    )
    dismiss_flag(flag_id=other.pk, answer="见第二段", by=author, now=NOW)
    assert Flag.objects.get(pk=other.pk).state == "dismissed"


def test_what_is_no_report_on_the_entry_is_not_kept_as_one_it_answers() -> None:
    author, reviewer = make_author(), make_reviewer()
    other = publish(by=author, reviewer=reviewer, title="别的？")
    flag = flag_version(
        version_id=other.pk, reason="wrong", note="不对", ticket_id=None, by=reviewer, now=NOW
    )
    assert draft(by=author, settles=[2**70, -1, flag.pk]).settles == []
