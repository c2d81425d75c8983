"""HTTP in and out for notifications; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.notifications.api import choosing, policy, pushing, reading, ticket  # noqa: F401  (they add their operations)
from zhiyin.notifications.api.router import router

__all__ = ["router"]
