"""Web-hooks over HTTP."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Router, Status

from zhiyin.integrations.catalogue import CATALOGUE
from zhiyin.integrations.commands.delivering import ping_webhook, replay_delivery
from zhiyin.integrations.commands.webhooks import (
    WebhookForm,
    add_webhook,
    change_webhook,
    remove_webhook,
    renew_secret,
)
from zhiyin.integrations.models import Webhook, WebhookDelivery
from zhiyin.integrations.shapes import (
    DeliveryPage,
    FollowableShape,
    NewWebhookShape,
    SecretShape,
    WebhookBody,
    WebhookChange,
    WebhookDeliveryShape,
    WebhookShape,
)
from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.paging import keyset_page

router = Router(tags=["web-hooks"])
MANAGE = needs("channels.manage")


@router.get("/webhooks/events", response=list[FollowableShape], auth=MANAGE)
def get_events(request: Signed) -> Any:
    """The kinds of facts a web-hook can follow."""
    return CATALOGUE


@router.get("/webhooks", response=list[WebhookShape], auth=MANAGE)
def get_webhooks(request: Signed) -> Any:
    """All web-hooks."""
    return Webhook.objects.visible_to(request.auth).select_related("created_by").order_by("pk")


@router.post("/webhooks", response={201: NewWebhookShape}, auth=MANAGE)
def post_webhook(request: Signed, body: WebhookBody) -> Any:
    """Add a web-hook; the answer holds its secret, this once."""
    return Status(201, add_webhook(form=WebhookForm(**body.dict()), by=request.auth, now=timezone.now()))


@router.get("/webhooks/{webhook_id}", response=WebhookShape, auth=MANAGE)
def get_webhook(request: Signed, webhook_id: int) -> Any:
    """One web-hook."""
    return Webhook.objects.visible_to(request.auth).get(pk=webhook_id)


@router.patch("/webhooks/{webhook_id}", response=WebhookShape, auth=MANAGE)
def patch_webhook(request: Signed, webhook_id: int, body: WebhookChange) -> Any:
    """Change a web-hook, switch it off or on."""
    known = Webhook.objects.visible_to(request.auth).get(pk=webhook_id)
    kept = {name: getattr(known, name) for name in WebhookBody.model_fields}
    changed = {name: value for name, value in body.dict().items() if value is not None}
    form = WebhookForm(**{**kept, **changed})
    return change_webhook(webhook_id=webhook_id, form=form, by=request.auth, now=timezone.now())


@router.delete("/webhooks/{webhook_id}", response={204: None}, auth=MANAGE)
def delete_webhook(request: Signed, webhook_id: int) -> Any:
    """Remove a web-hook and what is owed to it."""
    remove_webhook(webhook_id=webhook_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.post("/webhooks/{webhook_id}/secret", response=SecretShape, auth=MANAGE)
def post_secret(request: Signed, webhook_id: int) -> Any:
    """A fresh secret, shown this once; the old one no longer counts."""
    return renew_secret(webhook_id=webhook_id, by=request.auth, now=timezone.now())


@router.post("/webhooks/{webhook_id}/pings", response={202: WebhookDeliveryShape}, auth=MANAGE)
def post_ping(request: Signed, webhook_id: int) -> Any:
    """Send a delivery of type `ping`, to see whether the receiver answers."""
    return Status(202, ping_webhook(webhook_id=webhook_id, by=request.auth, now=timezone.now()))


@router.get("/webhooks/{webhook_id}/deliveries", response=DeliveryPage, auth=MANAGE)
def get_deliveries(
    request: Signed,
    webhook_id: int,
    state: Literal["", "queued", "delivered", "failed", "cancelled"] = "",
    cursor: str | None = None,
    limit: int = 50,
) -> Any:
    """What was sent and what came of it, newest first."""
    webhook = Webhook.objects.visible_to(request.auth).get(pk=webhook_id)
    deliveries = WebhookDelivery.objects.filter(webhook=webhook, **({"state": state} if state else {}))
    return keyset_page(deliveries, order=("-created_at", "-id"), cursor=cursor, limit=limit)


@router.post(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}/replay",
    response={202: WebhookDeliveryShape},
    auth=MANAGE,
)
def post_replay(request: Signed, webhook_id: int, delivery_id: int) -> Any:
    """Send a delivery again at once; its id stays the same."""
    delivery = replay_delivery(
        webhook_id=webhook_id, delivery_id=delivery_id, by=request.auth, now=timezone.now()
    )
    return Status(202, delivery)
