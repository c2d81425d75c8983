"""HTTP in and out for assistance; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.assist.api import answers, beside, managing, moods, proposals  # noqa: F401  (they add their operations)
from zhiyin.assist.api.router import router

__all__ = ["router"]
