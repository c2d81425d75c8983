from __future__ import annotations

from zhiyin.automation import events as automation_events  # noqa: F401  (the facts must be known)
from zhiyin.automation.events import WebHookWanted
from zhiyin.customers import events as customer_events  # noqa: F401  (the facts must be known)
from zhiyin.integrations.catalogue import TYPES
from zhiyin.integrations.commands.delivering import owe_fact, owe_to_one
from zhiyin.integrations.events import WebhookDisabled
from zhiyin.integrations.notices import owe_notice
from zhiyin.platform.event_log.facts import Fact, known_facts
from zhiyin.platform.event_log.subscribing import on
from zhiyin.procedures import (  # noqa: F401  (the facts must be known)
    events,
    events_approvals,
    events_compensation,
    events_incidents,
    events_promises,
)
from zhiyin.sla import events as sla_events  # noqa: F401  (the facts must be known)
from zhiyin.tickets import events as ticket_events  # noqa: F401  (the facts must be known)


def tell_web_hooks(fact: Fact) -> None:
    owe_fact(fact=fact, now=fact.at)


for _type in sorted(TYPES):
    on(known_facts()[_type])(tell_web_hooks)


@on(WebHookWanted)
def call_the_web_hook_a_rule_names(fact: WebHookWanted) -> None:
    owe_to_one(webhook_id=fact.webhook_id, fact=fact, now=fact.at)


@on(WebhookDisabled)
def tell_the_owner_when_disabled(fact: WebhookDisabled) -> None:
    owe_notice(webhook_id=fact.webhook_id, position=fact.position)
