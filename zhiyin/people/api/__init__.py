"""HTTP in and out for people; no rules. `routers` are mounted by zhiyin.api."""

from zhiyin.people.api import (  # noqa: F401  (they add their operations)
    company,
    groups,
    invitations,
    presence,
    roles,
    setup,
    skills,
    staff,
    tokens,
)
from zhiyin.people.api.router import router

routers = [("", router)]
__all__ = ["routers"]
