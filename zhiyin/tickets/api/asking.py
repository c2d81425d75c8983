"""What a list is asked by, as text in an address."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from zhiyin.platform.http.errors import DomainError
from zhiyin.tickets.fields.trees import BadCondition, Tree, checked_tree


class NoSuchZone(DomainError):
    code = "tickets.no_such_zone"
    status = 422
    messages = {
        "zh": "没有名为“{zone}”的时区，例如应为 Asia/Shanghai。",
        "en": "There is no time zone {zone}; give one such as Europe/Berlin.",
    }


def read_tree(told: str) -> Tree | None:
    """The tree of conditions in a JSON text; None when there is none. Raises BadCondition."""
    if not told:
        return None
    try:
        tree = json.loads(told)
    except (ValueError, RecursionError) as error:
        raise BadCondition(place="0", wrong_zh="不是有效的 JSON", wrong_en="it is not JSON") from error
    return checked_tree(tree)


def read_zone(told: str) -> ZoneInfo:
    """The time zone of this name, UTC for none. Raises NoSuchZone."""
    try:
        return ZoneInfo(told or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NoSuchZone(zone=told[:60]) from error
