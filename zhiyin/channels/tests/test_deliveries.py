from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.channels.commands.delivering import (
    NothingToResend,
    Outgoing,
    mark_bounced,
    mark_delivered,
    mark_failed,
    mark_sent,
    queue_delivery,
    resend_delivery,
)
from zhiyin.channels.models import Delivery
from zhiyin.channels.providers.protocol import Bounce
from zhiyin.platform.event_log.models import PendingEvent
from zhiyin.platform.ledger.models import Effect
from zhiyin.testing.tickets import make_channel

pytestmark = pytest.mark.django_db


def queued(*, automatic: bool = False) -> Delivery:
    outgoing = Outgoing(
        recipient_kind="email",
        recipient="wang@example.com",
        text="您好",
        subject="Re: 退款",
        automatic=automatic,
    )
    return queue_delivery(channel=make_channel(), outgoing=outgoing, now=timezone.now())


def bounce(delivery: Delivery, *, permanent: bool = True, message_id: str = "") -> Bounce:
    return Bounce(
        message_id=message_id or delivery.message_id,
        recipient=delivery.recipient,
        status="5.1.1",
        reason="no such user",
        permanent=permanent,
    )


def told() -> str:
    return PendingEvent.objects.latest("pk").type


def test_each_delivery_owes_one_effect_after_the_undo_window() -> None:
    delivery = queued()
    effect = Effect.objects.get()
    assert effect.kind == "channels.deliver.email"
    assert effect.next_try_at == delivery.not_before == delivery.created_at + timedelta(seconds=10)


def test_automatic_messages_wait_for_nobody() -> None:
    delivery = queued(automatic=True)
    assert delivery.not_before == delivery.created_at


def test_a_failed_delivery_is_really_owed_again() -> None:
    delivery = queued()
    mark_failed(delivery_id=delivery.pk, reason="550 no", now=timezone.now())
    assert told() == "channels.delivery_failed"
    again = resend_delivery(delivery_id=delivery.pk, now=timezone.now())
    assert (again.state, again.reason, again.attempts) == ("queued", "", 1)
    assert Effect.objects.filter(state="waiting").count() == 2
    assert again.message_id == delivery.message_id


@pytest.mark.parametrize("state", ["queued", "sent", "delivered"])
def test_what_has_not_failed_is_not_sent_again(state: str) -> None:
    delivery = queued()
    Delivery.objects.update(state=state)
    with pytest.raises(NothingToResend):
        resend_delivery(delivery_id=delivery.pk, now=timezone.now())
    assert Effect.objects.count() == 1


def test_a_bounce_is_tied_to_what_bounced() -> None:
    delivery = queued()
    mark_sent(delivery_id=delivery.pk, state="sent", provider_id="q1", now=timezone.now())
    assert mark_bounced(bounce=bounce(delivery), now=timezone.now()) == delivery
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("bounced", "5.1.1 no such user")
    assert told() == "channels.delivery_bounced"


def test_a_bounce_that_is_quicker_than_our_note_of_sending_stays() -> None:
    delivery = queued()
    mark_bounced(bounce=bounce(delivery), now=timezone.now())
    mark_sent(delivery_id=delivery.pk, state="sent", provider_id="q1", now=timezone.now())
    delivery.refresh_from_db()
    assert delivery.state == "bounced"


def test_a_delay_notes_the_reason_and_changes_nothing_else() -> None:
    delivery = queued()
    mark_bounced(bounce=bounce(delivery, permanent=False), now=timezone.now())
    delivery.refresh_from_db()
    assert (delivery.state, delivery.reason) == ("queued", "5.1.1 no such user")


def test_a_bounce_of_what_we_never_sent_is_nobodys() -> None:
    delivery = queued()
    assert mark_bounced(bounce=bounce(delivery, message_id="<not@ours>"), now=timezone.now()) is None
    delivery.refresh_from_db()
    assert delivery.state == "queued"


def test_delivered_follows_sent_only() -> None:
    delivery = queued()
    mark_delivered(delivery_id=delivery.pk, now=timezone.now())
    delivery.refresh_from_db()
    assert delivery.state == "queued"
    mark_sent(delivery_id=delivery.pk, state="sent", provider_id="", now=timezone.now())
    mark_delivered(delivery_id=delivery.pk, now=timezone.now())
    delivery.refresh_from_db()
    assert delivery.state == "delivered"
