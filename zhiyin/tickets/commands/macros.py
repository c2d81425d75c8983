"""Macros and scripts: written, shared, counted, favoured."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from zhiyin.people.models import Group, Staff
from zhiyin.people.permissions import Scope
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.commands.attaching import require_attachable
from zhiyin.tickets.commands.macro_actions import check_actions
from zhiyin.tickets.commands.wording import refuse_banned_words
from zhiyin.tickets.models import Macro, MacroFile, MacroUse
from zhiyin.tickets.sounding import sounds_of


@dataclass(frozen=True, kw_only=True)
class MacroContent:
    """All that a macro holds; `actions` are those of commands/macro_actions.py."""

    name: str
    kind: str = Macro.Kind.MACRO
    folder: str = ""
    tags: list[str] = field(default_factory=list)
    situation: str = ""
    mood: str = ""
    region: str = ""
    languages: list[str] = field(default_factory=list)
    visibility: str = Macro.Visibility.ME
    group_id: int | None = None
    text: str = ""
    actions: dict[str, Any] = field(default_factory=dict)
    file_ids: list[int] = field(default_factory=list)


class NotYoursToShare(DomainError):
    code = "tickets.macro_not_yours_to_share"
    status = 403
    messages = {
        "zh": "共享给小组或所有人需要“维护共享的快捷回复与话术”权限（并在其范围内）。可以先存为“仅自己”。",
        "en": "Sharing with this group or everyone needs the permission macros.manage with that reach. "
        "Keep it for yourself, or ask a lead.",
    }


class MacroSaysNothing(DomainError):
    code = "tickets.macro_says_nothing"
    status = 422
    messages = {
        "zh": "请至少写一段回复内容，或选一个动作。话术只有文字，必须有内容、没有动作。",
        "en": "Write a text or choose an action. A script is words only: it needs a text and no actions.",
    }


class MacroNeedsGroup(DomainError):
    code = "tickets.macro_needs_group"
    status = 422
    messages = {
        "zh": "请选择共享给哪个小组。",
        "en": "Choose the group to share it with.",
    }


@transaction.atomic
def add_macro(*, content: MacroContent, by: Staff, now: datetime) -> Macro:
    """Write a macro. Raises NotYoursToShare, MacroSaysNothing, MacroNeedsGroup, BannedInPrepared and those of check_actions."""
    macro = Macro(owner=by, created_at=now)
    return _write(macro, content, by=by, now=now)


@transaction.atomic
def change_macro(*, macro_id: int, content: MacroContent, by: Staff, now: datetime) -> Macro:
    """Write a macro anew; refusals as with add_macro."""
    macro = Macro.objects.editable_by(by).select_for_update().get(pk=macro_id)
    return _write(macro, content, by=by, now=now)


@transaction.atomic
def delete_macro(*, macro_id: int, by: Staff) -> None:
    """Throw a macro away."""
    Macro.objects.editable_by(by).select_for_update().get(pk=macro_id).delete()


@transaction.atomic
def favour_macro(*, macro_id: int, is_favourite: bool, by: Staff) -> None:
    """Keep it among one's favourites, or no more."""
    macro = Macro.objects.shown_to(by).get(pk=macro_id)
    MacroUse.objects.update_or_create(macro=macro, staff=by, defaults={"is_favourite": is_favourite})


@transaction.atomic
def note_macro_use(*, macro_id: int, by: Staff, now: datetime) -> None:
    """Count one use, of the person's and of all."""
    macro = Macro.objects.visible_to(by).get(pk=macro_id)
    MacroUse.objects.get_or_create(macro=macro, staff=by)
    MacroUse.objects.filter(macro=macro, staff=by).update(count=F("count") + 1, last_used_at=now)
    Macro.objects.filter(pk=macro.pk).update(used_count=F("used_count") + 1)


def _write(macro: Macro, content: MacroContent, *, by: Staff, now: datetime) -> Macro:
    _refuse_strange(content, by)
    held = set(macro.files.values_list("file_id", flat=True)) if macro.pk else set()
    require_attachable(set(content.file_ids) - held, ticket=None, by=by)
    actions = check_actions(content.actions, by=by)
    refuse_banned_words(content.text)
    is_script = content.kind == Macro.Kind.SCRIPT
    if (is_script and (actions or not content.text.strip())) or not (content.text.strip() or actions):
        raise MacroSaysNothing
    if content.visibility == Macro.Visibility.ME:
        macro.owner = by
    for name, value in asdict(content).items():
        if name not in ("file_ids", "actions"):
            setattr(macro, name, value)
    macro.group_id = content.group_id if content.visibility == Macro.Visibility.GROUP else None
    macro.actions, macro.sounds = actions, sounds_of(content.name)
    macro.updated_at, macro.updated_by = now, by
    macro.save()
    macro.files.all().delete()
    MacroFile.objects.bulk_create(MacroFile(macro=macro, file_id=pk) for pk in content.file_ids)
    return macro


def _refuse_strange(content: MacroContent, by: Staff) -> None:
    """Nobody shares further than they may."""
    scope = by.scope("macros.manage")
    if content.visibility == Macro.Visibility.EVERYONE and scope != Scope.ALL:
        raise NotYoursToShare
    if content.visibility != Macro.Visibility.GROUP:
        return
    if content.group_id is None or not Group.objects.filter(pk=content.group_id).exists():
        raise MacroNeedsGroup
    if scope != Scope.ALL and not (scope == Scope.GROUP and content.group_id in by.group_ids):
        raise NotYoursToShare
