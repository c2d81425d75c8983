"""The JSON shapes of notifications."""

from __future__ import annotations

from datetime import datetime, time
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from zhiyin.notifications.models import Decision, Notification
from zhiyin.notifications.queries.choices import Choice, Choices
from zhiyin.notifications.reasons import Reason, Words, reason_called
from zhiyin.notifications.wording import line_of

WayName = Literal["app", "mail", "push", "digest"]
WaysByReason = dict[str, list[WayName] | None]


class WordsShape(Schema):
    zh: str
    en: str


class TicketOfNotification(Schema):
    id: int
    number: str
    subject: str


class NotificationShape(Schema):
    id: int
    reason: str
    reason_name: WordsShape
    text: WordsShape
    urgency: str
    ticket: TicketOfNotification | None = Field(description="null where many tickets are told of at once")
    message_id: int | None
    count: int
    position: int
    created_at: datetime
    last_at: datetime
    read_at: datetime | None


class NotificationPage(Schema):
    items: list[NotificationShape]
    next_cursor: str | None


class UnreadCount(Schema):
    unread: int
    capped_at: int


class ReadingBody(Schema):
    """Everything that is unread, or only that of a ticket; `until` is the highest `position` that was seen."""

    until: int | None = None
    ticket_id: int | None = None


class ReadCount(Schema):
    read: int


class DecisionShape(Schema):
    staff_id: int
    staff_name: str
    reason: str
    reason_name: WordsShape
    fact: str
    rule: str
    ways: list[str]
    held: dict[str, str] = Field(description="of ways that were not used: what held them back")
    source: str = Field(description="whose choice of ways it was: own, role, company or shipped")
    count: int
    at: datetime
    last_at: datetime


class SendingShape(Schema):
    way: str
    state: str
    why: str
    owed_at: datetime
    settled_at: datetime | None


class WhyShape(Schema):
    decisions: list[DecisionShape]
    sendings: list[SendingShape]


class DecisionPage(Schema):
    items: list[DecisionShape]
    next_cursor: str | None


class ToldShape(Schema):
    muted: bool
    mine: list[DecisionShape]
    others: DecisionPage


class NoticeChoiceShape(Schema):
    reason: str
    name: WordsShape
    urgency: str
    pierces_mute: bool
    ways: list[str]
    source: str
    default: list[str]


class DeviceShape(Schema):
    id: int
    fingerprint: str
    user_agent: str
    created_at: datetime
    reached_at: datetime | None


class PreferencesShape(Schema):
    choices: list[NoticeChoiceShape]
    timezone: str
    company_timezone: str
    quiet_from: time | None
    quiet_until: time | None
    days_off: list[int]
    do_not_disturb_until: datetime | None
    digest_every: str
    digest_hour: int
    sound: bool
    shows_content: bool
    company_allows_content: bool
    mail_is_possible: bool
    push_key: str
    devices: list[DeviceShape]


class PreferencesBody(Schema):
    """What is left out stays as it is. In `ways`, null sets a reason back to its default."""

    ways: WaysByReason = {}
    timezone: str = Field("", max_length=60)
    quiet_from: time | None = None
    quiet_until: time | None = None
    days_off: list[Annotated[int, Field(ge=0, le=6)]] = Field([], max_length=7)
    do_not_disturb_until: datetime | None = None
    digest_every: Literal["hour", "day"] = "day"
    digest_hour: int = Field(9, ge=0, le=23)
    sound: bool = False
    shows_content: bool = False


class SubscriptionBody(Schema):
    endpoint: str = Field(min_length=1, max_length=2000)
    public_key: str = Field(min_length=1, max_length=200, description="the browser's p256dh, base64url")
    secret: str = Field(min_length=1, max_length=100, description="the browser's auth, base64url")


class ReasonShape(Schema):
    reason: str
    name: WordsShape
    urgency: str
    shipped: list[str]


class RoleWaysShape(Schema):
    id: int
    code: str
    name: WordsShape
    ways: dict[str, list[str]]


class PolicyShape(Schema):
    reasons: list[ReasonShape]
    ways: dict[str, list[str]]
    roles: list[RoleWaysShape]
    allows_content: bool
    mails_per_hour: int
    pushes_per_hour: int
    mail_is_possible: bool


class PolicyBody(Schema):
    """What is left out stays as it is. In `ways`, null sets a reason back to its default."""

    ways: WaysByReason = {}
    roles: dict[int, WaysByReason] = {}
    allows_content: bool = False
    mails_per_hour: int = Field(12, ge=1, le=1000)
    pushes_per_hour: int = Field(30, ge=1, le=1000)


def notification_shape(row: Notification) -> NotificationShape:
    reason, ticket = reason_called(row.reason), row.ticket
    return NotificationShape(
        id=row.pk,
        reason=row.reason,
        reason_name=_name(reason, row.reason),
        text=WordsShape(zh=line_of(row, "zh"), en=line_of(row, "en")),
        urgency=reason.urgency if reason else "normal",
        ticket=TicketOfNotification(id=ticket.pk, number=ticket.number, subject=ticket.subject)
        if ticket
        else None,
        message_id=row.message_id,
        count=row.count,
        position=row.position,
        created_at=row.created_at,
        last_at=row.last_at,
        read_at=row.read_at,
    )


def decision_shape(row: Decision) -> DecisionShape:
    return DecisionShape(
        staff_id=row.staff_id,
        staff_name=row.staff.name,
        reason=row.reason,
        reason_name=_name(reason_called(row.reason), row.reason),
        fact=row.fact,
        rule=row.rule,
        ways=row.ways,
        held=row.held,
        source=row.source,
        count=row.count,
        at=row.at,
        last_at=row.last_at,
    )


def choice_shape(choice: Choice) -> NoticeChoiceShape:
    return NoticeChoiceShape(
        reason=choice.reason.code,
        name=words_shape(choice.reason.name),
        urgency=choice.reason.urgency,
        pierces_mute=choice.reason.pierces_mute,
        ways=list(choice.ways),
        source=choice.source,
        default=list(choice.default),
    )


def preferences_shape(choices: Choices, *, mail_is_possible: bool, push_key: str) -> PreferencesShape:
    row = choices.preferences
    return PreferencesShape(
        choices=[choice_shape(one) for one in choices.matrix],
        timezone=row.timezone,
        company_timezone=choices.rules.zone,
        quiet_from=row.quiet_from,
        quiet_until=row.quiet_until,
        days_off=row.days_off,
        do_not_disturb_until=row.do_not_disturb_until,
        digest_every=row.digest_every,
        digest_hour=row.digest_hour,
        sound=row.sound,
        shows_content=row.shows_content,
        company_allows_content=choices.rules.policy.allows_content,
        mail_is_possible=mail_is_possible,
        push_key=push_key,
        devices=[DeviceShape.from_orm(one) for one in choices.devices],
    )


def words_shape(words: Words) -> WordsShape:
    return WordsShape(zh=words.zh, en=words.en)


def _name(reason: Reason | None, code: str) -> WordsShape:
    return words_shape(reason.name) if reason else WordsShape(zh=code, en=code)
