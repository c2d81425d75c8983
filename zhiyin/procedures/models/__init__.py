"""The rows of procedures, by topic."""

from zhiyin.procedures.models.cases import Case, CaseQuerySet, Visit
from zhiyin.procedures.models.definitions import Definition, OutsideSystem, Version
from zhiyin.procedures.models.imports import ChildImport, ImportRow
from zhiyin.procedures.models.tasks import HandOver, Task, TaskQuerySet

__all__ = [
    "Case",
    "CaseQuerySet",
    "ChildImport",
    "Definition",
    "HandOver",
    "ImportRow",
    "OutsideSystem",
    "Task",
    "TaskQuerySet",
    "Version",
    "Visit",
]
