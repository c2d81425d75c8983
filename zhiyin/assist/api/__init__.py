"""HTTP in and out for assistance; no rules. `router` is mounted by zhiyin.api."""

from zhiyin.assist.api import (  # noqa: F401  (they add their operations)
    answer_rules,
    answers,
    beside,
    managing,
    moods,
    proposals,
    recalibrations,
)
from zhiyin.assist.api.router import router

__all__ = ["router"]
