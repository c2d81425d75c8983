from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from zhiyin.channels.models import Channel


class Mailbox(models.Model):
    """How far a folder on an IMAP server has been read, and who reads it.

    `last_uid` is moved in the transaction that stores what was read, so that no crash can part them. The
    holder is the one process that reads; its hold lapses when it is not renewed.
    """

    channel = models.OneToOneField(Channel, on_delete=models.CASCADE, primary_key=True, related_name="+")
    folder = models.TextField(blank=True)
    uid_validity = models.BigIntegerField(null=True)  # when the server gives another, its numbers begin anew
    first_uid = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    taken = models.BigIntegerField(default=0)  # numbers from first to last whose mail was stored
    server_count = models.BigIntegerField(default=0)  # of those numbers, how many the server still has
    counted_at = models.DateTimeField(null=True)
    unfetched = ArrayField(
        models.BigIntegerField(), default=list
    )  # the server names them but won't give them
    held_by = models.TextField(blank=True)
    held_until = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)  # last time all was well
    trouble = models.TextField(blank=True)
    troubled_since = models.DateTimeField(null=True)
    failures = models.PositiveIntegerField(default=0)

    @property
    def missing(self) -> int:
        """How many mails the server has that we should have taken and haven't."""
        return max(0, self.server_count - self.taken) + len(self.unfetched)

    def begin_anew(self, *, folder: str, uid_validity: int) -> None:
        self.folder, self.uid_validity = folder, uid_validity
        self.first_uid = self.last_uid = self.taken = self.server_count = 0
        self.counted_at, self.unfetched = None, []

    def note_well(self, now: datetime) -> None:
        self.looked_at, self.trouble, self.troubled_since, self.failures = now, "", None, 0


class CorrespondentKey(models.Model):
    """A public key or certificate that came with somebody's signed mail, remembered to know them by."""

    class Kind(models.TextChoices):
        SMIME = "smime"
        PGP = "pgp"

    class State(models.TextChoices):
        TRUSTED = "trusted"
        OFFERED = "offered"  # came with a mail of an address that has another; nobody has decided yet
        REFUSED = "refused"

    address = models.TextField()  # lower case
    kind = models.TextField(choices=Kind.choices)
    fingerprint = models.TextField()
    key = models.TextField()
    first_seen_at = models.DateTimeField()
    state = models.TextField(choices=State.choices, default=State.TRUSTED, db_default=State.TRUSTED)
    decided_by = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["-first_seen_at", "-id"],
                name="correspondent_key_offered",
                condition=Q(state="offered"),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["address", "kind", "fingerprint"], name="correspondent_key_once_each"
            )
        ]
