"""A row of somebody's bell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhiyin.notifications.reasons import all_reasons
from zhiyin.tickets.models import Ticket

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class NotificationQuerySet(models.QuerySet["Notification"]):
    def visible_to(self, actor: Staff) -> NotificationQuerySet:
        """The person's own, of tickets they may see at this moment, or have a part in that the reason is about."""
        shown = Q(ticket=None) | Q(Exists(Ticket.objects.visible_to(actor).filter(pk=OuterRef("ticket_id"))))
        for reason in all_reasons():
            if reason.through is not None:
                shown |= Q(reason=reason.code, ticket__in=reason.through(actor))
        return self.filter(staff=actor).filter(shown)

    def unread(self) -> NotificationQuerySet:
        return self.filter(read_at=None)


class Notification(models.Model):
    """What somebody hears of, for one reason, on one ticket; it grows while it is unread."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+")
    reason = models.TextField()
    bundle = models.TextField()  # what grows into this row: `ticket:12:assigned`, or `mass:assigned`
    count = models.PositiveIntegerField(default=1)
    by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")  # the last
    by_others = models.BooleanField(default=False)  # somebody else before them
    message_id = models.BigIntegerField(null=True)  # where the ticket's page should open
    position = models.BigIntegerField()  # of the latest fact
    in_app = models.BooleanField()  # shown in the bell; a row for mail only is not
    is_quiet = models.BooleanField(default=False)  # makes no sound: it came in quiet hours
    digest_due_at = models.DateTimeField(null=True)  # when it goes into a summary, if it is unread then
    digest_at = models.DateTimeField(null=True)  # the moment of the summary it went into
    created_at = models.DateTimeField()
    last_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["staff", "bundle"], name="one_unread_row_per_bundle", condition=Q(read_at=None)
            )
        ]
        indexes = [
            models.Index(fields=["staff", "-last_at", "-id"], name="notification_recent"),
            models.Index(
                fields=["staff", "-last_at", "-id"],
                name="notification_unread",
                condition=Q(read_at=None, in_app=True),
            ),
            models.Index(fields=["staff", "reason", "-created_at"], name="notification_burst"),
            models.Index(
                fields=["digest_due_at"],
                name="notification_digest_due",
                condition=Q(digest_due_at__isnull=False, read_at=None),
            ),
            models.Index(fields=["last_at"], name="notification_old"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} → {self.staff_id}"

    @property
    def is_mass(self) -> bool:
        return self.bundle.startswith("mass:")
