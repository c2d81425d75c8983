"""Reading macros in from a CSV file, line by line: what does not fit is told and left out."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from zhiyin.people.models import Group, Staff
from zhiyin.platform.http.errors import DomainError
from zhiyin.platform.text.spreadsheets import UTF8_MARK, text_of
from zhiyin.tickets.commands.macro_actions import STATUSES
from zhiyin.tickets.commands.macros import MacroContent, add_macro, change_macro
from zhiyin.tickets.macro_columns import COLUMNS, PRIORITIES, words_of
from zhiyin.tickets.models import Category, CustomStatus, Macro, TicketType

MOST_LINES = 2000


@dataclass
class Imported:
    added: int = 0
    changed: int = 0
    refused: list[dict[str, Any]] = field(default_factory=list)


class NotMacros(DomainError):
    code = "tickets.not_macros"
    status = 422
    messages = {
        "zh": "这不像快捷回复的 CSV 文件：第一行要有 name 和 text 两列，最多 2,000 行。可先导出一份作为样例。",
        "en": "This is not a CSV file of macros: its first line needs the columns name and text, and it may have "
        "2,000 lines. Export one to see how they look.",
    }


class LineRefused(DomainError):
    code = "tickets.macro_line_refused"
    status = 422
    messages = {
        "zh": "“{column}”列的“{value}”无法识别，请改正后再导入这一行。",
        "en": "{value} in the column {column} is not known; correct it and import this line again.",
    }


@transaction.atomic
def import_macros(*, text: str, is_trial: bool, by: Staff, now: datetime) -> Imported:
    """Add what is new, write anew what has the same name, folder and reach. Raises NotMacros."""
    rows = csv.DictReader(io.StringIO(text.removeprefix(UTF8_MARK)))
    lines = list(rows)
    if not {"name", "text"} <= set(rows.fieldnames or []) or len(lines) > MOST_LINES:
        raise NotMacros
    done, language = Imported(), "zh" if by.locale.startswith("zh") else "en"
    for number, line in enumerate(lines, start=2):
        told = {name: text_of((line.get(name) or "").strip()) for name in COLUMNS}
        try:
            with transaction.atomic():
                _take(told, done, by, now)
        except DomainError as refusal:
            done.refused.append({"line": number, "reason": refusal.told(language)})
    if is_trial:
        transaction.set_rollback(True)
    return done


def _take(told: dict[str, str], done: Imported, by: Staff, now: datetime) -> None:
    content = _content(told)
    alike = {"name": content.name, "folder": content.folder, "visibility": content.visibility}
    known = Macro.objects.editable_by(by).filter(**alike, group=content.group_id)
    same = known.order_by("pk").first()
    if same is None:
        add_macro(content=content, by=by, now=now)
        done.added += 1
    else:
        files = list(same.files.values_list("file_id", flat=True))
        change_macro(macro_id=same.pk, content=_with_files(content, files), by=by, now=now)
        done.changed += 1


def _with_files(content: MacroContent, file_ids: list[int]) -> MacroContent:
    return MacroContent(**{**vars(content), "file_ids": file_ids})


def _content(told: dict[str, str]) -> MacroContent:
    group = _found(Group, "group", told) if told["visibility"] == "group" else None
    if not told["name"] or len(told["name"]) > 200:
        raise LineRefused(column="name", value=told["name"][:40])
    return MacroContent(
        name=told["name"],
        kind=_one_of(("macro", "script"), "kind", told) or "macro",
        folder=told["folder"],
        tags=words_of(told["tags"]),
        situation=told["situation"],
        mood=told["mood"],
        region=told["region"],
        languages=words_of(told["languages"]),
        visibility=_one_of(("me", "group", "everyone"), "visibility", told) or "me",
        group_id=group,
        text=told["text"],
        actions=_actions(told),
    )


def _actions(told: dict[str, str]) -> dict[str, Any]:
    priority = _one_of(tuple(PRIORITIES), "priority", told)
    actions = {
        **_status(told),
        "priority": PRIORITIES[priority] if priority else "",
        "type_id": _in_either_language(TicketType, "type", told) or "",
        "category_id": _found(Category, "category", told) or "",
        "group_id": _found(Group, "to_group", told) or "",
        "assignee": _assignee(told),
        "tags_add": words_of(told["tags_add"]),
        "tags_remove": words_of(told["tags_remove"]),
        "fields": _fields(told),
        "note": told["note"],
    }
    return {name: value for name, value in actions.items() if value not in ("", [], {})}


def _status(told: dict[str, str]) -> dict[str, Any]:
    """One of the fixed statuses by its word, or a custom one by its name."""
    if told["status"] in ("", *STATUSES):
        return {"status": told["status"]}
    return {"custom_status_id": _in_either_language(CustomStatus, "status", told)}


def _fields(told: dict[str, str]) -> dict[str, Any]:
    """Values of custom fields, a JSON object by their keys."""
    try:
        values = json.loads(told["fields"] or "{}")
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise LineRefused(column="fields", value=told["fields"][:40])
    return values


def _assignee(told: dict[str, str]) -> str | int:
    if told["assignee"] in ("", "me", "nobody"):
        return told["assignee"]
    found = Staff.objects.filter(email__iexact=told["assignee"], is_active=True).first()
    if found is None:
        raise LineRefused(column="assignee", value=told["assignee"])
    return found.pk


def _one_of(known: tuple[str, ...], column: str, told: dict[str, str]) -> str:
    if told[column] and told[column] not in known:
        raise LineRefused(column=column, value=told[column])
    return told[column]


def _in_either_language(
    model: type[CustomStatus] | type[TicketType], column: str, told: dict[str, str]
) -> int | None:
    name = told[column]
    if not name:
        return None
    rows = model._default_manager.filter(Q(name_zh=name) | Q(name_en=name), active=True)
    found = rows.values_list("pk", flat=True).first()
    if found is None:
        raise LineRefused(column=column, value=name)
    return int(found)


def _found(model: type[Group] | type[Category], column: str, told: dict[str, str]) -> int | None:
    if not told[column]:
        return None
    found = model._default_manager.filter(name=told[column]).values_list("pk", flat=True).first()
    if found is None:
        raise LineRefused(column=column, value=told[column])
    return int(found)
