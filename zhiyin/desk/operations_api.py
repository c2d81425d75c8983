"""The health page: lag, parked events, ledger, processes, mailboxes, disk, and what to do about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone
from ninja import Router, Schema, Status
from pydantic import Field

from zhiyin.channels.models import Channel
from zhiyin.channels.providers.email.models import Mailbox
from zhiyin.people.access import Signed, needs
from zhiyin.platform.event_log.models import ParkedEvent
from zhiyin.platform.http.errors import language_of
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.ops.findings import run_checks
from zhiyin.platform.ops.operations import given_up_effects, look, parked_events
from zhiyin.platform.ops.personal_data import mask
from zhiyin.platform.ops.repairing import replay_subscriber, retry_given_up_effect, retry_parked

router = Router(tags=["operations"])
READ, MANAGE = needs("operations.read"), needs("operations.manage")
LISTED = 50


class SubscriberShape(Schema):
    name: str
    position: int
    lag_events: int = Field(description="counted up to 10,000")
    lag_seconds: float
    parked: int
    replayable: bool


class EffectsShape(Schema):
    kind: str
    waiting: int
    leased: int
    given_up: int
    oldest_due_seconds: float


class ProcessShape(Schema):
    kind: str
    host: str
    pid: int
    started_at: datetime
    beat_at: datetime
    alive: bool


class ParkedShape(Schema):
    id: int
    subscriber: str
    subject: str
    type: str = Field(alias="event.type")
    position: int = Field(alias="event.position")
    error: str
    attempts: int
    parked_at: datetime
    next_try_at: datetime

    @staticmethod
    def resolve_error(parked: ParkedEvent) -> str:
        return mask(parked.error)


class FailedEffectShape(Schema):
    id: int
    kind: str
    error: str
    attempts: int
    recorded_at: datetime
    settled_at: datetime | None

    @staticmethod
    def resolve_error(effect: Effect) -> str:
        return mask(effect.error)


class MailboxShape(Schema):
    """How far a mailbox has been read; `missing` mails are on its server and not here."""

    folder: str
    last_uid: int
    taken: int
    server_count: int
    missing: int
    counted_at: datetime | None
    looked_at: datetime | None
    trouble: str
    troubled_since: datetime | None

    @staticmethod
    def resolve_trouble(mailbox: Mailbox) -> str:
        return mask(mailbox.trouble)


class InletShape(Schema):
    """A channel; `mailbox` where it is one that we read."""

    id: int
    kind: str
    name: str
    active: bool
    mailbox: MailboxShape | None


class OperationsShape(Schema):
    at: datetime
    head: int
    events_pending: int
    oldest_pending_seconds: float
    subscribers: list[SubscriberShape]
    effects: list[EffectsShape]
    parked: list[ParkedShape]
    failed_effects: list[FailedEffectShape]
    timers_set: int
    timers_overdue: int
    processes: list[ProcessShape]
    streams: int
    disk_free_bytes: int
    disk_total_bytes: int
    database_bytes: int
    channels: list[InletShape]


class FindingShape(Schema):
    level: str
    code: str
    message: str
    next_step: str


class CheckShape(Schema):
    name: str
    title: str
    findings: list[FindingShape]


class ReplayBody(Schema):
    from_position: int = Field(0, ge=0, lt=2**63, description="the last position not to be read again")


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
        "failed_effects": given_up_effects(limit=LISTED),
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


@router.post("/operations/subscribers/{name}/replay", response={202: None}, auth=MANAGE)
def post_replay(request: Signed, name: str, body: ReplayBody) -> Any:
    """Let an index be built again from the event log."""
    replay_subscriber(
        subscriber=name, from_position=body.from_position, by_id=request.auth.pk, now=timezone.now()
    )
    return Status(202, None)
