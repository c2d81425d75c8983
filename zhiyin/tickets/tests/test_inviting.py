"""An invitation is answered from the ticket, and the organiser gets what their calendar understands."""

from __future__ import annotations

import email
import email.policy

import pytest
from django.utils import timezone

from zhiyin.channels.invitations import read_invitation
from zhiyin.channels.models import Delivery
from zhiyin.channels.providers.email.composing import compose
from zhiyin.channels.providers.email.sending import outbound
from zhiyin.channels.providers.email.settings import MailboxSettings
from zhiyin.channels.tests.test_invitations import ASKED, OURS
from zhiyin.people.models import Group, Staff
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def invited(**changes: object) -> Message:
    invitation = read_invitation(ASKED, ours=OURS)
    assert invitation is not None
    return arrive(marks={"invitation": invitation | changes})


def path(message: Message) -> str:
    return f"/api/v1/tickets/{message.ticket_id}/messages/{message.pk}/invitation-answers"


def test_an_answer_leaves_as_a_calendar_reply_and_shows_on_both(administrator: Staff) -> None:
    asked = invited()
    client = client_for(administrator)
    answered = client.post(path(asked), {"answer": "accepted"})
    assert (answered.status_code, answered.json()["kind"]) == (201, "outbound")
    delivery = Delivery.objects.get()
    assert (delivery.recipient, delivery.subject) == ("lilei@example.cn", "已接受 / Accepted: 验收会议")
    raw = compose(outbound(delivery, MailboxSettings.of(delivery.channel), now=timezone.now()))
    sent = email.message_from_bytes(raw, policy=email.policy.default)
    (calendar,) = [one for one in sent.walk() if one.get_content_type() == "text/calendar"]
    assert calendar.get_param("method") == "REPLY"
    assert read_invitation(calendar.get_content(), ours=())["status"] == "accepted"  # type: ignore[index]
    entries = client.get(f"/api/v1/tickets/{asked.ticket_id}/timeline").json()["items"]
    assert entries[0]["marks"]["invitation"]["answer"] == "accepted"
    assert client.post(path(asked), {"answer": "declined"}).status_code == 201  # one may think again
    asked.inbound.refresh_from_db()  # type: ignore[union-attr]
    assert asked.inbound.marks["invitation"]["answer"] == "declined"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "asked", [{"method": "cancel"}, {"method": "reply"}, {"organiser": {"name": "", "address": ""}}]
)
def test_what_cannot_be_answered_is_refused(administrator: Staff, asked: dict[str, object]) -> None:
    refused = client_for(administrator).post(path(invited(**asked)), {"answer": "accepted"})
    assert (refused.status_code, refused.json()["code"]) == (422, "tickets.nothing_to_answer")
    assert Delivery.objects.count() == 0


def test_a_message_without_invitation_and_a_strangers_ticket(
    administrator: Staff, stranger: Staff, support: Group
) -> None:
    plain, asked = arrive(), invited()
    Ticket.objects.update(group=support)
    assert client_for(administrator).post(path(plain), {"answer": "accepted"}).status_code == 422
    assert client_for(stranger).post(path(asked), {"answer": "accepted"}).status_code == 404
    assert Delivery.objects.count() == 0
