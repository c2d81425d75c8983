"""HTTP in and out for routing; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.routing.api import leading, settings, taking, trying  # noqa: F401  (they add their operations)
from zhiyin.routing.api.router import router

__all__ = ["router"]
