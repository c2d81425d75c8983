"""The views that come ready-made. They are conditions like any other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from zhiyin.tickets.fields.trees import Tree
from zhiyin.tickets.models import Ticket


@dataclass(frozen=True)
class ReadyView:
    key: str
    name_zh: str
    name_en: str
    icon: str
    conditions: Tree
    sort: str = "newest"
    is_counted: bool = True  # how many there are altogether is no work for anybody


def _is(field: str, operator: str, value: Any = None) -> Tree:
    return {"field": field, "is": operator} | ({} if value is None else {"value": value})


ACTIVE = _is("status", "any_of", list(Ticket.ACTIVE))
AT_HAND = [ACTIVE, _is("snoozed", "no")]  # what the working lists show


def _ready(key: str, zh: str, en: str, icon: str, *conditions: Tree, **more: Any) -> ReadyView:
    return ReadyView(key, zh, en, icon, {"all": list(conditions)}, **more)


# their order is the order of the keys G 1, G 2, …
READY_VIEWS = {
    view.key: view
    for view in [
        _ready("mine", "我的", "Mine", "user", *AT_HAND, _is("assignee", "any_of", ["me"])),
        _ready(
            "unassigned", "待分配", "Unassigned", "inbox", *AT_HAND, _is("assignee", "any_of", ["nobody"])
        ),
        _ready(
            "waiting", "待回复", "Waiting", "clock", *AT_HAND, _is("waiting", "is_filled"), sort="waiting"
        ),
        _ready("open", "处理中", "Open", "chat", *AT_HAND),
        _ready("all", "全部", "All", "list", is_counted=False),
        _ready(
            "solved",
            "已解决",
            "Solved",
            "check",
            _is("status", "any_of", ["solved", "closed"]),
            is_counted=False,
        ),
        _ready("snoozed", "稍后处理", "Snoozed", "bell", ACTIVE, _is("snoozed", "yes")),
        _ready("mentions", "提到我", "Mentions", "at", _is("unseen_mention", "yes")),
        _ready("following", "我关注的", "Following", "eye", ACTIVE, _is("follower", "any_of", ["me"])),
        _ready("drafts", "草稿", "Drafts", "pen", _is("drafting", "yes")),
        _ready(
            "at_risk",
            "即将超时",
            "At risk",
            "timer",
            *AT_HAND,
            _is("deadline", "due_within", {"amount": 1, "unit": "hours"}),
            sort="deadline",
        ),
    ]
}


def group_conditions(group_id: int) -> Tree:
    """What is open in one group."""
    return {"all": [*AT_HAND, _is("group", "any_of", [group_id])]}
