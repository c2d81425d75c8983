"""What people, roles and the company have chosen."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q


class Preferences(models.Model):
    """One person's choices; who has no row has chosen nothing yet."""

    class DigestEvery(models.TextChoices):
        HOUR = "hour"
        DAY = "day"

    staff = models.OneToOneField("people.Staff", on_delete=models.CASCADE, primary_key=True, related_name="+")
    ways = models.JSONField(default=dict)  # {reason: [way]}; a reason that is absent follows the defaults
    timezone = models.TextField(blank=True)  # empty: the company's
    quiet_from = models.TimeField(null=True)
    quiet_until = models.TimeField(null=True)
    days_off = ArrayField(models.SmallIntegerField(), default=list)  # 0 is Monday; quiet all day
    do_not_disturb_until = models.DateTimeField(null=True)
    digest_every = models.TextField(choices=DigestEvery.choices, default=DigestEvery.DAY)
    digest_hour = models.SmallIntegerField(default=9)
    sound = models.BooleanField(default=False)
    shows_content = models.BooleanField(default=False)  # in mail and push, where the company allows it

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(quiet_from=None, quiet_until=None)
                | Q(quiet_from__isnull=False, quiet_until__isnull=False) & ~Q(quiet_from=F("quiet_until")),
                name="quiet_hours_begin_and_end",
            ),
            models.CheckConstraint(condition=Q(digest_hour__range=(0, 23)), name="digest_hour_of_the_day"),
            models.CheckConstraint(condition=Q(days_off__len__lte=6), name="one_day_is_not_off"),
        ]


class RoleWays(models.Model):
    """The ways by which people of a role hear, unless they choose otherwise."""

    role = models.OneToOneField("people.Role", on_delete=models.CASCADE, primary_key=True, related_name="+")
    ways = models.JSONField(default=dict)  # {reason: [way]}


class Policy(models.Model):
    """What the company has chosen for everybody."""

    ONLY = 1

    id = models.SmallIntegerField(primary_key=True, default=ONLY)
    ways = models.JSONField(default=dict)  # {reason: [way]}
    allows_content = models.BooleanField(default=False)  # customers' words may leave by mail and push
    mails_per_hour = models.PositiveSmallIntegerField(default=12)  # and person; the rest goes into a summary
    pushes_per_hour = models.PositiveSmallIntegerField(default=30)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="one_policy")]


class Mute(models.Model):
    """Somebody does not want to hear of a ticket."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "ticket"], name="one_mute_per_ticket")]
