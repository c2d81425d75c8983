"""Views: named conditions over tickets, how each person arranges them, and how many tickets they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

if TYPE_CHECKING:
    from zhiyin.people.models import Staff

SORTS = ("newest", "oldest", "waiting", "deadline", "created", "updated", "priority")
GROUPINGS = ("", "status", "priority", "assignee", "group", "category", "channel", "day")


class ViewQuerySet(models.QuerySet["View"]):
    def visible_to(self, actor: Staff) -> ViewQuerySet:
        """The person's own, those shared with them, and for whoever manages views all that are shared."""
        mine = Q(owner_id=actor.pk, audience=View.Audience.OWNER)
        if actor.may("views.manage"):
            return self.filter(mine | ~Q(audience=View.Audience.OWNER))
        shared = View.groups.through.objects.filter(group_id__in=actor.group_ids).values("view_id")
        return self.filter(
            mine | Q(audience=View.Audience.EVERYONE) | Q(audience=View.Audience.GROUPS, pk__in=shared)
        )


class View(models.Model):
    """A list of tickets by conditions, somebody's own or shared."""

    class Audience(models.TextChoices):
        OWNER = "owner"
        GROUPS = "groups"
        EVERYONE = "everyone"

    name_zh = models.TextField(blank=True)
    name_en = models.TextField(blank=True)
    icon = models.TextField(blank=True)
    colour = models.TextField(blank=True)
    owner = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    audience = models.TextField(choices=Audience.choices, default=Audience.OWNER)
    groups = models.ManyToManyField("people.Group", related_name="+")
    position = models.IntegerField(default=0)
    pinned = models.BooleanField(default=True)  # stands in the left pane unless a person says otherwise
    conditions = models.JSONField()
    sort = models.TextField(choices=[(sort, sort) for sort in SORTS], default="newest")
    grouping = models.TextField(choices=[(name, name) for name in GROUPINGS], default="", blank=True)
    shows_table = models.BooleanField(default=False)
    columns = models.JSONField(default=list)  # of {key, width}, in order; empty: the usual ones
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    objects = ViewQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["audience", "owner"], name="view_audience")]
        constraints = [
            models.CheckConstraint(condition=~Q(name_zh="", name_en=""), name="view_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name_zh or self.name_en

    @property
    def key(self) -> str:
        return str(self.pk)

    @property
    def is_shared(self) -> bool:
        return self.audience != self.Audience.OWNER


class ViewPlace(models.Model):
    """Where a person wants a view, and how it looks for them; a view without a row stands as it comes."""

    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    key = models.TextField()  # mine, group:3, or the number of a view
    position = models.IntegerField(null=True)
    shown = models.BooleanField(null=True)
    look = models.JSONField(default=dict)  # sort, grouping, shows_table, columns, as far as they differ

    class Meta:
        constraints = [models.UniqueConstraint(fields=["staff", "key"], name="one_place_per_view")]


class ViewCount(models.Model):
    """The tickets of a view within one reach, as far as they are counted; right as of an event's position."""

    key = models.CharField(max_length=80)  # view and reach
    fingerprint = models.CharField(max_length=40)  # of the conditions they were found by
    members = ArrayField(models.BigIntegerField(), null=True)  # null: counting took too long
    is_whole = models.BooleanField()  # false: there are more than are kept
    position = models.BigIntegerField()
    counted_at = models.DateTimeField()  # from the table itself, not by events
    used_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key"], name="one_count_per_view_and_reach")]
        indexes = [models.Index(fields=["used_at"], name="view_count_used")]
