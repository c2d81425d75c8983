from __future__ import annotations

from django.db import models
from django.db.models.functions import Now


class Calendar(models.Model):
    """Business hours with a name; whoever needs hours points to one."""

    name = models.TextField(unique=True)
    zone = models.TextField(default="Asia/Shanghai")
    week = models.JSONField(
        default=list
    )  # seven lists of [opens, closes], Monday first: [["09:00", "18:00"]]
    official = models.TextField(blank=True)  # whose official days off hold: '' or a key of `official`
    makeup_weekday = models.SmallIntegerField(default=0)  # which weekday's hours a make-up day has
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(makeup_weekday__gte=0, makeup_weekday__lte=6),
                name="makeup_day_is_a_weekday",
            )
        ]

    def __str__(self) -> str:
        return self.name


class CalendarDay(models.Model):
    """One date that differs from its weekday; it goes before an official day."""

    class Kind(models.TextChoices):
        CLOSED = "closed"
        HOURS = "hours"
        MAKEUP = "makeup"

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days")
    on = models.DateField()
    kind = models.TextField(choices=Kind.choices)
    intervals = models.JSONField(default=list)  # of the kind `hours` only, as in a week
    name = models.TextField(blank=True)

    class Meta:
        ordering = ["on"]
        constraints = [models.UniqueConstraint(fields=["calendar", "on"], name="calendar_day_once")]
