"""Who hears of knowledge that is reported as wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from zhiyin.knowledge.commands.flagging import dismiss_flag, flag_version
from zhiyin.knowledge.commands.reviewing import approve_version, submit_version
from zhiyin.knowledge.events import VersionSubmitted
from zhiyin.notifications.models import Notification, Preferences
from zhiyin.notifications.tests.scene import happen
from zhiyin.notifications.ways.composing import url_of
from zhiyin.people.models import Group, Staff
from zhiyin.platform.timers.timers import fire_due_timers
from zhiyin.testing.knowledge import NOW, draft, make_author, make_reviewer, publish
from zhiyin.testing.people import client_for
from zhiyin.testing.spine import let_events_happen
from zhiyin.testing.tickets import give_to, make_ticket

pytestmark = pytest.mark.django_db


def reasons(staff: Staff) -> list[str]:
    return sorted(Notification.objects.filter(staff=staff).unread().values_list("reason", flat=True))


def test_the_owner_hears_of_a_report_from_a_case_and_the_reporter_of_its_end(
    owner: Staff, support: Group
) -> None:
    author, reviewer = make_author(), make_reviewer()
    version = publish(by=author, reviewer=reviewer)
    ticket = give_to(make_ticket(group=support), owner.pk)
    let_events_happen(now=NOW)
    Notification.objects.all().delete()
    flag = flag_version(
        version_id=version.pk, reason="wrong", note="过时了", ticket_id=ticket.pk, by=owner, now=NOW
    )
    let_events_happen(now=NOW)
    assert (reasons(author), reasons(owner)) == (["knowledge_flagged"], [])
    dismiss_flag(flag_id=flag.pk, answer="没有变", by=author, now=NOW)
    let_events_happen(now=NOW)
    assert reasons(owner) == ["knowledge_flag_settled"]


def test_a_report_from_the_library_reaches_the_owner_and_its_end_the_reporter(owner: Staff) -> None:
    author, reviewer = make_author(), make_reviewer()
    version = publish(by=author, reviewer=reviewer)
    let_events_happen(now=NOW)
    Notification.objects.all().delete()
    flag = flag_version(
        version_id=version.pk, reason="wrong", note="过时了", ticket_id=None, by=owner, now=NOW
    )
    let_events_happen(now=NOW)
    assert (reasons(author), reasons(owner)) == (["knowledge_flagged"], [])
    dismiss_flag(flag_id=flag.pk, answer="没有变", by=author, now=NOW)
    let_events_happen(now=NOW)
    assert reasons(owner) == ["knowledge_flag_settled"]


def test_who_may_review_hears_that_a_version_waits_until_somebody_has_read_it(owner: Staff) -> None:
    author, reviewer, other = make_author(), make_reviewer(), make_reviewer("Other")
    version = draft(by=author)
    submit_version(version_id=version.pk, by=author, now=NOW)
    let_events_happen(now=NOW)
    assert (reasons(reviewer), reasons(other)) == (["knowledge_review_wanted"],) * 2
    assert (reasons(author), reasons(owner)) == ([], []), "not who wrote it, nor who may not review"
    row = Notification.objects.get(staff=reviewer)
    assert (row.ticket, row.by, row.in_app) == (None, author, True)
    assert url_of(row).endswith("/knowledge/todo")
    page = client_for(reviewer).get("/api/v1/notifications").json()["items"]
    assert [(one["reason"], one["ticket"]) for one in page] == [("knowledge_review_wanted", None)]
    approve_version(
        version_id=version.pk, note="", publish_at=None, revision=version.revision, by=reviewer, now=NOW
    )
    let_events_happen(now=NOW)
    assert (reasons(reviewer), reasons(other)) == ([], []), "nobody needs to look any more"
    assert reasons(author) == ["knowledge_reviewed"]


def test_submitted_again_the_notice_grows_and_what_is_switched_off_is_not_told(owner: Staff) -> None:
    author, reviewer, deaf = make_author(), make_reviewer(), make_reviewer("Deaf")
    Preferences.objects.create(staff=deaf, ways={"knowledge_review_wanted": []})
    version = draft(by=author)
    fact = VersionSubmitted(entry_id=version.edition.entry_id, version_id=version.pk, by_id=author.pk, at=NOW)
    happen(fact, replace(fact, at=NOW + timedelta(minutes=1)))
    assert Notification.objects.get(staff=reviewer).count == 2
    assert reasons(deaf) == []


def test_the_owner_hears_that_an_edition_expires_and_that_it_has(owner: Staff) -> None:
    author, reviewer = make_author(), make_reviewer()
    version = publish(by=author, reviewer=reviewer, valid_until=NOW + timedelta(days=20))
    let_events_happen(now=NOW)
    Notification.objects.all().delete()
    fire_due_timers(now=NOW + timedelta(days=6, minutes=1))
    let_events_happen(now=NOW)
    assert reasons(author) == ["knowledge_expiring"]
    fire_due_timers(now=NOW + timedelta(days=20, minutes=1))
    let_events_happen(now=NOW)
    assert reasons(author) == ["knowledge_expired"], "that it will is moot"
    assert version.pk
