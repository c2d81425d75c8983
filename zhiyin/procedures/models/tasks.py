"""What somebody is to do, and how it was given on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from zhiyin.people.permissions import Scope
from zhiyin.procedures.models.cases import Case, Visit
from zhiyin.tickets.models import within_reach

if TYPE_CHECKING:
    from zhiyin.people.models import Staff


class TaskQuerySet(models.QuerySet["Task"]):
    def theirs(self, actor: Staff) -> TaskQuerySet:
        """Those the person has, and those nobody has yet: of a group, role or skill of theirs, or of their tickets."""
        roles = actor.roles.values("pk")
        skills = actor.skills.values("pk")
        free = Q(group_id__in=actor.group_ids) | Q(role_id__in=roles) | Q(skill__in=skills)
        follows = Q(group=None, role=None, skill=None, ticket__assignee=actor)
        return self.filter(Q(assignee=actor) | Q(assignee=None) & (free | follows))

    def visible_to(self, actor: Staff, permission: str = "tasks.work") -> TaskQuerySet:
        """One's own and one's groups', roles' and skills'; and those on tickets one may see."""
        scope = actor.scope(permission)
        if scope is None:
            return self.none()
        if scope == Scope.ALL:
            return self
        roles = actor.roles.values("pk")
        theirs = (
            Q(assignee=actor)
            | Q(group_id__in=actor.group_ids)
            | Q(role_id__in=roles)
            | Q(skill__in=actor.skills.values("pk"))
        )
        if scope == Scope.OWN:
            return self.filter(theirs)
        if actor.scope("tickets.read") is not None:
            theirs |= within_reach(actor, "tickets.read", path="ticket__")
        return self.filter(theirs)

    def open(self) -> TaskQuerySet:
        return self.filter(state=Task.State.OPEN)


class Task(models.Model):
    """What somebody is to do on a ticket: the present step of a case, work beside it, or something asked for by hand."""

    class Kind(models.TextChoices):
        STEP = "step"
        BESIDE = "beside"  # for others, while the step goes on
        ASKED = "asked"  # by a person, or by a service level

    class State(models.TextChoices):
        OPEN = "open"
        PAUSED = "paused"  # until what paused it is undone
        DONE = "done"
        CANCELLED = "cancelled"

    ticket = models.ForeignKey("tickets.Ticket", on_delete=models.CASCADE, related_name="+")
    origin = models.ForeignKey(
        "tickets.Ticket", on_delete=models.CASCADE, null=True, related_name="+"
    )  # on which it was asked for, where that was merged
    case = models.ForeignKey(Case, on_delete=models.CASCADE, null=True, related_name="tasks")
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, null=True, related_name="tasks")
    kind = models.TextField(choices=Kind.choices)
    key = models.TextField(blank=True)  # in the definition
    title_zh = models.TextField()
    title_en = models.TextField()
    about_zh = models.TextField(blank=True)
    about_en = models.TextField(blank=True)
    shows = models.JSONField(
        default=list
    )  # what its owner needs to see of the ticket: customer, messages, values' keys
    fields = models.JSONField(default=list)  # its form, see zhiyin.procedures.defining
    values = models.JSONField(default=dict)
    checks = models.JSONField(default=list)  # its check-list: {zh, en, done_by, done_at}
    is_required = models.BooleanField(default=True)  # the step waits for it

    # its owner; nothing named: whoever has the ticket
    group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    role = models.ForeignKey("people.Role", on_delete=models.SET_NULL, null=True, related_name="+")
    skill = models.ForeignKey("people.Skill", on_delete=models.SET_NULL, null=True, related_name="+")
    assignee = models.ForeignKey("people.Staff", on_delete=models.SET_NULL, null=True, related_name="+")

    due_at = models.DateTimeField(null=True)
    overdue_at = models.DateTimeField(null=True)  # when its clock ran out
    state = models.TextField(choices=State.choices, default=State.OPEN)
    paused_for = models.TextField(blank=True)  # see Paused
    outcome = models.TextField(blank=True)
    note = models.TextField(blank=True)
    created_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    settled_by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    settled_at = models.DateTimeField(null=True)
    source = models.TextField(blank=True)  # what asked for it, once: an escalation of a service level

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["ticket", "id"], name="task_ticket"),
            models.Index(
                fields=["assignee", "due_at", "id"], name="task_open_mine", condition=Q(state="open")
            ),
            models.Index(fields=["due_at", "id"], name="task_open_due", condition=Q(state="open")),
            models.Index(
                fields=["-settled_at", "-id"], name="task_settled", condition=Q(settled_at__isnull=False)
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "paused"], settled_at=None)
                | Q(state__in=["done", "cancelled"], settled_at__isnull=False),
                name="task_settled_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(state="paused") & ~Q(paused_for="") | ~Q(state="paused") & Q(paused_for=""),
                name="task_paused_for_a_cause",
            ),
            models.UniqueConstraint(
                fields=["visit"], condition=Q(kind="step"), name="one_task_for_a_stay_in_a_step"
            ),
            models.UniqueConstraint(fields=["source"], condition=~Q(source=""), name="task_asked_for_once"),
        ]

    def __str__(self) -> str:
        return self.title_en

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    def clock_key(self) -> str:
        """The name under which service levels keep the clock of work beside a step."""
        return f"task:{self.pk}"


class TaskFile(models.Model):
    """A file that a question of a task's form holds: what is pointed to is not cleared away."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="files")
    key = models.TextField()  # of the question
    file = models.ForeignKey("files.StoredFile", on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["task", "key", "file"], name="file_once_in_an_answer")]


class HandOver(models.Model):
    """A task given on: from whom to whom, and what the next one must know."""

    task = models.ForeignKey(Task, on_delete=models.CASCADE, related_name="hand_overs")
    from_staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    to_staff = models.ForeignKey("people.Staff", on_delete=models.PROTECT, null=True, related_name="+")
    to_group = models.ForeignKey("people.Group", on_delete=models.SET_NULL, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(null=True)  # where it went up the escalation path
    note = models.TextField()
    by = models.ForeignKey("people.Staff", on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
