"""What a field's definition may say of its values: `rules`, by kind.

text, long_text  max_length, pattern (text only: a regular expression for the whole value)
number           min, max, decimals
date             min, max (ISO 8601)
choice, choices  options: [{value, zh, en}]
cascade          options with `children`; every value once in the whole tree
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from zhiyin.tickets.forms.misfits import Misfit

LONGEST = {"text": 500, "long_text": 10_000}
MOST_OPTIONS, DEEPEST_CASCADE, MOST_DECIMALS = 500, 5, 6
LARGEST = 10**15
_ALLOWED: dict[str, tuple[str, ...]] = {
    "text": ("max_length", "pattern"),
    "long_text": ("max_length",),
    "number": ("min", "max", "decimals"),
    "date": ("min", "max"),
    "choice": ("options",),
    "choices": ("options",),
    "cascade": ("options",),
}


def tidy_rules(kind: str, rules: Mapping[str, Any]) -> dict[str, Any]:
    """The rules as they are kept: only what the kind knows and what is set. Raises Misfit."""
    told = {name: rules[name] for name in _ALLOWED.get(kind, ()) if rules.get(name) not in (None, "")}
    check = _CHECKS.get(kind)
    return check(told, kind) if check else told


def options_of(rules: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Every option, those beneath others too."""
    for option in rules.get("options", []):
        yield option
        yield from options_of({"options": option.get("children", [])})


def _text(rules: dict[str, Any], kind: str) -> dict[str, Any]:
    longest = rules.get("max_length", LONGEST[kind])
    if not _is_whole(longest) or not 1 <= longest <= LONGEST[kind]:
        raise Misfit(
            f"最大长度应在 1 到 {LONGEST[kind]} 之间。", f"The length must be between 1 and {LONGEST[kind]}."
        )
    pattern = rules.get("pattern", "")
    if not isinstance(pattern, str) or len(pattern) > 200 or _may_take_forever(pattern):
        raise Misfit(
            "格式表达式过于复杂：请不要在重复的括号里再重复，也不要引用前面的括号。",
            "The pattern is too involved: no repetition inside a repeated group, no references back.",
        )
    try:
        re.compile(pattern)
    except (re.error, OverflowError, RecursionError) as problem:
        raise Misfit("格式表达式写法有误。", f"The pattern can't be read: {problem}.") from problem
    return rules


def _may_take_forever(pattern: str) -> bool:
    """Whether a group that repeats holds repetition or a choice, or something refers back: both can be exponential."""
    plain = re.sub(r"\\\D|\[\^?\]?(?:\\.|[^\]])*\]", "x", pattern)  # escapes and classes read as one letter
    if "\\" in plain or re.search(r"\(\?P?[=<(]", plain):
        return True
    open_groups: list[int] = []
    for at, letter in enumerate(plain):
        if letter == "(":
            open_groups.append(at)
        elif letter == ")" and open_groups:
            inside = plain[open_groups.pop() + 1 : at].removeprefix("?:")
            if plain[at + 1 : at + 2] in ("*", "+", "{") and re.search(r"[*+{|?]", inside):
                return True
    return False


def _number(rules: dict[str, Any], kind: str) -> dict[str, Any]:
    for bound in ("min", "max"):
        value = rules.get(bound, 0)
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= LARGEST:
            raise Misfit("最小值和最大值应是数字。", "The smallest and the largest value must be numbers.")
    decimals = rules.get("decimals", 0)
    if not _is_whole(decimals) or not 0 <= decimals <= MOST_DECIMALS:
        raise Misfit(
            f"小数位数应在 0 到 {MOST_DECIMALS} 之间。", f"Decimals must be between 0 and {MOST_DECIMALS}."
        )
    return _ordered(rules)


def _date(rules: dict[str, Any], kind: str) -> dict[str, Any]:
    for bound in ("min", "max"):
        if bound in rules and not is_date(rules[bound]):
            raise Misfit(
                "最早和最晚日期请写成 2026-01-31 的形式。", "Write the first and last date as 2026-01-31."
            )
    return _ordered(rules)


def _ordered(rules: dict[str, Any]) -> dict[str, Any]:
    if "min" in rules and "max" in rules and rules["min"] > rules["max"]:
        raise Misfit("最小值不能大于最大值。", "The smallest value is larger than the largest.")
    return rules


def _choice(rules: dict[str, Any], kind: str) -> dict[str, Any]:
    options = _tidy_options(rules.get("options"), deepest=DEEPEST_CASCADE if kind == "cascade" else 1)
    values = [option["value"] for option in options_of({"options": options})]
    if not 1 <= len(values) <= MOST_OPTIONS:
        raise Misfit(f"请添加 1 到 {MOST_OPTIONS} 个选项。", f"Give between 1 and {MOST_OPTIONS} options.")
    if len(set(values)) != len(values):
        raise Misfit("选项的值不能重复。", "Two options have the same value; give each its own.")
    return {"options": options}


def _tidy_options(told: Any, *, deepest: int) -> list[dict[str, Any]]:
    if not isinstance(told, list | tuple):
        return []
    if told and deepest == 0:
        raise Misfit(
            f"级联选项最多 {DEEPEST_CASCADE} 层。", f"Options can be {DEEPEST_CASCADE} levels deep at most."
        )
    return [_tidy_option(option, deepest) for option in told]


def _tidy_option(option: Any, deepest: int) -> dict[str, Any]:
    if not isinstance(option, Mapping):
        raise Misfit("选项格式有误。", "An option is not well-formed.")
    kept = {name: str(option.get(name) or "").strip() for name in ("value", "zh", "en")}
    kept["zh"], kept["en"] = kept["zh"] or kept["en"], kept["en"] or kept["zh"]
    if not kept["value"] or not kept["zh"] or any(len(part) > 200 for part in kept.values()):
        raise Misfit("每个选项都要有值和名称。", "Each option needs a value and a name.")
    children = _tidy_options(option.get("children") or [], deepest=deepest - 1)
    return {**kept, "children": children} if children else dict(kept)


def is_date(value: object) -> bool:
    try:
        return isinstance(value, str) and date.fromisoformat(value).isoformat() == value
    except ValueError:
        return False


def _is_whole(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


_CHECKS: dict[str, Callable[[dict[str, Any], str], dict[str, Any]]] = {
    "text": _text,
    "long_text": _text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "choices": _choice,
    "cascade": _choice,
}
