"""A procedure as it is kept."""

from __future__ import annotations

from typing import Any

from zhiyin.procedures.content import Content
from zhiyin.tickets.forms.ruling import tidy_rules


def tidy(content: Content) -> dict[str, Any]:
    """A content without problems as it is kept: the rules of its questions hold only what their kind knows."""
    kept = content.model_dump()
    for step in kept["steps"]:
        for work in (step, *step["tasks"]):
            for asked in work["fields"]:
                asked["rules"] = tidy_rules(asked["kind"], asked["rules"])
    return kept
