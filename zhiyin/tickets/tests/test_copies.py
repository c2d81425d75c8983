"""The same mail twice is shown once; mail that only looks the same is kept apart; impostors join nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.channels.commands.receiving import mail_external_id, receive_raw_message
from zhiyin.channels.commands.understanding import understand_raw_message
from zhiyin.channels.models import Channel, InboundMessage, RawMessage
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.testing.people import client_for
from zhiyin.testing.tickets import make_channel
from zhiyin.tickets.commands.answering import ReplyText, write_reply
from zhiyin.tickets.commands.receiving import receive_message
from zhiyin.tickets.models import Message, Participant, Ticket

pytestmark = pytest.mark.django_db
NOW = timezone.now()


def mail(
    text: str = "My parcel is lost.",
    *,
    message_id: str = "<1@example.cn>",
    sender: str = "wang@example.cn",
    subject: str = "Parcel",
    more: str = "",
) -> bytes:
    return f"Message-ID: {message_id}\nFrom: {sender}\nTo: help@shop.example\nSubject: {subject}\n{more}\n{text}".encode()


def come(raw: bytes, *, channel: Channel | None = None, minutes: float = 0) -> Message | None:
    """The mail taken in, understood and received, minutes from now."""
    at = NOW + timedelta(minutes=minutes)
    number, new = receive_raw_message(
        channel=channel or make_channel(), content=raw, external_id=mail_external_id(raw), now=at
    )
    assert new
    return receive_message(inbound_id=understand_raw_message(raw_id=number, now=at).pk)


def sales() -> Channel:
    return make_channel(name="Sales", settings={"address": "sales@shop.example"})


def test_a_mail_to_two_mailboxes_is_one_message_that_says_so(administrator: Staff) -> None:
    first = come(mail())
    assert first is not None
    assert come(mail(more="Delivered-To: sales@shop.example\n"), channel=sales(), minutes=0.1) is None
    assert (Ticket.objects.count(), Message.objects.count(), RawMessage.objects.count()) == (1, 1, 2)
    assert PendingEvent.objects.order_by("pk").last().type == "tickets.message_repeated"  # type: ignore[union-attr]
    entries = client_for(administrator).get(f"/api/v1/tickets/{first.ticket_id}/timeline").json()["items"]
    (shown,) = [entry for entry in entries if entry["kind"] == "inbound"]
    assert [copy["channel_name"] for copy in shown["copies"]] == ["Sales"]


def test_a_mail_sent_again_under_a_new_id_is_noted_and_answers_to_it_find_the_ticket() -> None:
    first = come(mail())
    assert first is not None
    assert come(mail(message_id="<2@example.cn>"), minutes=30) is None
    answer = come(mail("More", message_id="<3@x>", more="In-Reply-To: <2@example.cn>\n"), minutes=40)
    assert answer is not None
    assert answer.ticket_id == first.ticket_id
    assert InboundMessage.objects.exclude(copy_of=None).get().copy_of_id == first.inbound_id


def test_the_same_thanks_for_two_answers_are_two_messages() -> None:
    for number in (1, 2):
        assert (
            come(mail("Thanks!", message_id=f"<{number}@x>", more=f"In-Reply-To: <a{number}@shop.example>\n"))
            is not None
        )


def test_the_same_words_after_our_answer_are_a_new_message(administrator: Staff) -> None:
    first = come(mail("Any news?"))
    assert first is not None
    write_reply(
        ticket_id=first.ticket_id, reply=ReplyText(text="Soon."), idempotency_key="1", by=administrator,
        now=NOW + timedelta(minutes=5),
    )  # fmt: skip
    again = come(mail("Any news?", message_id="<2@x>", more="In-Reply-To: <1@example.cn>\n"), minutes=60)
    assert again is not None
    assert again.ticket_id == first.ticket_id
    assert again.ticket.waiting_since == again.at


def test_the_same_words_a_day_later_are_a_new_message() -> None:
    first = come(mail())
    later = come(mail(message_id="<2@x>"), minutes=25 * 60)
    assert first is not None
    assert later is not None
    assert first.ticket_id != later.ticket_id


@pytest.mark.parametrize(
    "other",
    [
        mail("Another text."),
        mail(subject="Another subject"),
        mail(sender="li@example.cn"),
    ],
)
def test_the_same_id_with_other_content_is_kept_apart(other: bytes) -> None:
    first, second = come(mail()), None
    raw_id, _ = receive_raw_message(
        channel=make_channel(), content=other, external_id=f"other:{mail_external_id(other)}", now=NOW
    )
    second = receive_message(inbound_id=understand_raw_message(raw_id=raw_id, now=NOW).pk)
    assert first is not None
    assert second is not None
    assert second.inbound is not None
    assert (first.ticket_id != second.ticket_id, second.inbound.copy_of) == (True, None)


def test_a_participant_who_is_not_proven_does_not_join_by_number() -> None:
    first = come(mail())
    assert first is not None
    failing = "Authentication-Results: mx.shop.example; dmarc=fail header.from=example.cn\n"
    number = f"Re: Parcel [#{first.ticket_id}]"
    forged = come(mail("Send it to Hainan.", message_id="<2@x>", subject=number, more=failing))
    honest = come(mail("Still lost.", message_id="<3@x>", subject=number))
    assert forged is not None
    assert honest is not None
    assert forged.ticket_id != first.ticket_id
    assert honest.ticket_id == first.ticket_id


def test_a_mail_from_a_colleagues_address_is_a_customers_message_and_no_note(owner: Staff) -> None:
    """Whatever the From says: no power, no note, no part in a ticket by its number."""
    first = come(mail())
    assert first is not None
    number = f"Re: Parcel [#{first.ticket_id}]"
    Participant.objects.create(ticket=first.ticket, kind="email", value=owner.email)
    forged = come(mail("Refund 9000.", message_id="<2@x>", sender=owner.email, subject=number))
    assert forged is not None
    assert (forged.kind, forged.staff, forged.ticket_id == first.ticket_id) == ("inbound", None, False)
    assert forged.inbound is not None
    assert forged.inbound.marks["sender"] == {"claims": "staff", "suspicious": True}
    assert not Message.objects.filter(kind="note").exists()
