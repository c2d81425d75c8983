"""What the company asks for beside the words of a case: fields of its own, and the forms that show them."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class CustomField(models.Model):
    """A field of the company's own. Its values are on tickets, under its key."""

    class Kind(models.TextChoices):
        TEXT = "text"
        LONG_TEXT = "long_text"
        NUMBER = "number"
        DATE = "date"
        CHOICE = "choice"
        CHOICES = "choices"
        CASCADE = "cascade"
        PERSON = "person"
        CUSTOMER = "customer"
        FILE = "file"
        CHECKBOX = "checkbox"

    key = models.TextField(unique=True)  # never changes: values, conditions and programs name it
    name_zh = models.TextField()
    name_en = models.TextField()
    help_zh = models.TextField(blank=True, default="")
    help_en = models.TextField(blank=True, default="")
    kind = models.TextField(choices=Kind.choices)  # never changes: values have its form
    rules = models.JSONField(default=dict)  # what a value must fit, see zhiyin.tickets.forms.ruling
    position = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    is_personal = models.BooleanField(default=False, db_default=False)  # goes when a ticket is anonymised
    # what of a conversation it may be filled in from, see zhiyin.tickets.forms.taking; '' for nothing
    taken_from = models.TextField(blank=True, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]{0,49}$"), name="custom_field_key_plain"
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=[
                        "text",
                        "long_text",
                        "number",
                        "date",
                        "choice",
                        "choices",
                        "cascade",
                        "person",
                        "customer",
                        "file",
                        "checkbox",
                    ]
                ),
                name="custom_field_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(
                    taken_from__in=["", "order", "phone", "address", "email", "amount", "date", "options"]
                ),
                name="custom_field_taken_from_what_is_named",
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @staticmethod
    def is_personal_by_nature(kind: str) -> bool:
        """Whether values of this kind usually tell of a person: free words, customers, files."""
        return kind in ("text", "long_text", "customer", "file")


class Form(models.Model):
    """Which fields a ticket shows, in which order. The default one is for tickets whose type has none."""

    name_zh = models.TextField(unique=True)
    name_en = models.TextField(unique=True)
    is_default = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_default"], condition=Q(is_default=True), name="one_default_form"
            ),
            models.CheckConstraint(
                condition=Q(is_default=False) | Q(active=True), name="default_form_active"
            ),
        ]

    def __str__(self) -> str:
        return self.name_zh


class FormField(models.Model):
    """A field's place in a form: when it is shown, and when it must be filled in."""

    class Required(models.TextChoices):
        NEVER = "never"
        ON_CLOSE = "on_close"
        ALWAYS = "always"

    form = models.ForeignKey(Form, on_delete=models.CASCADE, related_name="lines")
    field = models.ForeignKey(CustomField, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    required = models.TextField(choices=Required.choices, default=Required.NEVER)
    shown_when = models.JSONField(default=list)  # all must hold, see zhiyin.tickets.forms.forming

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["form", "field"], name="field_once_in_a_form"),
            models.CheckConstraint(
                condition=Q(required__in=["never", "on_close", "always"]), name="required_known"
            ),
        ]
