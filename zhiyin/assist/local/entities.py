"""What a text names that work is done with: order numbers, phones, addresses, sums of money, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from zhiyin.assist.local.personal_data import spans_in

MOST = 30
_WORKED_WITH = {
    "order_number": "order",
    "cn_mobile": "phone",
    "landline": "phone",
    "address": "address",
    "email": "email",
}
_MONEY = re.compile(
    r"(?P<a>[¥￥$€£]\s?\d[\d,]*(?:\.\d+)?)|(?P<b>\d[\d,]*(?:\.\d+)?\s?(?:元|块钱|块|万元|美元|欧元|yuan|RMB|CNY|USD|EUR|dollars?|euros?|pounds?))",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:20\d\d[年./-]\s?)?(?:1[0-2]|0?[1-9])(?:月|[./-])(?:3[01]|[12]\d|0?[1-9])(?:日|号)?(?![\d%])|"
    r"(?:今天|明天|后天|昨天|前天|大后天|上周[一二三四五六日天]?|下周[一二三四五六日天]?|本周[一二三四五六日天])|"
    r"\b(?:today|tomorrow|yesterday|(?:next|last) (?:week|month|monday|tuesday|wednesday|thursday|friday|saturday|sunday))\b|"
    r"\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}(?:st|nd|rd|th)?\b|"
    r"\b\d{1,2}(?:st|nd|rd|th)? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Entity:
    kind: str  # order | phone | address | email | amount | date
    text: str


def entities_in(text: str) -> list[Entity]:
    """Each once, in the order of the text."""
    found = sorted(_found(text), key=lambda one: one[0])
    return list(dict.fromkeys(entity for _, entity in found))[:MOST]


def _found(text: str) -> Iterator[tuple[int, Entity]]:
    taken = []
    for span in spans_in(text):
        taken.append((span.start, span.end))
        if span.kind in _WORKED_WITH:
            yield span.start, Entity(_WORKED_WITH[span.kind], span.text)
    for kind, pattern in (("amount", _MONEY), ("date", _DATE)):
        for one in pattern.finditer(text):
            if all(one.end() <= start or one.start() >= end for start, end in taken):
                yield one.start(), Entity(kind, one.group().strip())
