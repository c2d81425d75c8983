"""Under which keys a stay in a step asks others for something."""

from __future__ import annotations

from zhiyin.procedures.models import Visit


def approval_key(visit: Visit) -> str:
    """The name under which the approval of a stay in a step is asked for, once."""
    return f"visit:{visit.pk}"


def visit_of(key: str) -> int | None:
    """The stay in a step that an approval is for; None for one that is for something else."""
    name, _, number = key.partition(":")
    return int(number) if name == "visit" and number.isdigit() else None
