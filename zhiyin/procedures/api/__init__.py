"""HTTP in and out for procedures; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.procedures.api import approvals, cases, definitions, tasks  # noqa: F401  (they add their operations)
from zhiyin.procedures.api.router import router

__all__ = ["router"]
