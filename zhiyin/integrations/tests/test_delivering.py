from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from standardwebhooks.webhooks import Webhook as Verifier

from zhiyin.integrations.catalogue import TYPES
from zhiyin.integrations.commands.delivering import WAITS
from zhiyin.integrations.commands.webhooks import WebhookForm, add_webhook
from zhiyin.integrations.findings import check_webhooks
from zhiyin.integrations.jobs import clear_deliveries
from zhiyin.integrations.models import Webhook, WebhookDelivery
from zhiyin.people.models import Staff
from zhiyin.platform.event_log.facts import known_facts
from zhiyin.testing.receiver import Receiver, receiver
from zhiyin.testing.spine import let_effects_happen, let_events_happen
from zhiyin.testing.tickets import arrive
from zhiyin.tickets.events_around import PERSONAL

pytestmark = pytest.mark.django_db


@pytest.fixture
def other() -> Iterator[Receiver]:
    with receiver() as one:
        yield one


def follow(by: Staff, other: Receiver, *events: str) -> Webhook:
    form = WebhookForm(name="CRM", url=other.url, events=events or ["*"])
    return add_webhook(form=form, by=by, now=timezone.now())


def told(other: Receiver, webhook: Webhook) -> list[dict[str, Any]]:
    """What arrived, each verified by the receiver's own library."""
    return [Verifier(webhook.secret).verify(one.body, one.headers) for one in other.received]


def settle(**after: float) -> None:
    let_effects_happen(now=timezone.now() + timedelta(**after))


def test_a_fact_is_told_with_its_ids_and_what_they_point_to(administrator: Staff, other: Receiver) -> None:
    let_events_happen()
    webhook = follow(administrator, other, "tickets.opened", "tickets.customer_wrote")
    message = arrive(text="我的订单退款多久到账？")
    let_events_happen()
    settle()
    opened, wrote = sorted(told(other, webhook), key=lambda one: one["data"]["position"])
    assert (opened["type"], wrote["type"]) == ("tickets.opened", "tickets.customer_wrote")
    assert opened["data"]["ticket_id"] == opened["data"]["ticket"]["id"] == message.ticket_id
    assert opened["data"]["customer"]["identities"][0]["value"] == "wang@example.com"
    assert wrote["data"]["message"]["text"] == "我的订单退款多久到账？"
    assert wrote["data"]["message"]["author"]["kind"] == "customer"
    delivery = WebhookDelivery.objects.get(type="tickets.opened")
    assert (delivery.state, delivery.attempts) == ("delivered", 1)
    assert other.received[0].headers["webhook-id"].startswith("msg_")


def test_only_what_is_followed_is_told_and_once_each(administrator: Staff, other: Receiver) -> None:
    let_events_happen()
    webhook = follow(administrator, other, "tickets.opened")
    arrive()
    let_events_happen()
    let_events_happen()
    settle()
    settle()
    assert [one["type"] for one in told(other, webhook)] == ["tickets.opened"]


def test_a_web_hook_that_is_off_hears_nothing(administrator: Staff, other: Receiver) -> None:
    let_events_happen()
    webhook = follow(administrator, other)
    arrive()
    let_events_happen()
    Webhook.objects.update(active=False)
    settle()
    assert other.received == []
    assert {one.state for one in webhook.deliveries.all()} == {"cancelled"}
    arrive()
    let_events_happen()
    assert set(webhook.deliveries.values_list("state", flat=True)) == {"cancelled"}


def one_delivery(by: Staff, other: Receiver) -> WebhookDelivery:
    let_events_happen()
    follow(by, other, "tickets.opened")
    arrive()
    let_events_happen()
    return WebhookDelivery.objects.get()


def test_a_failed_try_is_followed_by_others_with_growing_waits(administrator: Staff, other: Receiver) -> None:
    other.answers = [(500, {}, b"down"), (503, {}, b"still"), (200, {}, b"ok")]
    delivery = one_delivery(administrator, other)
    before = timezone.now()
    settle()
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("queued", 1)
    assert delivery.next_try_at is not None
    assert timedelta(seconds=4) < delivery.next_try_at - before < timedelta(seconds=30)
    settle(seconds=1)
    assert len(other.received) == 1
    settle(minutes=1)
    settle(minutes=10)
    delivery.refresh_from_db()
    assert [one["status"] for one in delivery.tries] == [500, 503, 200]
    assert (delivery.state, delivery.tries[0]["reason"]) == ("delivered", "down")
    assert len({one.headers["webhook-id"] for one in other.received}) == 1
    webhook = Webhook.objects.get()
    assert (webhook.failures, webhook.failing_since) == (0, None)


def exhaust(other: Receiver) -> None:
    """Let days pass; every try and every pause comes due."""
    for hours in range(0, 24 * 12, 3):
        settle(hours=hours)


def test_after_the_last_try_it_has_failed(administrator: Staff, other: Receiver) -> None:
    other.answers = [(500, {}, b"down")]
    delivery = one_delivery(administrator, other)
    exhaust(other)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts) == ("failed", len(WAITS) + 1)
    assert len(other.received) == len(WAITS) + 1


def test_replay_sends_again_under_the_same_id(administrator: Staff, other: Receiver) -> None:
    from zhiyin.integrations.commands.delivering import replay_delivery

    delivery = one_delivery(administrator, other)
    settle()
    replay_delivery(
        webhook_id=delivery.webhook_id, delivery_id=delivery.pk, by=administrator, now=timezone.now()
    )
    settle(seconds=1)
    delivery.refresh_from_db()
    assert [one.headers["webhook-id"] for one in other.received] == [delivery.message_id] * 2
    assert (delivery.state, delivery.round, len(delivery.tries)) == ("delivered", 1, 2)


def test_gone_switches_off_at_once_and_tells_the_owner(administrator: Staff, other: Receiver) -> None:
    other.answers = [(410, {}, b"")]
    delivery = one_delivery(administrator, other)
    settle()
    delivery.refresh_from_db()
    webhook = delivery.webhook
    assert (delivery.state, webhook.active, webhook.disabled_reason) == ("failed", False, "410")
    let_events_happen()
    settle()
    [letter] = mail.outbox
    assert letter.to == [administrator.email]
    assert other.url in letter.body


def test_failing_for_days_switches_off(administrator: Staff, other: Receiver) -> None:
    other.answers = [(500, {}, b"down")]
    delivery = one_delivery(administrator, other)
    settle()
    Webhook.objects.update(failing_since=timezone.now() - timedelta(days=4))
    WebhookDelivery.objects.update(attempts=len(WAITS) - 1)
    delivery.refresh_from_db()
    assert delivery.webhook.active
    WebhookDelivery.objects.update(attempts=1)
    exhaust(other)
    webhook = Webhook.objects.get()
    assert (webhook.active, webhook.disabled_reason) == (False, "500 down")
    assert [finding.code for finding in check_webhooks(now=timezone.now())] == ["webhooks.disabled"]


def test_a_receiver_that_keeps_failing_is_given_time(administrator: Staff, other: Receiver) -> None:
    other.answers = [(500, {}, b"down")]
    let_events_happen()
    follow(administrator, other, "tickets.opened")
    for number in range(8):
        arrive(sender=f"c{number}@example.com")
    let_events_happen()
    settle()
    assert len(other.received) == 8
    webhook = Webhook.objects.get()
    assert webhook.paused_until is not None
    settle(seconds=8)
    assert len(other.received) == 8


def test_who_is_not_there_counts_as_a_failed_try(administrator: Staff, settings: Settings) -> None:
    with receiver() as gone:
        delivery = one_delivery(administrator, gone)
    settle()
    delivery.refresh_from_db()
    assert delivery.tries[0]["status"] == 0
    assert "refused" in delivery.tries[0]["reason"]


def test_an_inner_address_is_not_called(administrator: Staff, other: Receiver, settings: Settings) -> None:
    delivery = one_delivery(administrator, other)
    settings.ALLOW_PRIVATE_WEBHOOKS = False
    settle()
    delivery.refresh_from_db()
    assert other.received == []
    assert "ZHIYIN_ALLOW_PRIVATE_WEBHOOKS" in delivery.tries[0]["reason"]


def test_a_removed_web_hook_takes_its_deliveries_along(administrator: Staff, other: Receiver) -> None:
    one_delivery(administrator, other)
    Webhook.objects.all().delete()
    settle()
    assert (other.received, WebhookDelivery.objects.count()) == ([], 0)


def test_without_web_hooks_a_fact_costs_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    from zhiyin.integrations.commands.delivering import owe_fact
    from zhiyin.tickets.events import TicketClosed

    fact = TicketClosed(ticket_id=1, was="solved", by_id=1, at=timezone.now(), position=1)
    with django_assert_num_queries(3):  # a savepoint around one look-up
        owe_fact(fact=fact, now=timezone.now())


def test_old_deliveries_are_forgotten(administrator: Staff, other: Receiver) -> None:
    delivery = one_delivery(administrator, other)
    settle()
    assert clear_deliveries(before=timezone.now() - timedelta(days=30)) == 0
    assert clear_deliveries(before=timezone.now() + timedelta(seconds=1)) == 1
    assert not WebhookDelivery.objects.filter(pk=delivery.pk).exists()


def test_the_catalogue_names_every_fact_of_tickets_and_customers_that_is_not_somebodys_own() -> None:
    told = ("tickets.", "customers.", "sla.clock_", "sla.escalation_")
    facts = {name for name in known_facts() if name.startswith(told)}
    assert facts - set(PERSONAL) == {
        name for name in TYPES if not name.startswith(("procedures.", "automation."))
    }
    assert set(known_facts()) >= TYPES


def test_payloads_are_plain_json(administrator: Staff, other: Receiver) -> None:
    one_delivery(administrator, other)
    settle()
    body = other.received[0].body
    assert json.loads(body)["timestamp"].endswith("Z")
    assert other.received[0].headers["content-type"] == "application/json"
