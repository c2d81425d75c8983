"""Rules call web-hooks: each once, and one that fails or is gone holds up nothing."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from zhiyin.automation.commands.rules import RuleForm, add_rule
from zhiyin.automation.definitions import Occasion
from zhiyin.automation.models import Run
from zhiyin.integrations.commands.webhooks import WebhookForm, add_webhook
from zhiyin.integrations.models import WebhookDelivery
from zhiyin.people.models import Staff
from zhiyin.testing.receiver import receiver
from zhiyin.testing.spine import let_effects_happen, let_events_happen
from zhiyin.testing.tickets import make_ticket
from zhiyin.tickets.models import Ticket

pytestmark = pytest.mark.django_db


def test_a_web_hook_is_called_once_and_one_that_fails_holds_up_nothing(administrator: Staff) -> None:
    with receiver() as other:
        form = WebhookForm(name="ERP", url=other.url, events=["tickets.closed"])
        hook = add_webhook(form=form, by=administrator, now=timezone.now())
        for name, actions in (
            ("gone", {"web_hook": 10**6}),
            ("call", {"web_hook": hook.pk, "tags_add": ["called"]}),
        ):
            rule = RuleForm(name=name, occasion=Occasion(on="created"), actions=actions)
            add_rule(form=rule, by=administrator, now=timezone.now(), active=True)
        other.answers = [(500, {}, b""), (200, {}, b"ok")]
        ticket = make_ticket()
        let_events_happen()
        assert Ticket.objects.get(pk=ticket.pk).tags == ["called"]
        assert list(Run.objects.order_by("pk").values_list("rule__name", "outcome")) == [
            ("gone", "done"),
            ("call", "done"),
        ]
        let_effects_happen()
        delivery = WebhookDelivery.objects.get()
        assert (delivery.webhook_id, delivery.type, delivery.state) == (
            hook.pk,
            "automation.web_hook_wanted",
            "queued",
        )
        let_effects_happen(now=timezone.now() + timedelta(minutes=10))
        assert WebhookDelivery.objects.get().state == "delivered"
        assert [json.loads(one.body)["data"]["ticket_id"] for one in other.received] == [ticket.pk] * 2
