"""The demo's strange mails show what they are there to show."""

from __future__ import annotations

import pytest
from django.utils import timezone

from zhiyin.channels.models import Channel, InboundMessage
from zhiyin.demo.company import MAIL, MAILBOX
from zhiyin.demo.strange import take_in_strange_mails
from zhiyin.testing.spine import let_events_happen
from zhiyin.tickets.models import Ticket


@pytest.mark.django_db
def test_an_invitation_a_forged_colleague_a_mail_twice_and_linked_pictures() -> None:
    Channel.objects.create(kind="email", key=MAIL, name="客服邮箱", settings={"address": MAILBOX})
    now = timezone.now()
    assert take_in_strange_mails(now=now) == 5
    assert take_in_strange_mails(now=now) == 0
    let_events_happen()
    said = {one.subject: one for one in InboundMessage.objects.filter(copy_of=None)}
    assert said["邀请：续约与巡检"].marks["invitation"]["organiser"]["name"] == "周敏"
    assert said["邀请：续约与巡检"].marks["sender"]["verdict"] == "verified"
    assert said["紧急：修改退款账户"].marks["sender"]["suspicious"]
    assert InboundMessage.objects.exclude(copy_of=None).get().copy_of == said["想单独买一个内胆"]
    assert "cid:sample" in said["新样品照片"].html
    assert "data-blocked-src" in said["新样品照片"].html
    assert Ticket.objects.count() == 4
