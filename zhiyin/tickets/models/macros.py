"""Prepared answers: macros, which also do things, and scripts, which are words only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.people.permissions import Scope

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class MacroQuerySet(models.QuerySet["Macro"]):
    def visible_to(self, actor: Staff) -> MacroQuerySet:
        """One's own, those of one's groups, and everyone's."""
        return self.filter(_usable(actor))

    def editable_by(self, actor: Staff) -> MacroQuerySet:
        """One's own, and shared ones as far as `macros.manage` reaches."""
        return self.filter(_editable(actor))

    def shown_to(self, actor: Staff) -> MacroQuerySet:
        """Those of use to the person, and those to look after."""
        return self.filter(_usable(actor) | _editable(actor))


class Macro(models.Model):
    """A prepared answer, with placeholders, and what else is done with it."""

    class Kind(models.TextChoices):
        MACRO = "macro"
        SCRIPT = "script"

    class Visibility(models.TextChoices):
        ME = "me"
        GROUP = "group"
        EVERYONE = "everyone"

    kind = models.TextField(choices=Kind.choices, default=Kind.MACRO)
    name = models.TextField()
    folder = models.TextField(blank=True)
    tags = ArrayField(models.TextField(), default=list)
    situation = models.TextField(blank=True)
    mood = models.TextField(blank=True)
    region = models.TextField(blank=True)
    languages = ArrayField(models.TextField(), default=list)  # none: fits any
    visibility = models.TextField(choices=Visibility.choices, default=Visibility.ME)
    owner = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    text = models.TextField(blank=True)
    actions = models.JSONField(default=dict)  # see commands/applying.py
    sounds = models.TextField(blank=True)  # how the name is typed: pinyin, and its initials
    used_count = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    updated_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")

    objects = MacroQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["name", "id"], name="macro_by_name")]
        constraints = [
            models.CheckConstraint(condition=Q(kind="macro") | Q(actions={}), name="script_is_words_only"),
            models.CheckConstraint(
                condition=Q(visibility="group") | Q(group=None), name="only_a_groups_macro_names_it"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MacroFile(models.Model):
    """A file that leaves with the answer."""

    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")


class MacroUse(models.Model):
    """What one person makes of a macro: how often, and whether it is among their favourites."""

    macro = models.ForeignKey(Macro, on_delete=models.CASCADE, related_name="uses")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    count = models.PositiveIntegerField(default=0)
    last_used_at = models.DateTimeField(null=True)
    is_favourite = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["macro", "staff"], name="one_use_row_each")]


def _usable(actor: Staff) -> Q:
    return (
        Q(visibility="everyone")
        | Q(visibility="group", group_id__in=actor.group_ids)
        | Q(visibility="me", owner=actor)
    )


def _editable(actor: Staff) -> Q:
    mine = Q(visibility="me", owner=actor)
    scope = actor.scope("macros.manage")
    if scope == Scope.ALL:
        return mine | ~Q(visibility="me")
    if scope == Scope.GROUP:
        return mine | Q(visibility="group", group_id__in=actor.group_ids)
    return mine
