from __future__ import annotations

from collections.abc import Sequence

from zhiyin.automation import events as automation_events  # noqa: F401  (the facts must be known)
from zhiyin.automation.events import WebHookWanted
from zhiyin.customers import events as customer_events  # noqa: F401  (the facts must be known)
from zhiyin.integrations.catalogue import TYPES
from zhiyin.integrations.commands.delivering import owe_facts, owe_to_one
from zhiyin.integrations.events import WebhookDisabled
from zhiyin.integrations.notices import owe_notice
from zhiyin.platform.event_log.facts import Fact, known_facts
from zhiyin.platform.event_log.subscribing import on, on_many
from zhiyin.procedures import (  # noqa: F401  (the facts must be known)
    events,
    events_approvals,
    events_compensation,
    events_incidents,
    events_promises,
)
from zhiyin.sla import events as sla_events  # noqa: F401  (the facts must be known)
from zhiyin.tickets import events as ticket_events  # noqa: F401  (the facts must be known)


def tell_web_hooks(facts: Sequence[Fact]) -> None:
    owe_facts(facts=facts)


for _type in sorted(TYPES):
    on_many(known_facts()[_type])(tell_web_hooks)


@on(WebHookWanted)
def call_the_web_hook_a_rule_names(fact: WebHookWanted) -> None:
    owe_to_one(webhook_id=fact.webhook_id, fact=fact)


@on(WebhookDisabled)
def tell_the_owner_when_disabled(fact: WebhookDisabled) -> None:
    owe_notice(webhook_id=fact.webhook_id, position=fact.position)
