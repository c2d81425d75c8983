"""The rows of procedures, by topic."""

from zhiyin.procedures.models.approvals import (
    Approval,
    ApprovalQuerySet,
    ApprovalRule,
    ApprovalSeat,
    Delegation,
)
from zhiyin.procedures.models.cases import Case, CaseQuerySet, Visit
from zhiyin.procedures.models.definitions import Definition, OutsideSystem, Version
from zhiyin.procedures.models.imports import ChildImport, ImportRow
from zhiyin.procedures.models.tasks import HandOver, Task, TaskQuerySet

__all__ = [
    "Approval",
    "ApprovalQuerySet",
    "ApprovalRule",
    "ApprovalSeat",
    "Case",
    "CaseQuerySet",
    "ChildImport",
    "Definition",
    "Delegation",
    "HandOver",
    "ImportRow",
    "OutsideSystem",
    "Task",
    "TaskQuerySet",
    "Version",
    "Visit",
]
