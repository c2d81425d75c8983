"""Who hears of knowledge that is reported as wrong."""

from __future__ import annotations

import pytest

from zhiyin.knowledge.commands.flagging import dismiss_flag, flag_version
from zhiyin.notifications.models import Notification
from zhiyin.people.models import Group, Staff
from zhiyin.testing.knowledge import NOW, make_author, make_reviewer, publish
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


def test_a_report_from_the_library_stands_in_the_list_of_things_to_do_only(owner: Staff) -> None:
    author, reviewer = make_author(), make_reviewer()
    version = publish(by=author, reviewer=reviewer)
    flag_version(version_id=version.pk, reason="wrong", note="过时了", ticket_id=None, by=owner, now=NOW)
    let_events_happen(now=NOW)
    assert reasons(author) == []
