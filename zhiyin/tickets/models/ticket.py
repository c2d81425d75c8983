"""The ticket's own row, and who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple, Self

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q

from zhiyin.people.permissions import Scope
from zhiyin.platform.rows.filling import fill
from zhiyin.tickets.models.category import Category
from zhiyin.tickets.models.statuses import CustomStatus, TicketType

if TYPE_CHECKING:
    from zhiyin.people.models import Staff
    from zhiyin.tickets.models.writing import ReplyLock

PREVIEW_LENGTH = 140


def within_reach(actor: Staff, permission: str, *, path: str = "") -> Q:
    """The condition that a ticket (at `path` of another model's query) is within the person's scope."""
    scope = actor.scope(permission)
    if scope == Scope.ALL:
        return Q()
    if scope is None:
        return Q(pk__in=[])
    mine = Q(**{f"{path}assignee_id": actor.pk})
    if scope == Scope.OWN:
        return mine
    return mine | Q(**{f"{path}group_id__in": actor.group_ids}) | Q(**{f"{path}group_id": None})


class Progress(NamedTuple):
    done: int
    total: int


# what a ticket's row shows of those beside it
_BESIDE = {
    "customer": ("name", "tier", "language", "region"),
    "group": ("name",),
    "assignee": ("name",),
    "channel": ("kind", "name", "default_region"),
    "category": ("name", "path"),
    "type": ("name_zh", "name_en"),
    "custom_status": ("name_zh", "name_en"),
    "reply_lock": ("staff", "held_until"),
    "checklist": ("done", "total"),
}


class TicketQuerySet(models.QuerySet["Ticket"]):
    _shows: bool = False

    def visible_to(self, actor: Staff, permission: str = "tickets.read") -> TicketQuerySet:
        """Those the person may see (or, with another permission, act on)."""
        return self.filter(within_reach(actor, permission))

    def active(self) -> TicketQuerySet:
        return self.filter(status__in=Ticket.ACTIVE)

    def at_hand(self) -> TicketQuerySet:
        """Active ones that are not snoozed: what the working lists show."""
        return self.active().filter(snoozed_until=None)

    def over(self, *, before: datetime) -> TicketQuerySet:
        """Solved or closed before that moment, and silent since: what retention rules may take. No aliases."""
        return self.filter(
            status__in=["solved", "closed"],
            solved_at__lt=before,
            last_message_at__lt=before,
            merged_into=None,
        )

    def themselves(self) -> TicketQuerySet:
        """Without aliases, the tickets that were merged into others."""
        return self.filter(merged_into=None)

    def with_rows(self) -> Self:
        """With what a ticket's row shows of those beside it; all else of them costs a query each time."""
        shown: Self = self._chain()  # type: ignore[attr-defined]
        shown._shows = True
        return shown

    def _clone(self) -> Self:
        copy: Self = super()._clone()  # type: ignore[misc]
        copy._shows = self._shows
        return copy

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        if is_new and self._shows and self._result_cache:
            _show(self._result_cache)

    def iterator(self, chunk_size: int | None = None) -> Iterator[Ticket]:
        found = super().iterator(chunk_size)
        while chunk := list(islice(found, chunk_size or 1000)):
            if self._shows:
                _show(chunk)
            yield from chunk


def _show(tickets: list[Ticket]) -> None:
    fill((tickets, _BESIDE))
    fill(([lock for ticket in tickets if (lock := ticket.answering)], {"staff": ("name",)}))


class Ticket(models.Model):
    """One case."""

    class Status(models.TextChoices):
        NEW = "new"
        OPEN = "open"
        PENDING = "pending"
        ON_HOLD = "on_hold"
        SOLVED = "solved"
        CLOSED = "closed"

    class Priority(models.IntegerChoices):
        LOW = 1
        NORMAL = 2
        HIGH = 3
        URGENT = 4

    class Mood(models.TextChoices):
        ANGRY = "angry"
        ANXIOUS = "anxious"
        NEUTRAL = "neutral"
        PLEASED = "pleased"

    ACTIVE = ("new", "open", "pending", "on_hold")

    subject = models.TextField(blank=True)
    status = models.TextField(choices=Status.choices, default=Status.NEW)
    # inside `status` (ticket_custom_status_inside); the database drops it when the status changes (migration 0011)
    custom_status = models.ForeignKey(
        CustomStatus,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
        db_index=False,
        db_constraint=False,
    )
    priority = models.SmallIntegerField(choices=Priority.choices, default=Priority.NORMAL)
    channel = models.ForeignKey("channels.Channel", on_delete=models.PROTECT, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    type = models.ForeignKey(
        TicketType, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    category = models.ForeignKey(Category, on_delete=models.SET_NULL, null=True, related_name="+")
    tags = ArrayField(models.TextField(), default=list)
    fields = models.JSONField(
        default=dict, db_default={}
    )  # values of custom fields, by key; empty ones are absent
    preview = models.TextField(blank=True)
    last_message_at = models.DateTimeField()
    last_message_from = models.TextField(default="customer")  # customer | staff
    waiting_since = models.DateTimeField(null=True)
    message_count = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)  # grows with every change that a writer should know of
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    solved_at = models.DateTimeField(null=True)
    snoozed_until = models.DateTimeField(
        null=True
    )  # out of the working lists until then, or until the customer writes
    woken_at = models.DateTimeField(null=True)  # back from a snooze, and nobody has done anything since
    deadline_at = models.DateTimeField(null=True)  # when the next promise falls due; counted above
    promises_paused = models.BooleanField(
        default=False, db_default=False
    )  # there are promises, and all stand still
    mood = models.TextField(
        blank=True, db_default=""
    )  # how the customer last sounded; '' before anybody looked. Read above
    own_language = models.TextField(blank=True, db_default="")  # '' for the customer's
    own_region = models.TextField(blank=True, db_default="")
    merged_into = models.ForeignKey(  # this ticket is an alias: what it was goes on there
        "self", on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    anonymised_at = models.DateTimeField(null=True)  # what was said and by whom is gone; that it was stays

    objects = TicketQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["-last_message_at", "-id"], name="ticket_recent"),
            models.Index(fields=["customer", "-last_message_at"], name="ticket_customer"),
            models.Index(
                fields=["-last_message_at", "-id"],
                name="ticket_active",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                fields=["assignee", "-last_message_at", "-id"],
                name="ticket_active_assignee",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                fields=["group", "-last_message_at", "-id"],
                name="ticket_active_group",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(
                fields=["waiting_since", "id"],
                name="ticket_waiting",
                condition=Q(waiting_since__isnull=False),
            ),
            models.Index(fields=["-created_at", "-id"], name="ticket_created"),
            models.Index(
                fields=["-updated_at", "-id"],
                name="ticket_active_updated",
                condition=Q(status__in=["new", "open", "pending", "on_hold"]),
            ),
            models.Index(fields=["-solved_at"], name="ticket_solved", condition=Q(solved_at__isnull=False)),
            GinIndex(fields=["tags"], name="ticket_tags"),
            models.Index(
                fields=["priority", "-last_message_at", "-id"],
                name="ticket_priority",
                condition=~Q(priority=2),  # most are normal
            ),
            models.Index(
                fields=["snoozed_until", "id"],
                name="ticket_snoozed",
                condition=Q(snoozed_until__isnull=False),
            ),
            models.Index(
                fields=["merged_into"], name="ticket_aliases", condition=Q(merged_into__isnull=False)
            ),
            models.Index(
                fields=["deadline_at", "id"],
                name="ticket_deadline",
                condition=Q(deadline_at__isnull=False),
            ),
            GinIndex(fields=["fields"], name="ticket_fields", opclasses=["jsonb_path_ops"]),
            models.Index(
                fields=["type", "-last_message_at", "-id"],
                name="ticket_type",
                condition=Q(type__isnull=False),
            ),
            models.Index(
                fields=["custom_status", "-last_message_at", "-id"],
                name="ticket_custom_status",
                condition=Q(custom_status__isnull=False),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=["new", "open", "pending", "on_hold", "solved", "closed"]),
                name="ticket_status_known",
            ),
            models.CheckConstraint(condition=Q(priority__in=[1, 2, 3, 4]), name="ticket_priority_known"),
            models.CheckConstraint(
                condition=Q(mood__in=["", "angry", "anxious", "neutral", "pleased"]), name="ticket_mood_known"
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        return f"#{self.pk}"

    @property
    def channel_kind(self) -> str:
        return self.channel.kind

    @property
    def channel_name(self) -> str:
        return self.channel.name

    @property
    def language(self) -> str:
        """What the case is in: its own, or its customer's."""
        return self.own_language or self.customer.language

    @property
    def region(self) -> str:
        """Where the case is, the widest first: its own, or its customer's, or where its channel says."""
        return self.own_region or self.customer.region or self.channel.default_region

    @property
    def answering(self) -> ReplyLock | None:
        """Who has, or had last, the answer; none where nobody ever began one."""
        return getattr(self, "reply_lock", None)

    @property
    def progress(self) -> Progress | None:
        """How far the checklist is; None without one. Read with the row where `checklist` is joined."""
        checklist = getattr(self, "checklist", None)
        return Progress(checklist.done, checklist.total) if checklist is not None else None

    @property
    def is_active(self) -> bool:
        return self.status in self.ACTIVE

    def hear_customer(self, *, preview: str, at: datetime) -> None:
        """The customer wrote: they wait for us from now, unless they did already."""
        self._note_message(preview, "customer", at)
        self.waiting_since = self.waiting_since or at
        if self.snoozed_until is not None:
            self.wake(at)
        if self.status != self.Status.NEW:
            self.reopen()

    def answer(self, *, preview: str, at: datetime) -> None:
        """We wrote: nobody waits, and a new ticket counts as being worked on."""
        self._note_message(preview, "staff", at)
        self.waiting_since = self.woken_at = None
        if self.status == self.Status.NEW:
            self.reopen()

    def tell(self, *, preview: str, at: datetime) -> None:
        """The customer was told something by itself: who waited for an answer waits still."""
        self._note_message(preview, "staff", at)

    def answer_by_machine(self, *, preview: str, at: datetime) -> None:
        """A machine answered: nobody waits, unless they say that it did not help; the ticket is nobody's still."""
        self._note_message(preview, "staff", at)
        self.waiting_since = None

    def wait_again(self, at: datetime) -> None:
        """What was answered did not do."""
        self.waiting_since = self.waiting_since or at
        self.touch(at)

    def return_to_front(self, at: datetime) -> None:
        """Before all that came later: its customer counts as waiting since they first wrote."""
        if self.status != self.Status.NEW:
            self.reopen()
        self.waiting_since, self.woken_at = self.created_at, at
        self.touch(at)

    def snooze(self, until: datetime, *, at: datetime) -> None:
        self.snoozed_until, self.woken_at = until, None
        self.touch(at)

    def wake(self, at: datetime) -> None:
        """Back in the working lists, with a mark until somebody does something."""
        self.snoozed_until, self.woken_at = None, at

    def reopen(self) -> None:
        self.enter(self.Status.OPEN)
        self.solved_at = None

    def enter(self, status: str, custom: CustomStatus | None = None) -> None:
        """Take a fixed status, and with it a custom one inside it; without one, one that fits stays."""
        if custom is not None or self.status != status:
            self.custom_status = custom
        self.status = status

    def change_status(self, status: str, *, at: datetime, custom: CustomStatus | None = None) -> None:
        self.enter(status, custom)
        self.woken_at = None
        self.solved_at = at if status in (self.Status.SOLVED, self.Status.CLOSED) else None
        if self.solved_at is not None:
            self.waiting_since = None
        self.touch(at)

    def touch(self, at: datetime) -> None:
        self.updated_at = at
        self.version += 1

    def _note_message(self, preview: str, author: str, at: datetime) -> None:
        self.preview = " ".join(preview[: PREVIEW_LENGTH * 4].split())[:PREVIEW_LENGTH]
        self.last_message_from = author
        self.last_message_at = at
        self.message_count += 1
        self.touch(at)
