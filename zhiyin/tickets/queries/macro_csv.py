"""Macros as a CSV file that `import_macros` reads in again."""

from __future__ import annotations

import json
from typing import Any

from zhiyin.people.models import Group, Staff
from zhiyin.platform.text.spreadsheets import csv_of
from zhiyin.tickets.macro_columns import COLUMNS, PRIORITIES
from zhiyin.tickets.models import Category, CustomStatus, Macro, TicketType


def macros_as_csv(*, by: Staff) -> str:
    """All macros that the person can use or look after; files are left out."""
    macros = list(Macro.objects.shown_to(by).select_related("group").order_by("folder", "name", "pk"))
    names = _Names(macros)
    rows = map(names.row_of, macros)
    return csv_of(COLUMNS, ([row[name] for name in COLUMNS] for row in rows))


class _Names:
    """What actions point to, by name; five queries for all macros."""

    def __init__(self, macros: list[Macro]) -> None:
        def ids(name: str) -> list[int]:
            return [macro.actions[name] for macro in macros if isinstance(macro.actions.get(name), int)]

        self.statuses = dict(
            CustomStatus.objects.filter(pk__in=ids("custom_status_id")).values_list("pk", "name_zh")
        )
        self.types = dict(TicketType.objects.filter(pk__in=ids("type_id")).values_list("pk", "name_zh"))
        self.categories = dict(Category.objects.filter(pk__in=ids("category_id")).values_list("pk", "name"))
        self.groups = dict(Group.objects.filter(pk__in=ids("group_id")).values_list("pk", "name"))
        self.staff = dict(Staff.objects.filter(pk__in=ids("assignee")).values_list("pk", "email"))

    def row_of(self, macro: Macro) -> dict[str, str]:
        actions: dict[str, Any] = macro.actions
        levels = {level: name for name, level in PRIORITIES.items()}
        assignee = actions.get("assignee", "")
        return {
            **{
                name: getattr(macro, name)
                for name in ("name", "kind", "folder", "situation", "mood", "region", "visibility", "text")
            },
            "tags": ", ".join(macro.tags),
            "languages": ", ".join(macro.languages),
            "group": macro.group.name if macro.group else "",
            "status": self.statuses.get(actions.get("custom_status_id", 0), actions.get("status", "")),
            "priority": levels.get(actions.get("priority", 0), ""),
            "type": self.types.get(actions.get("type_id", 0), ""),
            "category": self.categories.get(actions.get("category_id", 0), ""),
            "tags_add": ", ".join(actions.get("tags_add", [])),
            "tags_remove": ", ".join(actions.get("tags_remove", [])),
            "assignee": self.staff.get(assignee, "") if isinstance(assignee, int) else assignee,
            "to_group": self.groups.get(actions.get("group_id", 0), ""),
            "fields": json.dumps(actions["fields"], ensure_ascii=False) if "fields" in actions else "",
            "note": actions.get("note", ""),
        }
