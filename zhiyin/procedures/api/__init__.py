"""HTTP in and out for procedures; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.procedures.api import (  # noqa: F401  (they add their operations)
    approvals,
    cases,
    compensation,
    definitions,
    followups,
    imports,
    incidents,
    promises,
    record,
    reviews,
    surveys,
    tasks,
)
from zhiyin.procedures.api.router import router

__all__ = ["router"]
