"""What is being written on a ticket, and by whom: drafts, and who answers now."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now

from zhiyin.tickets.models.ticket import Ticket


class Draft(models.Model):
    """What somebody is writing, kept on the server. A shared one is seen by colleagues, who may take it over."""

    class Mode(models.TextChoices):
        REPLY = "reply"
        NOTE = "note"

    ticket = models.ForeignKey(Ticket, on_delete=models.CASCADE, related_name="+")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")  # in whose composer
    mode = models.TextField(choices=Mode.choices, default=Mode.REPLY, db_default=Mode.REPLY)
    text = models.TextField()
    html = models.TextField(blank=True, default="", db_default="")
    channel = models.ForeignKey("channels.Channel", on_delete=models.SET_NULL, null=True, related_name="+")
    to = models.TextField(blank=True, default="", db_default="")
    cc = ArrayField(models.TextField(), default=list, db_default=[])
    version = models.PositiveIntegerField(default=1, db_default=1)
    shared_at = models.DateTimeField(null=True)
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["ticket", "staff", "mode"], name="one_draft_each")]
        indexes = [models.Index(fields=["staff", "-updated_at", "-id"], name="draft_mine")]

    @property
    def is_shared(self) -> bool:
        return self.shared_at is not None


class DraftFile(models.Model):
    """A file that will leave with the draft."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="files")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")


class DraftEdit(models.Model):
    """One person's stretch of work on a shared draft, with the text as they left it."""

    draft = models.ForeignKey(Draft, on_delete=models.CASCADE, related_name="edits")
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    began_at = models.DateTimeField()
    at = models.DateTimeField()
    text = models.TextField()


class ReplyLock(models.Model):
    """Who writes the answer now. One row a ticket, so that two who begin at once can't both have it."""

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="reply_lock"
    )
    staff = models.ForeignKey("people.Staff", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField(db_default=Now())
    held_until = models.DateTimeField()

    def holds(self, now: datetime) -> bool:
        """Whether somebody is answering; a lock that was let go or ran out stays as a row."""
        return self.held_until > now
