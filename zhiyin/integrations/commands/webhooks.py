"""Adding, changing and removing web-hooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from zhiyin.integrations.catalogue import TYPES
from zhiyin.integrations.models import EVERYTHING, Webhook
from zhiyin.people.models import Staff
from zhiyin.platform.audit.audit import record_audit
from zhiyin.platform.http.errors import Invalid
from zhiyin.platform.outbound.addresses import AddressRefused, check_reachable
from zhiyin.platform.outbound.signing import new_secret


@dataclass(frozen=True, kw_only=True)
class WebhookForm:
    name: str
    url: str
    events: Sequence[str]
    active: bool = True


@transaction.atomic
def add_webhook(*, form: WebhookForm, by: Staff, now: datetime) -> Webhook:
    """Add a web-hook with a fresh secret. Raises Invalid naming the fields that don't fit."""
    _refuse_unfit(form)
    webhook = Webhook.objects.create(
        name=form.name.strip(),
        url=form.url.strip(),
        events=_ordered(form.events),
        active=form.active,
        secret=new_secret(),
        created_by=by,
        created_at=now,
    )
    _audit("integrations.webhook_added", webhook, by, now, events=webhook.events)
    return webhook


@transaction.atomic
def change_webhook(*, webhook_id: int, form: WebhookForm, by: Staff, now: datetime) -> Webhook:
    """Change a web-hook; switching it on forgets its failures."""
    webhook = Webhook.objects.visible_to(by).select_for_update().get(pk=webhook_id)
    _refuse_unfit(form)
    webhook.name, webhook.url, webhook.events = form.name.strip(), form.url.strip(), _ordered(form.events)
    if form.active and not webhook.active:
        webhook.failures, webhook.disabled_reason = 0, ""
        webhook.failing_since = webhook.paused_until = webhook.disabled_at = None
    webhook.active = form.active
    webhook.save()
    _audit("integrations.webhook_changed", webhook, by, now, events=webhook.events, active=webhook.active)
    return webhook


@transaction.atomic
def remove_webhook(*, webhook_id: int, by: Staff, now: datetime) -> None:
    """Remove a web-hook with its deliveries; what is owed to it is not sent any more."""
    webhook = Webhook.objects.visible_to(by).select_for_update().get(pk=webhook_id)
    _audit("integrations.webhook_removed", webhook, by, now)
    webhook.delete()


@transaction.atomic
def renew_secret(*, webhook_id: int, by: Staff, now: datetime) -> Webhook:
    """Sign with a fresh secret from now on."""
    webhook = Webhook.objects.visible_to(by).select_for_update().get(pk=webhook_id)
    webhook.secret = new_secret()
    webhook.save(update_fields=["secret"])
    _audit("integrations.webhook_secret_renewed", webhook, by, now)
    return webhook


def _refuse_unfit(form: WebhookForm) -> None:
    wrong: dict[str, str] = {}
    try:
        check_reachable(form.url.strip())
    except AddressRefused as refused:
        wrong["url"] = str(refused)
    unknown = sorted(set(form.events) - TYPES - {EVERYTHING})
    if unknown or not form.events:
        wrong["events"] = f"unknown: {', '.join(unknown)}" if unknown else "required"
    if wrong:
        raise Invalid(fields=wrong)


def _ordered(events: Sequence[str]) -> list[str]:
    return [EVERYTHING] if EVERYTHING in events else sorted(set(events))


def _audit(action: str, webhook: Webhook, by: Staff, now: datetime, **details: Any) -> None:
    told = {"url": webhook.url, **details}
    record_audit(action=action, by=by.pk, target=f"webhook:{webhook.pk}", details=told, now=now)
