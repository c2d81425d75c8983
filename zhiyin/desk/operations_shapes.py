"""The JSON shapes of the health page."""

from __future__ import annotations

from datetime import datetime

from ninja import Schema
from pydantic import Field

from zhiyin.channels.models import Delivery
from zhiyin.channels.providers.email.models import Mailbox
from zhiyin.desk.explaining import Explanation, explain_failed_event, explain_failed_sending
from zhiyin.platform.event_log.models import ParkedEvent
from zhiyin.platform.ledger.models import Effect
from zhiyin.platform.ops.personal_data import mask


class ExplanationShape(Schema):
    """What it means and what to do about it."""

    zh: str
    en: str


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
    queued_behind: int = Field(description="later events of the same subject that wait")
    explanation: ExplanationShape

    @staticmethod
    def resolve_error(parked: ParkedEvent) -> str:
        return mask(parked.error)

    @staticmethod
    def resolve_explanation(parked: ParkedEvent) -> Explanation:
        return explain_failed_event(parked.error)


class FailedEffectShape(Schema):
    id: int
    kind: str
    error: str
    attempts: int
    recorded_at: datetime
    settled_at: datetime | None
    explanation: ExplanationShape

    @staticmethod
    def resolve_error(effect: Effect) -> str:
        return mask(effect.error)

    @staticmethod
    def resolve_explanation(effect: Effect) -> Explanation:
        return explain_failed_sending(effect.error)


class FailedDeliveryShape(Schema):
    """A message to a customer that failed or came back."""

    id: int
    state: str
    channel_name: str = Field(alias="channel.name")
    channel_kind: str = Field(alias="channel.kind")
    reason: str
    attempts: int
    at: datetime = Field(alias="settled_at")
    ticket_id: int | None
    explanation: ExplanationShape

    @staticmethod
    def resolve_reason(delivery: Delivery) -> str:
        return mask(delivery.reason)

    @staticmethod
    def resolve_explanation(delivery: Delivery) -> Explanation:
        return explain_failed_sending(delivery.reason)


class JobShape(Schema):
    """What the clock drives."""

    name: str
    last_at: datetime | None = Field(description="when the clock asked for it last")
    waiting: int
    running: int
    failed: int
    oldest_at: datetime | None = Field(description="since when the oldest that is not done waits")


class BackupShape(Schema):
    at: datetime
    name: str
    size_bytes: int
    missing_files: int


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
    failed_effects: list[FailedEffectShape] = Field(description="but for deliveries")
    failed_deliveries: list[FailedDeliveryShape]
    jobs: list[JobShape]
    last_backup: BackupShape | None
    backup_command: str
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
