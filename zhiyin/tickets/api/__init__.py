"""HTTP in and out for tickets; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.tickets.api import (  # noqa: F401  (they add their operations)
    around,
    bulk,
    categories,
    composing,
    exports,
    forms,
    handling,
    hints,
    inviting,
    knowledge,
    layout,
    macros,
    page,
    reading,
    relations,
    spam,
    steps,
    times,
    views,
    wording,
    writing,
)
from zhiyin.tickets.api.router import router

__all__ = ["router"]
