"""Who hears of deadlines."""

from __future__ import annotations

import pytest

from zhiyin.notifications.models import Notification
from zhiyin.people.models import Group, Staff
from zhiyin.sla.tests.scene import after, metric, pass_time, policy
from zhiyin.testing.people import make_staff
from zhiyin.testing.tickets import give_to, make_ticket
from zhiyin.tickets.commands.answering import ReplyText, write_reply

pytestmark = pytest.mark.django_db


CODES = ["deadline_near", "deadline_missed", "deadline_kept_after_all", "escalated"]


def reasons(staff: Staff) -> list[str]:
    rows = Notification.objects.filter(staff=staff).unread()
    of_promises = rows.filter(reason__in=CODES)
    return sorted(of_promises.values_list("reason", flat=True))


def test_whoever_has_the_ticket_hears_of_its_deadline(
    administrator: Staff, support: Group, owner: Staff, colleague: Staff
) -> None:
    policy(by=administrator)
    give_to(make_ticket(group=support, at=after(0)), owner.pk)
    pass_time(after(46))
    assert (reasons(owner), reasons(colleague)) == (["deadline_near"], [])
    pass_time(after(61))
    assert reasons(owner) == ["deadline_missed", "deadline_near"]


def test_a_deadline_that_was_kept_draws_near_no_more(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    policy(by=administrator)
    ticket = give_to(make_ticket(group=support, at=after(0)), owner.pk)
    pass_time(after(46))
    reply = ReplyText(text="您好，已为您处理。")
    write_reply(ticket_id=ticket.pk, reply=reply, idempotency_key="one", by=owner, now=after(50))
    pass_time(after(51))
    assert reasons(owner) == []


def test_a_missed_deadline_that_was_none_is_told_as_such(
    administrator: Staff, support: Group, owner: Staff
) -> None:
    policy(by=administrator)
    ticket = give_to(make_ticket(group=support, at=after(0)), owner.pk)
    pass_time(after(61))
    assert reasons(owner) == ["deadline_missed", "deadline_near"]
    reply = ReplyText(text="您好，已为您处理。")
    write_reply(ticket_id=ticket.pk, reply=reply, idempotency_key="one", by=owner, now=after(59))
    pass_time(after(62))
    assert reasons(owner) == ["deadline_kept_after_all"]


def test_the_lead_hears_of_what_is_escalated(administrator: Staff, support: Group, owner: Staff) -> None:
    lead = make_staff(email="lead@example.com", roles=["lead"], groups=[support])
    policy(metric(levels=[{"at": 100, "do": [{"act": "tell_lead"}]}]), by=administrator)
    give_to(make_ticket(group=support, at=after(0)), owner.pk)
    pass_time(after(61))
    assert (reasons(lead), reasons(owner)) == (["escalated"], ["deadline_missed", "deadline_near"])
