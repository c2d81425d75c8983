"""Browsers that take pushes."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Status

from zhiyin.notifications.api.router import router
from zhiyin.notifications.commands.subscribing import (
    add_subscription,
    remove_subscription,
    test_subscription,
)
from zhiyin.notifications.shapes import DeviceShape, SubscriptionBody
from zhiyin.people.access import Signed, in_person


@router.post("/notifications/devices", response={201: DeviceShape}, auth=in_person)
def post_device(request: Signed, body: SubscriptionBody) -> Any:
    """Push to this browser from now on."""
    row = add_subscription(
        endpoint=body.endpoint,
        public_key=body.public_key,
        secret=body.secret,
        user_agent=request.headers.get("User-Agent", ""),
        by=request.auth,
        now=timezone.now(),
    )
    return Status(201, row)


@router.delete("/notifications/devices/{int:device_id}", response={204: None}, auth=in_person)
def delete_device(request: Signed, device_id: int) -> Any:
    """Push no more to this browser."""
    remove_subscription(subscription_id=device_id, by=request.auth)
    return Status(204, None)


@router.post("/notifications/devices/{int:device_id}/tests", response={202: None}, auth=in_person)
def post_test(request: Signed, device_id: int) -> Any:
    """Send this browser a push that tells of nothing."""
    test_subscription(subscription_id=device_id, by=request.auth, now=timezone.now())
    return Status(202, None)
