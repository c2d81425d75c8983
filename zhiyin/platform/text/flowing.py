"""Text with lines, told in one: what was a list reads as an enumeration."""

from __future__ import annotations

import re

_ITEM = re.compile(r"(?:[-*•·]|\d{1,2}[.)、])\s+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ENDS = tuple("。.;；!！?？…:：,，、")


def in_one_line(text: str) -> str:
    """Lines follow each other with a blank, items of a list with a semicolon where they don't end by themselves."""
    told, was_item = "", False
    for line in text.split("\n"):
        words = " ".join(line.split())
        if not words:
            continue
        is_item = _ITEM.match(words) is not None
        if is_item:
            words = _ITEM.sub("", words, count=1)
        if told:
            told += _between(told, words, both_items=is_item and was_item)
        told, was_item = told + words, is_item
    return told


def _between(before: str, after: str, *, both_items: bool) -> str:
    is_chinese = bool(_CHINESE.search(before[-8:] + after[:8]))
    if both_items and not before.endswith(_ENDS):
        return "；" if is_chinese else "; "
    return "" if is_chinese and not before[-1].isascii() and before.endswith(_ENDS) else " "
