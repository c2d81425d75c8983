"""Which views a person has, and what each of them asks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from zhiyin.people.models import Group, Staff
from zhiyin.people.permissions import Scope
from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.fields.trees import Tree
from zhiyin.tickets.models import View, ViewPlace
from zhiyin.tickets.queries.ready_views import READY_VIEWS, group_conditions

GROUP = "group:"


class NoSuchView(DomainError):
    code = "tickets.no_such_view"
    status = 404
    messages = {
        "zh": "没有名为“{view}”的视图，它可能已被删除。可选：{known}、group:<编号>，或您自己的视图。",
        "en": "There is no view {view}; it may have been deleted. Choose {known}, group:<id> or a view of yours.",
    }

    def __init__(self, *, view: str) -> None:
        super().__init__(view=view, known="、".join(READY_VIEWS))

    def told(self, language: str) -> str:
        known = ("、" if language == "zh" else ", ").join(READY_VIEWS)
        return self.messages[language].format(view=self.params["view"], known=known)


@dataclass(frozen=True, kw_only=True)
class OfferedView:
    """A view as a person has it: ready-made, of a group, or made by somebody."""

    key: str
    kind: str  # ready, group, made
    name_zh: str
    name_en: str
    conditions: Tree
    icon: str = ""
    colour: str = ""
    sort: str = "newest"
    grouping: str = ""
    shows_table: bool = False
    columns: list[dict[str, Any]] = field(default_factory=list)
    audience: str = View.Audience.EVERYONE
    group_ids: list[int] = field(default_factory=list)
    owner_id: int | None = None
    shown: bool = True
    is_counted: bool = True
    may_change: bool = False


def find_view(key: str, *, by: Staff) -> OfferedView:
    """The view of this key, as it comes. Raises NoSuchView."""
    if key in READY_VIEWS:
        return _ready(key)
    if key.startswith(GROUP) and key.removeprefix(GROUP).isdecimal():
        return _of_group(int(key.removeprefix(GROUP)), "")
    made = View.objects.visible_to(by).filter(pk=int(key)).first() if _is_number(key) else None
    if made is None:
        raise NoSuchView(view=key)
    return _made(made, by, [group.pk for group in made.groups.all()])


def views_of(*, by: Staff) -> list[OfferedView]:
    """All views of a person in their own order, as they want them to look; four queries."""
    reached = (
        Group.objects.all()
        if by.scope("tickets.read") == Scope.ALL
        else Group.objects.filter(pk__in=by.group_ids)
    )
    made = View.objects.visible_to(by).prefetch_related("groups").order_by("position", "pk")
    offered = [_ready(key) for key in READY_VIEWS]
    offered += [_made(view, by, [group.pk for group in view.groups.all()]) for view in made]
    offered += [_of_group(group.pk, group.name) for group in reached.order_by("name")]
    places = {place.key: place for place in ViewPlace.objects.filter(staff=by)}
    return arranged(offered, places)


def arranged(offered: Iterable[OfferedView], places: dict[str, ViewPlace]) -> list[OfferedView]:
    """The views where the person put them: those without a place stay behind the one they come after."""
    found, last = [], -1.0
    for number, view in enumerate(offered):
        place = places.get(view.key)
        last = place.position if place and place.position is not None else last
        found.append((last, number, _placed(view, place)))
    return [view for _, _, view in sorted(found, key=lambda entry: entry[:2])]


def _placed(view: OfferedView, place: ViewPlace | None) -> OfferedView:
    if place is None:
        return view
    changes: dict[str, Any] = {name: value for name, value in place.look.items() if name in LOOK}
    if place.shown is not None:
        changes["shown"] = place.shown
    return OfferedView(**{**vars(view), **changes})


LOOK = ("sort", "grouping", "shows_table", "columns")


def _ready(key: str) -> OfferedView:
    view = READY_VIEWS[key]
    return OfferedView(
        key=key,
        kind="ready",
        name_zh=view.name_zh,
        name_en=view.name_en,
        icon=view.icon,
        conditions=view.conditions,
        sort=view.sort,
        is_counted=view.is_counted,
    )


def _of_group(group_id: int, name: str) -> OfferedView:
    return OfferedView(
        key=f"{GROUP}{group_id}",
        kind="group",
        name_zh=name,
        name_en=name,
        conditions=group_conditions(group_id),
    )


def _made(view: View, by: Staff, group_ids: list[int]) -> OfferedView:
    return OfferedView(
        key=view.key,
        kind="made",
        name_zh=view.name_zh,
        name_en=view.name_en,
        icon=view.icon,
        colour=view.colour,
        conditions=view.conditions,
        sort=view.sort,
        grouping=view.grouping,
        shows_table=view.shows_table,
        columns=view.columns,
        audience=view.audience,
        group_ids=group_ids,
        owner_id=view.owner_id,
        shown=view.pinned,
        may_change=may_change(view, by),
    )


def may_change(view: View, by: Staff) -> bool:
    """One's own as long as it is nobody else's; what is shared belongs to those who manage views."""
    return by.may("views.manage") if view.is_shared else view.owner_id == by.pk


def _is_number(key: str) -> bool:
    return key.isdecimal() and key.isascii() and len(key) < 19
