"""Whether a value fits a field. The front end has the same rule in `forms/fitting.ts`; one list of cases tests both."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any

from zhiyin.tickets.forms.misfits import Misfit
from zhiyin.tickets.forms.ruling import LARGEST, LONGEST, is_date, options_of

MOST_FILES = 10
LARGEST_ID = 2**63 - 1
Rules = Mapping[str, Any]


def fit_value(kind: str, rules: Rules, value: Any) -> Any:
    """The value as it is kept, None for an empty one. Raises Misfit with what to do."""
    if isinstance(value, str):
        value = value.strip()
    if value is None or value is False or value in ("", []):
        return None
    return _FITS[kind](rules, value)


def _text(rules: Rules, value: Any) -> str:
    return _words(rules, value, LONGEST["text"])


def _long_text(rules: Rules, value: Any) -> str:
    return _words(rules, value, LONGEST["long_text"])


def _words(rules: Rules, value: Any, limit: int) -> str:
    longest = rules.get("max_length", limit)
    if not isinstance(value, str):
        raise Misfit("请输入文字。", "Enter text.")
    if len(value) > longest:
        raise Misfit(f"最多 {longest} 个字符。", f"At most {longest} characters.")
    pattern = rules.get("pattern")
    if pattern and not re.fullmatch(pattern, value):
        raise Misfit(f"格式应符合：{pattern}", f"It must match: {pattern}")
    return value


def _number(rules: Rules, value: Any) -> int | float:
    number = _as_number(value)
    if number is None or not abs(number) <= LARGEST:
        raise Misfit("请输入数字。", "Enter a number.")
    if "min" in rules and number < rules["min"]:
        raise Misfit(f"不能小于 {rules['min']}。", f"It can't be less than {rules['min']}.")
    if "max" in rules and number > rules["max"]:
        raise Misfit(f"不能大于 {rules['max']}。", f"It can't be more than {rules['max']}.")
    decimals = rules.get("decimals", 0)
    if round(number, decimals) != number:
        raise Misfit(
            f"最多 {decimals} 位小数。" if decimals else "请输入整数。",
            f"At most {decimals} decimals." if decimals else "Enter a whole number.",
        )
    return int(number) if number == int(number) else number


def _as_number(value: Any) -> int | float | None:
    if isinstance(value, str) and re.fullmatch(r"[+-]?\d{1,16}(\.\d{1,16})?", value, re.ASCII):
        return float(value) if "." in value else int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        return None
    return value


def _date(rules: Rules, value: Any) -> str:
    if not is_date(value):
        raise Misfit("请输入日期，例如 2026-01-31。", "Enter a date such as 2026-01-31.")
    if "min" in rules and value < rules["min"]:
        raise Misfit(f"不能早于 {rules['min']}。", f"It can't be before {rules['min']}.")
    if "max" in rules and value > rules["max"]:
        raise Misfit(f"不能晚于 {rules['max']}。", f"It can't be after {rules['max']}.")
    return str(value)


def _choice(rules: Rules, value: Any) -> str:
    if not isinstance(value, str) or value not in {option["value"] for option in options_of(rules)}:
        raise Misfit("请从列出的选项中选择。", "Choose one of the options.")
    return value


def _choices(rules: Rules, value: Any) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise Misfit("请从列出的选项中选择。", "Choose from the options.")
    wanted = set(value)
    known = [option["value"] for option in options_of(rules)]
    if not wanted <= set(known):
        raise Misfit("请从列出的选项中选择。", "Choose from the options.")
    return [one for one in known if one in wanted]


def _cascade(rules: Rules, value: Any) -> list[str]:
    """The whole path down to the end: ['appliance', 'cooker', 'rice_cooker']."""
    level = rules.get("options", [])
    for step in value if isinstance(value, list) else []:
        chosen = next((option for option in level if option["value"] == step), None)
        if chosen is None:
            raise Misfit("请从列出的选项中选择。", "Choose from the options.")
        level = chosen.get("children", [])
    if not isinstance(value, list) or level:
        raise Misfit("请选到最后一级。", "Choose down to the last level.")
    return list(value)


def _reference(rules: Rules, value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 < value <= LARGEST_ID:
        raise Misfit("请从列表中选择。", "Choose one from the list.")
    return value


def _files(rules: Rules, value: Any) -> list[int]:
    ids = [_reference(rules, one) for one in (value if isinstance(value, list) else [value])]
    if len(set(ids)) > MOST_FILES:
        raise Misfit(f"最多 {MOST_FILES} 个文件。", f"At most {MOST_FILES} files.")
    return list(dict.fromkeys(ids))


def _checkbox(rules: Rules, value: Any) -> bool:
    if value is not True:
        raise Misfit("请勾选或取消勾选。", "Tick it or leave it empty.")
    return True


_FITS: dict[str, Callable[[Rules, Any], Any]] = {
    "text": _text,
    "long_text": _long_text,
    "number": _number,
    "date": _date,
    "choice": _choice,
    "choices": _choices,
    "cascade": _cascade,
    "person": _reference,
    "customer": _reference,
    "file": _files,
    "checkbox": _checkbox,
}
