"""The rows of procedures, by topic."""

from zhiyin.procedures.models.approvals import (
    Approval,
    ApprovalQuerySet,
    ApprovalRule,
    ApprovalSeat,
    Delegation,
)

__all__ = [
    "Approval",
    "ApprovalQuerySet",
    "ApprovalRule",
    "ApprovalSeat",
    "Delegation",
]
