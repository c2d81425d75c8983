"""The rows of automation: what rules say, what each run came to, and when time rules look again."""

from __future__ import annotations

from django.db import models
from django.db.models import Q


class Rule(models.Model):
    """A rule with a name and a place in the order; what it says is in its versions."""

    name = models.TextField()
    position = models.IntegerField(default=0)
    active = models.BooleanField(default=False)
    version = models.ForeignKey("RuleVersion", on_delete=models.PROTECT, null=True, related_name="+")
    failures = models.PositiveIntegerField(default=0)  # runs in a row that failed
    active_since = models.DateTimeField(null=True)
    switched_off_at = models.DateTimeField(null=True)  # by itself, after too many failures
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="rule_has_a_name"),
            models.CheckConstraint(
                condition=Q(active=False) | Q(active_since__isnull=False, version__isnull=False),
                name="rule_in_force_says_something_and_since_when",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RuleVersion(models.Model):
    """What a rule says from its publication on; never changed."""

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    occasion = models.JSONField()  # see definitions.Occasion
    conditions = models.JSONField()  # a tree over tickets, see zhiyin.tickets.fields
    actions = models.JSONField()  # see zhiyin.tickets.actions
    is_last = models.BooleanField(default=False)  # rules behind it have no turn on the same occasion
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="one_rule_version_per_number")]

    def __str__(self) -> str:
        return f"{self.rule} {self.number}"


class RuleBook(models.Model):
    """One row. `turn` is another number after every change of any rule, so that workers know when to read anew."""

    turn = models.PositiveBigIntegerField(default=0)
    kept_days = models.PositiveIntegerField(default=90)  # of the log of runs

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_rule_book"),
            models.CheckConstraint(
                condition=Q(kept_days__gte=7, kept_days__lte=3650), name="runs_are_kept_a_week_at_least"
            ),
        ]


class Run(models.Model):
    """One rule on one ticket on one occasion. `key` names the occasion, so that it comes once."""

    class Outcome(models.TextChoices):
        DONE = "done"
        UNCHANGED = "unchanged"  # it fitted, and everything was so already
        FAILED = "failed"  # at least one action could not be done
        REFUSED = "refused"  # it would have gone round or on and on

    rule = models.ForeignKey(Rule, on_delete=models.CASCADE, related_name="+")
    version = models.ForeignKey(RuleVersion, on_delete=models.CASCADE, related_name="+")
    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    key = models.TextField()
    outcome = models.TextField(choices=Outcome.choices)
    did = models.JSONField(default=dict)  # actions that were done, with their values
    problems = models.JSONField(default=dict)  # action → why it was not done, {"zh": …, "en": …}
    chain = models.JSONField(default=list)  # the rules that led here, the first first
    took_ms = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["rule", "ticket", "key"], name="one_run_per_occasion"),
            models.CheckConstraint(
                condition=Q(outcome__in=["done", "unchanged", "failed", "refused"]), name="run_outcome_known"
            ),
        ]
        indexes = [
            models.Index(fields=["ticket", "-id"], name="run_of_ticket"),
            models.Index(fields=["rule", "-id"], name="run_of_rule"),
            models.Index(fields=["at"], name="run_at"),
        ]


class Sweep(models.Model):
    """When a time rule looks next; locked by the worker that looks."""

    rule = models.OneToOneField(Rule, on_delete=models.CASCADE, primary_key=True, related_name="+")
    next_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["next_at"], name="sweep_due")]
