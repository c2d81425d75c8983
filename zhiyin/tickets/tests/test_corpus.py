"""Every mail of the corpora is taken in and accounted for: on a timeline, as a copy, or on the mail that bounced."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.channels.commands.receiving import mail_external_id, receive_raw_message
from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import InboundMessage, RawMessage
from zhiyin.channels.providers.email.tests.mutating import CORPUS, all_mails, broken_mail, corpus
from zhiyin.testing.tickets import make_channel
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db


def take_in(mails: list[bytes]) -> int:
    """How many of them are new."""
    channel, fresh, at = make_channel(), 0, timezone.now()
    for raw in mails:
        at += timedelta(seconds=1)
        number, new = receive_raw_message(
            channel=channel, content=raw, external_id=mail_external_id(raw), now=at
        )
        if new:
            receive_message(inbound_id=understand_raw_message(raw_id=number, now=at).pk)
            fresh += 1
    return fresh


def accounted_for() -> int:
    shown = InboundMessage.objects.filter(pk__in=Message.objects.values("inbound"))
    elsewhere = InboundMessage.objects.exclude(pk__in=Message.objects.values("inbound"))
    assert all(one.copy_of_id or one.bounced_id for one in elsewhere)
    return shown.count() + elsewhere.count()


def test_every_mail_of_the_corpora_becomes_a_ticket_or_is_known_for_what_it_is() -> None:
    if not CORPUS.exists():
        pytest.skip("the mail corpora (shared/data/mail) are not on this machine")
    mails = [path.read_bytes() for path in corpus()]
    fresh = take_in(mails)
    assert fresh == len({mail_external_id(raw) for raw in mails}) > 150
    assert (RawMessage.objects.count(), accounted_for()) == (fresh, fresh)
    kept = {bytes(raw.bytes()) for raw in RawMessage.objects.select_related("file")}
    assert kept <= set(mails)
    assert (
        Ticket.objects.filter(tags__contains=["unreadable"]).count() < 25
    )  # bare TNEF files, and one that is empty


def test_broken_mails_are_all_stored_and_all_shown() -> None:
    mails = all_mails()
    fresh = take_in([broken_mail(mails, number) for number in range(120)])
    assert (RawMessage.objects.count(), accounted_for()) == (fresh, fresh)
