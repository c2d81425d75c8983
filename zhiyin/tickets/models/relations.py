"""How tickets belong together: links, merges, and hints somebody has turned down."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from zhiyin.tickets.models.ticket import Ticket


class TicketLink(models.Model):
    """`ticket` is the child of `other`, its duplicate, split off from it, or just related to it."""

    class Kind(models.TextChoices):
        CHILD_OF = "child_of"
        RELATED = "related"
        DUPLICATE_OF = "duplicate_of"
        SPLIT_FROM = "split_from"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    kind = models.TextField(choices=Kind.choices)
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ticket", "other", "kind"], name="linked_once"),
            models.UniqueConstraint(fields=["ticket"], condition=Q(kind="child_of"), name="one_parent_each"),
            models.CheckConstraint(condition=~Q(ticket=F("other")), name="no_link_to_itself"),
            models.CheckConstraint(
                condition=Q(kind__in=["child_of", "related", "duplicate_of", "split_from"]),
                name="ticket_link_kind_known",
            ),
        ]


class Merge(models.Model):
    """`source` became an alias of `target`. What undoing needs to know is kept with it."""

    source = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    target = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    last_message_id = (
        models.BigIntegerField()
    )  # the newest message there was; what is newer came after the merge
    source_before = models.JSONField()  # columns of the source's row
    target_before = models.JSONField()
    target_after = models.JSONField()
    added_participants = ArrayField(models.BigIntegerField())
    added_followers = ArrayField(models.BigIntegerField())
    split_into = (
        models.ForeignKey(  # messages of the source were split off since: it can't be restored any more
            Ticket, on_delete=models.SET_NULL, null=True, related_name="+"
        )
    )
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source"], condition=Q(undone_at=None), name="one_standing_merge_each"
            ),
            models.CheckConstraint(condition=~Q(source=F("target")), name="no_merge_with_itself"),
        ]


class HintDismissal(models.Model):
    """Somebody said that these two have nothing to do with each other; it is not hinted at again."""

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    other = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "other"], name="hint_dismissed_once")]
