"""HTTP in and out for tickets; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.tickets.api import around, categories, page, reading, writing  # noqa: F401  (they add their operations)
from zhiyin.tickets.api.router import router

__all__ = ["router"]
