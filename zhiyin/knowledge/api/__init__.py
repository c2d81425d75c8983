"""HTTP in and out for the knowledge base; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.knowledge.api import entries, imports, insights, reviewing, shelves, versions, voices  # noqa: F401  (they add operations)
from zhiyin.knowledge.api.router import router

__all__ = ["router"]
