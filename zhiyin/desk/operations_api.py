"""The health page: lag, parked events, ledger, deliveries, jobs, processes, mailboxes, backups, disk, and what to do."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from ninja import Router, Status

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.models import Mailbox
from zhiyin.desk.operations_shapes import CheckShape, OperationsShape, ReplayBody
from zhiyin.desk.troubles import failed_deliveries, send_again
from zhiyin.people.access import Signed, needs
from zhiyin.platform.http.errors import language_of
from zhiyin.platform.ops.backups import backup_command, last_backup
from zhiyin.platform.ops.findings import run_checks
from zhiyin.platform.ops.operations import given_up_effects, look, parked_events
from zhiyin.platform.ops.repairing import replay_subscriber, retry_given_up_effect, retry_parked
from zhiyin.platform.ops.scheduled import job_states

router = Router(tags=["operations"])
READ, MANAGE = needs("operations.read"), needs("operations.manage")
LISTED = 50


@router.get("/operations", response=OperationsShape, auth=READ)
def get_operations(request: Signed) -> Any:
    """How the centre runs now."""
    mailboxes = {mailbox.channel_id: mailbox for mailbox in Mailbox.objects.all()}
    channels = list(Channel.objects.order_by("kind", "name"))
    for channel in channels:
        channel.mailbox = mailboxes.get(channel.pk)  # type: ignore[attr-defined]  # for its shape
    return {
        **vars(look()),
        "parked": parked_events(limit=LISTED),
        "failed_effects": given_up_effects(limit=LISTED, but="channels.deliver."),
        "failed_deliveries": failed_deliveries(limit=LISTED),
        "jobs": job_states(),
        "last_backup": last_backup(),
        "backup_command": backup_command(),
        "channels": channels,
    }


@router.get("/operations/checks", response=list[CheckShape], auth=READ)
def get_checks(request: Signed) -> Any:
    """What `zhiyin doctor` would say, in your language."""
    language = language_of(request)
    return [
        {
            "name": check.name,
            "title": check.zh if language == "zh" else check.en,
            "findings": [finding.in_words(language) for finding in findings],
        }
        for check, findings in run_checks(now=timezone.now())
    ]


@router.post("/operations/parked/{parked_id}/retry", response={202: None}, auth=MANAGE)
def post_parked_retry(request: Signed, parked_id: int) -> Any:
    """Try a parked event again at once."""
    retry_parked(parked_id=parked_id, by_id=request.auth.pk, now=timezone.now())
    return Status(202, None)


@router.post("/operations/effects/{effect_id}/retry", response={202: None}, auth=MANAGE)
def post_effect_retry(request: Signed, effect_id: int) -> Any:
    """Carry out an effect that was given up, or that waits, at once."""
    retry_given_up_effect(effect_id=effect_id, by_id=request.auth.pk, now=timezone.now())
    return Status(202, None)


@router.post("/operations/deliveries/{int:delivery_id}/retry", response={202: None}, auth=MANAGE)
def post_delivery_retry(request: Signed, delivery_id: int) -> Any:
    """Send a message that failed or came back again, for real."""
    send_again(delivery_id=delivery_id, by=request.auth, now=timezone.now())
    return Status(202, None)


@router.post("/operations/subscribers/{name}/replay", response={202: None}, auth=MANAGE)
def post_replay(request: Signed, name: str, body: ReplayBody) -> Any:
    """Let an index be built again from the event log."""
    replay_subscriber(
        subscriber=name, from_position=body.from_position, by_id=request.auth.pk, now=timezone.now()
    )
    return Status(202, None)
