"""The rows of procedures, by topic."""

from zhiyin.procedures.models.approvals import (
    Approval,
    ApprovalQuerySet,
    ApprovalRule,
    ApprovalSeat,
    Delegation,
    DelegationQuerySet,
)
from zhiyin.procedures.models.cases import Case, CaseQuerySet, Paused, Visit
from zhiyin.procedures.models.compensation import (
    CAUSES,
    CompensationItem,
    CustomerLimit,
    Grant,
    GrantQuerySet,
    LedgerEntry,
    RoleLimit,
)
from zhiyin.procedures.models.definitions import Definition, OutsideSystem, Version
from zhiyin.procedures.models.imports import ChildImport, ChildNotice, ImportRow
from zhiyin.procedures.models.incidents import Incident, IncidentLink, IncidentQuerySet
from zhiyin.procedures.models.promises import (
    CallAttempt,
    Promise,
    PromiseMove,
    PromisePolicy,
    PromiseQuerySet,
)
from zhiyin.procedures.models.reviews import Review, ReviewPolicy, ReviewQuerySet
from zhiyin.procedures.models.surveys import Survey, SurveyPolicy
from zhiyin.procedures.models.tasks import HandOver, Task, TaskFile, TaskQuerySet
from zhiyin.procedures.models.updates import Rhythm, RhythmPolicy

__all__ = [
    "CAUSES",
    "Approval",
    "ApprovalQuerySet",
    "ApprovalRule",
    "ApprovalSeat",
    "CallAttempt",
    "Case",
    "CaseQuerySet",
    "ChildImport",
    "ChildNotice",
    "CompensationItem",
    "CustomerLimit",
    "Definition",
    "Delegation",
    "DelegationQuerySet",
    "Grant",
    "GrantQuerySet",
    "HandOver",
    "ImportRow",
    "Incident",
    "IncidentLink",
    "IncidentQuerySet",
    "LedgerEntry",
    "OutsideSystem",
    "Paused",
    "Promise",
    "PromiseMove",
    "PromisePolicy",
    "PromiseQuerySet",
    "Review",
    "ReviewPolicy",
    "ReviewQuerySet",
    "Rhythm",
    "RhythmPolicy",
    "RoleLimit",
    "Survey",
    "SurveyPolicy",
    "Task",
    "TaskFile",
    "TaskQuerySet",
    "Version",
    "Visit",
]
