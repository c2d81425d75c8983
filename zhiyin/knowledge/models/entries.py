"""An entry, and its editions by language and region."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Exists, OuterRef, Q

from zhiyin.knowledge.models.shelves import Category, Product

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class EntryQuerySet(models.QuerySet["Entry"]):
    def visible_to(self, actor: Staff) -> EntryQuerySet:
        """All for those who write or review; else what is published for the person's groups or for all."""
        if actor.may("knowledge.write") or actor.may("knowledge.review"):
            return self
        if not actor.may("knowledge.read"):
            return self.none()
        return self.published().readable_by_groups(actor.group_ids)

    def published(self) -> EntryQuerySet:
        """Those with a published version in some edition, and not put away."""
        published = Edition.objects.filter(entry=OuterRef("pk"), published__isnull=False)
        return self.filter(Exists(published), archived_at=None)

    def readable_by_groups(self, group_ids: list[int]) -> EntryQuerySet:
        """What staff of these groups may read: of group entries only their own."""
        own = EntryGroup.objects.filter(entry=OuterRef("pk"), group_id__in=group_ids)
        return self.filter(~Q(audience="group") | Q(Exists(own)))

    def readable_outside(self, *, signed_in: bool) -> EntryQuerySet:
        """What customers may read; those signed in may read more. Scripts are never theirs."""
        audiences = ["public", "signed_in"] if signed_in else ["public"]
        return self.published().filter(audience__in=audiences).exclude(kind="script")


class Entry(models.Model):
    """Something the centre knows: what it is, for whom, and who looks after it. What it says is in its versions."""

    class Kind(models.TextChoices):
        ARTICLE = "article"
        FAQ = "faq"
        SCRIPT = "script"

    class Audience(models.TextChoices):
        PUBLIC = "public"
        SIGNED_IN = "signed_in"
        INTERNAL = "internal"
        GROUP = "group"

    kind = models.TextField(choices=Kind.choices)
    key = models.SlugField(unique=True, max_length=80)  # in addresses; stays when titles change
    audience = models.TextField(choices=Audience.choices, default=Audience.INTERNAL)
    category = models.ForeignKey(Category, on_delete=models.PROTECT, null=True, related_name="+")
    tags = ArrayField(models.TextField(), default=list)
    situation = models.TextField(blank=True)  # of a script: when it is said
    mood = models.TextField(blank=True)  # of a script: to whom: angry, anxious, …
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    created_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True)  # put away: found no more, kept for the record
    archived_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    used_count = models.PositiveIntegerField(default=0)
    helpful_count = models.PositiveIntegerField(default=0)
    unhelpful_count = models.PositiveIntegerField(default=0)
    groups = models.ManyToManyField("people.Group", through="EntryGroup", related_name="+")
    products = models.ManyToManyField(Product, through="EntryProduct", related_name="+")

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["article", "faq", "script"]), name="entry_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(audience__in=["public", "signed_in", "internal", "group"]),
                name="entry_audience_known",
            ),
            models.CheckConstraint(
                condition=~Q(kind="script") | Q(audience__in=["internal", "group"]),
                name="scripts_are_for_staff",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None, archived_by=None)
                | Q(archived_at__isnull=False, archived_by__isnull=False),
                name="who_puts_away_says_when",
            ),
        ]
        indexes = [
            models.Index(fields=["-updated_at", "-id"], name="entry_by_change"),
            GinIndex(fields=["tags"], name="entry_by_tag"),
        ]

    def __str__(self) -> str:
        return self.key


class EntryGroup(models.Model):
    """A group for whom a group entry is."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    group = models.ForeignKey("people.Group", on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "group"], name="entry_group_once")]


class EntryProduct(models.Model):
    """A product the entry is about."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="+")
    product = models.ForeignKey(Product, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["entry", "product"], name="entry_product_once")]


class Edition(models.Model):
    """An entry in one language, for one region or ('') for all that have none of their own."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="editions")
    language = models.CharField(max_length=16)  # zh-CN, en
    region = models.CharField(max_length=40, blank=True)  # 广东, EU
    published = models.ForeignKey("Version", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["entry", "language", "region"], name="edition_once_each"),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.language} {self.region}".strip()
