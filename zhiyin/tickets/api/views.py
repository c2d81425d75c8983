"""Views: which there are, making and sharing them, arranging one's own, and what they can ask."""

from __future__ import annotations

from typing import Any, Literal

from django.utils import timezone
from ninja import Schema, Status
from pydantic import Field as Bounded

from zhiyin.channels.models import Channel
from zhiyin.people.access import Signed, needs
from zhiyin.people.shapes import Named
from zhiyin.tickets.api.router import router
from zhiyin.tickets.commands.counting import COUNTED_UP_TO
from zhiyin.tickets.commands.viewing import add_view, arrange_views, change_view, keep_look, remove_view
from zhiyin.tickets.fields.kinds import UNITS
from zhiyin.tickets.fields.registry import Field, all_fields
from zhiyin.tickets.fields.trees import checked_tree
from zhiyin.tickets.models import View
from zhiyin.tickets.queries.listing import Order, TicketFilter, count_up_to, list_tickets
from zhiyin.tickets.queries.views import OfferedView, find_view, views_of
from zhiyin.tickets.shapes import TicketRow

PREVIEWED = 8
Sort = Literal["newest", "oldest", "waiting", "deadline", "created", "updated", "priority"]
Grouping = Literal["", "status", "priority", "assignee", "group", "category", "channel", "day"]


class Column(Schema):
    key: str = Bounded(max_length=60)
    width: int = Bounded(default=0, ge=0, le=1200)  # 0: as wide as it needs


class ViewShape(Schema):
    """A view as this person has it."""

    key: str
    kind: Literal["ready", "group", "made"]
    name_zh: str
    name_en: str
    icon: str
    colour: str
    conditions: dict[str, Any]
    sort: str
    grouping: str
    shows_table: bool
    columns: list[Column]
    audience: str
    group_ids: list[int]
    owner_id: int | None
    shown: bool
    is_counted: bool
    may_change: bool


class ViewBody(Schema):
    name_zh: str = Bounded(default="", max_length=60)
    name_en: str = Bounded(default="", max_length=60)
    icon: str = Bounded(default="", max_length=30)
    colour: str = Bounded(default="", max_length=30)
    audience: Literal["owner", "groups", "everyone"] = "owner"
    group_ids: list[int] = Bounded(default=[], max_length=200)
    pinned: bool = True
    conditions: dict[str, Any]
    sort: Sort = "newest"
    grouping: Grouping = ""
    shows_table: bool = False
    columns: list[Column] = Bounded(default=[], max_length=40)


class ViewChanges(ViewBody):
    conditions: dict[str, Any] = {}


class PlaceBody(Schema):
    key: str = Bounded(max_length=60)
    shown: bool = True


class LookBody(Schema):
    """What differs from how the view comes; null is as it comes."""

    sort: Sort | None = None
    grouping: Grouping | None = None
    shows_table: bool | None = None
    columns: list[Column] | None = Bounded(default=None, max_length=40)


class ChoiceShape(Schema):
    value: str | int
    zh: str
    en: str


class OperatorShape(Schema):
    name: str
    takes: str


class ViewFieldShape(Schema):
    """What can be asked of a field; `picker` names the list its values come from, `named` words beside ids."""

    name: str
    kind: str
    zh: str
    en: str
    operators: list[OperatorShape]
    choices: list[ChoiceShape]
    picker: str
    named: list[str]

    @staticmethod
    def resolve_operators(field: Field) -> list[dict[str, str]]:
        return [{"name": name, "takes": takes} for name, takes in field.offered.items()]


class FieldList(Schema):
    fields: list[ViewFieldShape]
    units: list[str]
    channels: list[Named]  # for those who don't manage channels: their names stand on tickets anyway


class ViewPreviewBody(Schema):
    conditions: dict[str, Any]
    sort: Sort = "newest"


class Preview(Schema):
    count: int
    capped_at: int
    items: list[TicketRow]


@router.get("/views", response=list[ViewShape], auth=needs("tickets.read"))
def get_views(request: Signed) -> Any:
    """All views of the person in their order; those with `shown` stand in the left pane."""
    return views_of(by=request.auth)


@router.get("/views/fields", response=FieldList, auth=needs("tickets.read"))
def get_fields(request: Signed) -> Any:
    """What conditions can ask, and by which operators."""
    channels = Channel.objects.order_by("name")
    return {"fields": list(all_fields().values()), "units": list(UNITS), "channels": channels}


@router.post("/views/preview", response=Preview, auth=needs("tickets.read"))
def post_preview(request: Signed, body: ViewPreviewBody) -> Any:
    """What a view of these conditions would hold: how many, and the first of them."""
    now = timezone.now()
    view = OfferedView(
        key="", kind="made", name_zh="", name_en="", conditions=checked_tree(body.conditions), sort=body.sort
    )
    page = list_tickets(
        view=view,
        narrowed=TicketFilter(),
        order=Order(sort=body.sort),
        cursor=None,
        limit=PREVIEWED,
        by=request.auth,
        now=now,
    )
    count = count_up_to(COUNTED_UP_TO, conditions=view.conditions, by=request.auth, now=now)
    return {"count": count, "capped_at": COUNTED_UP_TO, "items": page.items}


@router.post("/views", response={201: ViewShape}, auth=needs("tickets.read"))
def post_view(request: Signed, body: ViewBody) -> Any:
    """Make a view. Sharing it needs the permission views.manage."""
    made = add_view(values=body.model_dump(), by=request.auth, now=timezone.now())
    return Status(201, _shown(made, request))


@router.patch("/views/{int:view_id}", response=ViewShape, auth=needs("tickets.read"))
def patch_view(request: Signed, view_id: int, body: ViewChanges) -> Any:
    """Change what is named of a view. A shared one needs the permission views.manage."""
    values = body.model_dump(exclude_unset=True)
    return _shown(change_view(view_id=view_id, values=values, by=request.auth, now=timezone.now()), request)


@router.delete("/views/{int:view_id}", response={204: None}, auth=needs("tickets.read"))
def delete_view(request: Signed, view_id: int) -> Any:
    """Delete a view; its tickets stay. A shared one needs the permission views.manage."""
    remove_view(view_id=view_id, by=request.auth, now=timezone.now())
    return Status(204, None)


@router.put("/views/order", response={204: None}, auth=needs("tickets.read"))
def put_order(request: Signed, body: list[PlaceBody]) -> Any:
    """Put one's own left pane in order: keys of views from top to bottom, each shown or not."""
    arrange_views(places=[(place.key, place.shown) for place in body[:500]], by=request.auth)
    return Status(204, None)


@router.put("/views/{str:view_key}/look", response={204: None}, auth=needs("tickets.read"))
def put_look(request: Signed, view_key: str, body: LookBody) -> Any:
    """Remember how a view looks for oneself: order, grouping, table, columns."""
    view = find_view(view_key, by=request.auth)
    keep_look(key=view.key, look=body.model_dump(exclude_unset=True), by=request.auth)
    return Status(204, None)


def _shown(view: View, request: Signed) -> OfferedView:
    return find_view(view.key, by=request.auth)
