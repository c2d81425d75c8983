"""Keyword rules and dialogues with how often they were used, and which categories are answered on which channel."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q

from zhiyin.assist.answering.switching import Switches, ruling_on
from zhiyin.assist.models import AnswerSettings, AnswerSwitch, AutomaticAnswer, Dialogue, KeywordRule
from zhiyin.assist.queries.answering import answerable_channels
from zhiyin.knowledge.models import Entry
from zhiyin.knowledge.queries.published import published_editions
from zhiyin.tickets.models import Category
from zhiyin.tickets.queries.layout import TREE_ORDER

PERIOD = timedelta(days=30)
_OF_RULE = (
    "keywords",
    "match",
    "text_zh",
    "text_en",
    "entry_id",
    "channels",
    "frequency",
    "days",
    "active",
    "by",
    "at",
)
_OF_DIALOGUE = (
    "name",
    "keywords",
    "match",
    "categories",
    "entries",
    "channels",
    "content",
    "active",
    "by",
    "at",
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """What is to be known of entries that rules name: what they are called, and whether customers may read them."""

    title: str = ""
    is_readable: bool = False


def keyword_rules(*, now: datetime, rule_id: int | None = None) -> list[dict[str, Any]]:
    """All, those that answered most lately first; five queries, however many."""
    rules = KeywordRule.objects.select_related("by").order_by("pk")
    found = list(rules.filter(pk=rule_id) if rule_id else rules)
    lately = AutomaticAnswer.objects.filter(rule__in=found, state="answered", decided_at__gte=now - PERIOD)
    counts = dict(lately.values_list("rule_id").annotate(count=Count("pk")))
    entries = _entries({one.entry_id for one in found if one.entry_id is not None}, now=now)
    told = [
        {name: getattr(one, name) for name in _OF_RULE}
        | {"id": one.pk, "answered": counts.get(one.pk, 0)}
        | _of_entry(entries, one.entry_id)
        for one in found
    ]
    return sorted(told, key=lambda one: (-one["answered"], one["id"]))


def dialogues(*, now: datetime, dialogue_id: int | None = None) -> list[dict[str, Any]]:
    """All by name, with how often they were begun and came to their end; five queries, however many."""
    rows = Dialogue.objects.select_related("by").order_by("name", "pk")
    found = list(rows.filter(pk=dialogue_id) if dialogue_id else rows)
    lately = AutomaticAnswer.objects.filter(dialogue__in=found, asked_at__gte=now - PERIOD)
    is_finished = Q(state="answered") | Q(state="left", reason="form_done")
    counts: dict[int | None, dict[str, Any]] = {
        row["dialogue_id"]: dict(row)
        for row in lately.values("dialogue_id").annotate(
            begun=Count("ticket", distinct=True), finished=Count("pk", filter=is_finished)
        )
    }
    entries = _entries({pk for one in found for pk in one.entries}, now=now)
    return [
        {name: getattr(one, name) for name in _OF_DIALOGUE}
        | {
            "id": one.pk,
            "entry_titles": [entries.get(pk, Told()).title for pk in one.entries],
            "begun": counts.get(one.pk, {}).get("begun", 0),
            "finished": counts.get(one.pk, {}).get("finished", 0),
        }
        for one in found
    ]


def matrix_of_switches() -> dict[str, Any]:
    """Categories by channels, each cell with its own switch, what holds, and the switch that says so; four queries."""
    switches = {(one.category_id, one.channel_id): one.is_answered for one in AnswerSwitch.objects.all()}
    modes = dict(AnswerSettings.objects.values_list("channel_id", "mode"))
    found = list(answerable_channels())
    channels = [
        {"id": one.pk, "name": one.name, "kind": one.kind, "mode": modes.get(one.pk, "off")} for one in found
    ]
    columns = [None, *(one.pk for one in found)]
    by_default = {"id": None, "name": "", "path": "", "depth": 0, "cells": _cells([], columns, switches)}
    categories = [
        {
            "id": one.pk,
            "name": one.name,
            "path": one.path,
            "depth": one.depth,
            "cells": _cells(one.lineage, columns, switches),
        }
        for one in _as_tree(list(Category.objects.filter(active=True).order_by(*TREE_ORDER)))
    ]
    return {"channels": channels, "rows": [by_default, *categories]}


def _cells(lineage: Sequence[int], columns: Sequence[int | None], switches: Switches) -> list[dict[str, Any]]:
    own = lineage[-1] if lineage else None
    return [
        {
            "channel_id": channel,
            "is_answered": switches.get((own, channel)),
            "holds": found.is_answered,
            "from_category_id": found.category_id,
            "from_channel_id": found.channel_id,
            "is_set": found.is_set,
        }
        for channel, found in ((one, ruling_on(lineage, one, switches)) for one in columns)
    ]


def _as_tree(rows: list[Category]) -> Iterable[Category]:
    """Each category before those beneath it."""
    beneath: dict[int | None, list[Category]] = {}
    for one in rows:
        beneath.setdefault(one.parent_id, []).append(one)
    waiting = list(reversed(beneath.get(None, [])))
    while waiting:
        one = waiting.pop()
        yield one
        waiting.extend(reversed(beneath.get(one.pk, [])))


def _entries(ids: set[int], *, now: datetime) -> dict[int, Told]:
    told: dict[int, Told] = {}
    for edition in published_editions(entry_ids=sorted(ids)) if ids else []:
        is_readable = edition.is_valid_at(now) and edition.audience in (
            Entry.Audience.PUBLIC,
            Entry.Audience.SIGNED_IN,
        )
        before = told.get(edition.entry_id, Told())
        told[edition.entry_id] = Told(
            title=before.title or edition.title, is_readable=before.is_readable or is_readable
        )
    return told


def _of_entry(entries: dict[int, Told], entry_id: int | None) -> dict[str, Any]:
    told = entries.get(entry_id, Told()) if entry_id is not None else Told()
    return {"entry_title": told.title, "is_entry_readable": told.is_readable}
