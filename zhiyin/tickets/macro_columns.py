"""Macros as lines of a CSV file: the columns, and how actions are told by names rather than numbers."""

from __future__ import annotations

COLUMNS = (
    "name",
    "kind",
    "folder",
    "tags",
    "situation",
    "mood",
    "region",
    "languages",
    "visibility",
    "group",
    "text",
    "status",
    "priority",
    "type",
    "category",
    "tags_add",
    "tags_remove",
    "assignee",
    "to_group",
    "fields",
    "note",
)
PRIORITIES = {"low": 1, "normal": 2, "high": 3, "urgent": 4}


def words_of(cell_text: str) -> list[str]:
    """The words of a list, apart by commas of either script."""
    return [word.strip() for word in cell_text.replace("，", ",").split(",") if word.strip()]
