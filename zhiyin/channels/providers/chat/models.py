from __future__ import annotations

from django.db import models
from django.db.models import Q


class Visitor(models.Model):
    """Somebody on a page with the widget."""

    channel = models.ForeignKey("channels.Channel", on_delete=models.PROTECT, related_name="+")
    external_id = models.TextField(
        blank=True
    )  # their id on the host page, proven by its HMAC; '' while anonymous
    name = models.TextField(blank=True)
    email = models.TextField(blank=True)
    email_proven = models.BooleanField(default=False)
    phone = models.TextField(blank=True)
    locale = models.CharField(max_length=10, default="zh-CN")
    page_url = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["channel", "external_id"],
                name="one_visitor_per_external_id",
                condition=~Q(external_id=""),
            )
        ]

    @property
    def language(self) -> str:
        """'zh' or 'en'."""
        return "en" if self.locale.startswith("en") else "zh"

    def code(self) -> str:
        """A short name for somebody who has not told theirs."""
        return f"{self.pk * 7919 % 46656:03X}"


class VisitorToken(models.Model):
    """What a visitor's browser shows to be let in again; each device has its own."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="tokens")
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()


class Conversation(models.Model):
    """A visitor's transcript and how far each side has come."""

    visitor = models.OneToOneField(Visitor, on_delete=models.CASCADE, related_name="conversation")
    last_number = models.PositiveIntegerField(default=0)
    visitor_read_up_to = models.PositiveIntegerField(default=0)
    staff_read_up_to = models.PositiveIntegerField(default=0)
    mailed_up_to = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()  # when the visitor was last there
    answers = models.JSONField(default=list, db_default=[])  # of the last form: key, type, label, value
    answers_due = models.BooleanField(default=False, db_default=False)  # they go on with the next message
    answered_at = models.DateTimeField(null=True)
    answer_by_mail = models.BooleanField(default=False, db_default=False)  # left when nobody was there
    is_over = models.BooleanField(default=False, db_default=False)  # the case behind it, as we were told
    asks_rating = models.BooleanField(default=False, db_default=False)
    rated_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # by the visitor

    @property
    def thread_key(self) -> str:
        return f"chat:{self.pk}"


class Line(models.Model):
    """One message of a transcript."""

    class Side(models.TextChoices):
        VISITOR = "visitor"
        AGENT = "agent"
        SYSTEM = "system"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="lines")
    number = models.PositiveIntegerField()
    side = models.TextField(choices=Side.choices)
    name = models.TextField(blank=True)
    text = models.TextField(blank=True)
    client_id = models.CharField(max_length=64, blank=True)  # given by the widget: sending twice stores once
    raw = models.OneToOneField("channels.RawMessage", on_delete=models.PROTECT, null=True, related_name="+")
    delivery = models.OneToOneField(
        "channels.Delivery", on_delete=models.PROTECT, null=True, related_name="+"
    )
    helped = models.BooleanField(null=True)  # what a machine answered, as the visitor found it
    source_opened = models.BooleanField(default=False, db_default=False)
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["conversation", "number"], name="chat_line_number_once"),
            models.UniqueConstraint(
                fields=["conversation", "client_id"], name="chat_client_id_once", condition=~Q(client_id="")
            ),
        ]
        indexes = [models.Index(fields=["at"], name="chat_line_answers", condition=Q(side="agent"))]


class ChatFile(models.Model):
    """A file of a conversation: a visitor may send and see only those of their own."""

    visitor = models.ForeignKey(Visitor, on_delete=models.CASCADE, related_name="+")
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")
    line = models.ForeignKey(Line, on_delete=models.CASCADE, null=True, related_name="files")
    created_at = models.DateTimeField()


class ChatPicture(models.Model):
    """A picture a channel shows of itself."""

    channel = models.ForeignKey("channels.Channel", on_delete=models.CASCADE, related_name="+")
    use = models.TextField()  # logo | avatar
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["channel", "use"], name="one_picture_per_use")]
